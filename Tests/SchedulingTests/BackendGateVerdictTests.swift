import BlockingIO
import Checking
import TenantCore
import Testing

@testable import Scheduling

/// What one check's verdict means for those that queue behind it, and the canary that goes first afterwards.
struct BackendGateVerdictTests {
    private func job(_ tenant: String, trust: String = "", backend: String = "server:1") -> Job {
        Job(check: check(checkID(tenant), backend: backend, trust: trust), due: start)
    }

    private func tenants(_ jobs: [Job]) -> [String] { jobs.map(\.check.id.subject.tenant.rawValue) }

    /// A gate whose server is slow, with the given jobs waiting.
    private func crowded(_ waiting: [Job], trust: String = "") -> (gate: BackendGate, out: [Job]) {
        var gate = BackendGate()
        for index in 0..<16 { gate.enqueue(job("slow\(index)", trust: trust)) }
        let out = gate.release(at: start)
        for job in waiting { gate.enqueue(job) }
        _ = gate.release(at: after(2))
        return (gate, out)
    }

    /// A gate whose server is suspect, with no check out and none waiting.
    private func suspect() -> BackendGate {
        var (gate, out) = crowded([job("first")])
        for job in out { _ = gate.land(observation(of: job, .failed(failure(.backend)), at: after(3))) }
        _ = gate.release(at: after(3))
        return gate
    }

    @Test func `a verdict about the connection is that of all who wait`() {
        var (gate, out) = crowded([job("a"), job("b", trust: "other")])
        let sharing = gate.land(observation(of: out[0], .failed(failure(.backend)), at: after(3)))
        #expect(tenants(sharing) == ["a", "b"])
        #expect(gate.release(at: after(100)).isEmpty)
        #expect(!gate.hasWaiting)
    }

    @Test func `a verdict about certificates is that of those who verify alike`() {
        var (gate, out) = crowded([job("same", trust: "x"), job("other", trust: "y"), job("clear")], trust: "x")
        #expect(tenants(gate.land(observation(of: out[0], .failed(failure(.trust)), at: after(3)))) == ["same"])
        #expect(gate.hasWaiting)
    }

    @Test(arguments: [.good, .bad, .skipped, .failed(failure(isUndecided: true))] as [Observation.Outcome])
    func `any other outcome is the check's own`(outcome: Observation.Outcome) {
        var (gate, out) = crowded([job("a")])
        #expect(gate.land(observation(of: out[0], outcome, at: after(3))).isEmpty)
        #expect(gate.hasWaiting)
    }

    @Test func `a verdict about one server says nothing of another`() {
        var (gate, out) = crowded([job("a")])
        gate.enqueue(job("elsewhere", backend: "server:2"))
        #expect(tenants(gate.land(observation(of: out[0], .failed(failure(.backend)), at: after(3)))) == ["a"])
        #expect(tenants(gate.release(at: after(3))) == ["elsewhere"])
    }

    @Test func `a verdict that nobody waits for is nobody else's`() {
        var (gate, out) = crowded([])
        #expect(gate.land(observation(of: out[0], .failed(failure(.backend)), at: after(3))).isEmpty)
        for job in out.dropFirst() { _ = gate.land(observation(of: job, .good, at: after(3))) }
        for tenant in ["a", "b"] { gate.enqueue(job(tenant)) }
        #expect(tenants(gate.release(at: after(4))) == ["a", "b"])
    }

    @Test func `in the next round one check goes first and the others wait for it`() {
        var gate = suspect()
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant)) }
        #expect(gate.release(at: after(30)).count == 1)
        #expect(gate.release(at: after(31)).isEmpty)
        #expect(gate.hasWaiting)
    }

    @Test func `the others share the canary's verdict about the connection`() throws {
        var gate = suspect()
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant)) }
        let canary = try #require(gate.release(at: after(30)).first)
        let sharing = gate.land(observation(of: canary, .failed(failure(.backend)), at: after(31)))
        #expect(Set(tenants(sharing) + tenants([canary])) == ["a", "b", "c"])
    }

    @Test(arguments: [.good, .bad] as [Observation.Outcome])
    func `when the canary reaches the server the others go`(outcome: Observation.Outcome) throws {
        var gate = suspect()
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant)) }
        let canary = try #require(gate.release(at: after(30)).first)
        #expect(gate.land(observation(of: canary, outcome, at: after(31))).isEmpty)
        #expect(gate.release(at: after(31)).count == 2)
    }

    @Test func `a canary that was skipped has found nothing, and another goes`() throws {
        var gate = suspect()
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant)) }
        let canary = try #require(gate.release(at: after(30)).first)
        #expect(gate.land(observation(of: canary, .skipped, at: after(31))).isEmpty)
        #expect(gate.release(at: after(31)).count == 1)
    }

    @Test func `the canary rotates, so that no tenant's own trouble speaks for the server for long`() throws {
        var gate = suspect()
        var canaries: [String] = []
        for round in 1...6 {
            for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant)) }
            let canary = try #require(gate.release(at: after(Double(round) * 30)).first)
            canaries += tenants([canary])
            _ = gate.land(observation(of: canary, .failed(failure(.backend)), at: after(Double(round) * 30 + 1)))
        }
        #expect(Set(canaries.prefix(3)) == ["a", "b", "c"])
        #expect(Set(canaries.suffix(3)) == ["a", "b", "c"])
    }

    @Test func `a canary that is no longer planned makes way for another`() throws {
        var gate = suspect()
        for tenant in ["a", "b"] { gate.enqueue(job(tenant)) }
        let canary = try #require(gate.release(at: after(30)).first)
        let hasWaited = gate.forget(canary.check.id, at: canary.check.backend)
        #expect(!hasWaited)
        #expect(gate.release(at: after(31)).count == 1)
    }

    @Test func `a forgotten check's late verdict is nobody's`() {
        var (gate, out) = crowded([job("a")])
        let hasWaited = gate.forget(out[0].check.id, at: out[0].check.backend)
        #expect(!hasWaited)
        #expect(gate.land(observation(of: out[0], .failed(failure(.backend)), at: after(3))).isEmpty)
    }
}
