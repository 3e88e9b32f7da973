import BlockingIO
import Checking
import TenantCore
import Testing

@testable import Scheduling

/// Who may start when: slow servers, courtesy, and jobs that are renewed or forgotten.
struct BackendGateTests {
    private func job(_ tenant: String, backend: String = "server:1", due: Double = 0, spacing: Duration = .zero) -> Job {
        Job(check: check(checkID(tenant), backend: backend, spacing: spacing), due: after(due))
    }

    private func tenants(_ jobs: [Job]) -> [String] { jobs.map(\.check.id.subject.tenant.rawValue) }

    /// A gate with so many checks of one server out since the start.
    private func gate(out count: Int) -> (gate: BackendGate, out: [Job]) {
        var gate = BackendGate()
        for index in 0..<count { gate.enqueue(job("slow\(index)")) }
        let out = gate.release(at: start)
        return (gate, out)
    }

    @Test func `while a server is quick everything goes through at once`() {
        var (gate, out) = gate(out: 1000)
        #expect(out.count == 1000)
        #expect(!gate.hasWaiting)
        gate.enqueue(job("next"))
        #expect(gate.release(at: after(0.9)).count == 1)
    }

    @Test func `once 16 checks of a server are older than a second the others wait`() {
        var (gate, out) = gate(out: 16)
        #expect(out.count == 16)
        gate.enqueue(job("next"))
        #expect(gate.release(at: after(1.1)).isEmpty)
        #expect(gate.hasWaiting)
    }

    @Test(arguments: [(15, 100), (16, 0.5), (16, 1)])
    func `fewer, or younger ones, hold nobody up`(count: Int, seconds: Double) {
        var (gate, _) = gate(out: count)
        gate.enqueue(job("next"))
        #expect(tenants(gate.release(at: after(seconds))) == ["next"])
    }

    @Test(arguments: [.good, .bad, .skipped] as [Observation.Outcome])
    func `when a slow check comes back another may start`(outcome: Observation.Outcome) {
        var (gate, out) = gate(out: 16)
        gate.enqueue(job("next"))
        #expect(gate.release(at: after(2)).isEmpty)
        #expect(gate.land(observation(of: out[3], outcome, at: after(3))).isEmpty)
        #expect(tenants(gate.release(at: after(3))) == ["next"])
    }

    @Test func `a slow server holds up no other`() {
        var (gate, _) = gate(out: 16)
        gate.enqueue(job("next", backend: "server:2"))
        #expect(tenants(gate.release(at: after(5))) == ["next"])
    }

    @Test func `those that wait start in the order in which they came`() {
        var (gate, out) = gate(out: 16)
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant)) }
        #expect(gate.release(at: after(2)).isEmpty)
        for job in out { _ = gate.land(observation(of: job, .good, at: after(3))) }
        #expect(tenants(gate.release(at: after(3))) == ["a", "b", "c"])
        #expect(!gate.hasWaiting)
    }

    @Test func `starts at a server that asks for courtesy are spaced`() {
        var gate = BackendGate()
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant, spacing: .seconds(1))) }
        let started = [0, 0.5, 0.99, 1, 1.5, 2].map { tenants(gate.release(at: after($0))) }
        #expect(started == [["a"], [], [], ["b"], [], ["c"]])
    }

    @Test func `courtesy is kept also once the check before has come back`() throws {
        var gate = BackendGate()
        gate.enqueue(job("a", spacing: .seconds(1)))
        let first = try #require(gate.release(at: start).first)
        #expect(gate.land(observation(of: first, .good, at: after(0.1))).isEmpty)
        gate.enqueue(job("b", spacing: .seconds(1)))
        #expect(gate.release(at: after(0.2)).isEmpty)
        #expect(tenants(gate.release(at: after(1))) == ["b"])
    }

    @Test func `what courtesy held back is not late, and what waited beyond it is`() throws {
        var gate = BackendGate()
        gate.enqueue(job("a", spacing: .seconds(1)))
        gate.enqueue(job("b", spacing: .seconds(1)))
        #expect(try #require(gate.release(at: start).first).due == start)
        #expect(try #require(gate.release(at: after(1.5)).first).due == after(1))
    }

    @Test func `what a silent server held back is not late, and what waited beyond it is`() throws {
        var gate = BackendGate()
        gate.suspect(Backend(rawValue: "server:1"))
        for tenant in ["a", "b", "c"] { gate.enqueue(job(tenant, due: 1.5)) }
        let canary = try #require(gate.release(at: after(1.6)).first)
        #expect(canary.due == after(1.5))
        for tick in [2.0, 3, 4] { #expect(gate.release(at: after(tick)).isEmpty) }
        _ = gate.land(observation(of: canary, .good, at: after(4.1)))
        gate.enqueue(job("d", due: 4.2))
        #expect(gate.release(at: after(6)).map(\.due) == [after(4), after(4), after(4.2)])
    }

    @Test func `courtesy is owed to each server by itself`() {
        var gate = BackendGate()
        gate.enqueue(job("a", backend: "server:1", spacing: .seconds(1)))
        gate.enqueue(job("b", backend: "server:2", spacing: .seconds(1)))
        #expect(Set(tenants(gate.release(at: start))) == ["a", "b"])
    }

    @Test func `a later turn takes the place of one that still waits`() {
        var (gate, out) = gate(out: 16)
        gate.enqueue(job("a", due: 2))
        gate.enqueue(job("b", due: 2))
        #expect(gate.release(at: after(2)).isEmpty)
        let isRenewed = gate.renew(job("a", due: 32))
        #expect(isRenewed)
        for job in out { _ = gate.land(observation(of: job, .good, at: after(33))) }
        let released = gate.release(at: after(33))
        #expect(tenants(released) == ["a", "b"])
        #expect(released.map(\.due) == [after(32), after(2)])
    }

    @Test func `what does not wait cannot be renewed`() {
        var (gate, _) = gate(out: 1)
        let renewed = ["slow0", "nobody"].map { gate.renew(job($0, due: 30)) }
        #expect(renewed == [false, false])
        #expect(gate.release(at: after(40)).isEmpty)
    }

    @Test func `a forgotten job never starts`() {
        var (gate, out) = gate(out: 16)
        gate.enqueue(job("a"))
        gate.enqueue(job("b"))
        #expect(gate.release(at: after(2)).isEmpty)
        let hasWaited = gate.forget(checkID("a"), at: Backend(rawValue: "server:1"))
        #expect(hasWaited)
        for job in out { _ = gate.land(observation(of: job, .good, at: after(3))) }
        #expect(tenants(gate.release(at: after(3))) == ["b"])
    }

    @Test func `a check that is out does not wait when it is forgotten`() {
        var (gate, _) = gate(out: 1)
        let hasWaited = gate.forget(checkID("slow0"), at: Backend(rawValue: "server:1"))
        let isKnown = gate.forget(checkID("nobody"), at: Backend(rawValue: "server:9"))
        #expect(!hasWaited)
        #expect(!isKnown)
    }

    @Test func `nothing waits once the last that did is forgotten`() throws {
        var gate = BackendGate()
        gate.enqueue(job("a", spacing: .seconds(60)))
        gate.enqueue(job("b", spacing: .seconds(60)))
        let first = try #require(gate.release(at: start).first)
        let hasWaited = gate.forget(checkID("b"), at: Backend(rawValue: "server:1"))
        #expect(hasWaited)
        #expect(gate.land(observation(of: first, .good, at: after(1))).isEmpty)
        #expect(gate.release(at: after(2)).isEmpty)
        #expect(!gate.hasWaiting)
    }
}
