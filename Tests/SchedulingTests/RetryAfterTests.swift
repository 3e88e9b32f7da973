import BlockingIO
import Checking
import TenantCore
import Testing

@testable import Scheduling

/// What a server's wish to be asked later does to the turns of a check, and to those of others on the same backend.
struct RetryAfterTests {
    private func throttled(_ seconds: Double, scope: ProbeFailure.Scope = .subject) -> Observation.Outcome {
        .failed(
            ProbeFailure(
                ProbeFailure.Reason(rawValue: "rate_limited"), "slow down", remedy: "Wait.", scope: scope, isUndecided: true,
                retryAfter: .seconds(seconds)))
    }

    /// A rig whose checks were all answered so at their first turns; an interval is 30 s.
    private func answered(_ outcomes: [(tenant: String, outcome: Observation.Outcome)], backend: String = "server:1") -> Rig {
        let rig = Rig()
        rig.adopt(outcomes.map { check(checkID($0.tenant), backend: backend) })
        let jobs = rig.started(at: after(30))
        for (tenant, outcome) in outcomes {
            guard let job = jobs.first(where: { $0.check.id == checkID(tenant) }) else { continue }
            rig.land(job, outcome, at: after(30))
        }
        rig.round(at: after(30))
        return rig
    }

    /// When the next check of each tenant starts, to a tenth of a second after the answers.
    private func nextStarts(of rig: Rig, within seconds: Int = 400) -> [String: Double] {
        var starts: [String: Double] = [:]
        for tick in 1...(seconds * 10) {
            let now = after(30 + Double(tick) / 10)
            for job in rig.started(at: now) {
                starts[job.check.id.subject.tenant.rawValue, default: Double(tick) / 10] += 0
                rig.land(job, at: now)
            }
        }
        return starts
    }

    @Test(arguments: [(45, 45...75), (100, 100...130), (300, 300...330)] as [(Double, ClosedRange<Double>)])
    func `the next check comes at the first turn that is not before the end of the wait`(wait: Double, range: ClosedRange<Double>) throws {
        let rig = answered([("acme", throttled(wait))])
        #expect(range.contains(try #require(nextStarts(of: rig)["acme"])))
    }

    @Test(arguments: [0, 0.034, -5] as [Double]) func `a wait that is over before the next turn moves nothing`(wait: Double) throws {
        let plain = try #require(nextStarts(of: answered([("acme", .good)]))["acme"])
        #expect(nextStarts(of: answered([("acme", throttled(wait))]))["acme"] == plain)
    }

    @Test func `no wait is longer than an hour`() throws {
        let rig = answered([("acme", throttled(1_000_000_000))])
        let next = try #require(nextStarts(of: rig, within: 3700)["acme"])
        #expect((3600...3630).contains(next))
    }

    @Test func `a turn that waits is neither late nor skipped`() throws {
        let rig = answered([("acme", throttled(100))])
        var observations: [Observation] = []
        var started: [Job] = []
        for tick in 1...1400 where started.isEmpty {
            observations += rig.round(at: after(30 + Double(tick) / 10))
            started = rig.takeStarted()
        }
        #expect(observations.isEmpty)
        #expect(try #require(started.first).due >= after(130))
    }

    @Test func `neither a re-check nor a closed session asks sooner`() {
        let rig = answered([("acme", throttled(100))])
        rig.recheck(checkID("acme"), at: after(31))
        rig.scout(Backend(rawValue: "server:1"), at: after(31))
        for second in 31..<130 { #expect(rig.started(at: after(Double(second))).isEmpty) }
    }

    @Test func `what one check was asked says nothing about its neighbours`() throws {
        let starts = nextStarts(of: answered([("acme", throttled(300)), ("globex", .good), ("initech", .bad)]))
        #expect(try #require(starts["acme"]) >= 300)
        for neighbour in ["globex", "initech"] { #expect(try #require(starts[neighbour]) <= 30) }
    }

    @Test func `two checks that are asked to wait speak for their server`() throws {
        let starts = nextStarts(of: answered([("globex", .good), ("acme", throttled(300)), ("initech", throttled(200))]))
        #expect(starts.values.allSatisfy { $0 >= 200 })
        #expect(try #require(starts["globex"]) <= 260)
        #expect(try #require(starts["acme"]) >= 300)
    }

    @Test func `an answer between the two shows that the server as a whole is well`() throws {
        let starts = nextStarts(of: answered([("acme", throttled(300)), ("globex", .good), ("initech", throttled(200))]))
        #expect(try #require(starts["globex"]) <= 30)
    }

    @Test func `a refusal by the server itself holds back all its checks, and no others`() throws {
        let rig = Rig()
        rig.adopt([check(checkID("acme")), check(checkID("globex")), check(checkID("other"), backend: "server:2")])
        let jobs = rig.started(at: after(30))
        for job in jobs {
            rig.land(job, job.check.id == checkID("acme") ? throttled(100, scope: .backend) : .good, at: after(30))
        }
        rig.round(at: after(30))
        let starts = nextStarts(of: rig)
        #expect(try #require(starts["globex"]) >= 100)
        #expect(try #require(starts["other"]) <= 30)
    }

    @Test func `those that queue at a server that asks to wait are told so instead of asking`() throws {
        var gate = BackendGate()
        for tenant in ["a", "b", "c"] {
            gate.enqueue(Job(check: check(checkID(tenant), spacing: .seconds(1)), due: start))
        }
        let first = try #require(gate.release(at: start).first)
        #expect(gate.land(observation(of: first, throttled(60), at: start)).isEmpty)
        let second = try #require(gate.release(at: after(1)).first)
        let sharing = gate.land(observation(of: second, throttled(60), at: after(1)))
        #expect(sharing.map(\.check.id) == [checkID("c")])
        #expect(gate.release(at: after(2)).isEmpty)
        #expect(!gate.hasWaiting)
        #expect(gate.notBefore(at: first.check.backend) == after(61))
    }
}
