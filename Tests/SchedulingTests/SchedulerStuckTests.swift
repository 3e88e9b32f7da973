import BlockingIO
import Checking
import Scheduling
import Testing

/// Calls that do not come back, and servers that let nobody through.
struct SchedulerStuckTests {
    private let acme = check(checkID("acme"))

    /// A rig whose one check was given up, with its call still out.
    private func stuck() throws -> (rig: Rig, job: Job, due: ContinuousClock.Instant) {
        let rig = Rig()
        rig.adopt([acme])
        let due = try #require(rig.nextDue)
        let job = try #require(rig.started(at: due).first)
        rig.abandon(job, at: due + .seconds(6))
        return (rig, job, due)
    }

    /// A rig with 16 slow checks of one server out, and one more that waits for them since its turn.
    private func crowded() throws -> (rig: Rig, out: [Job], late: Check, turn: ContinuousClock.Instant) {
        let rig = Rig()
        let slow = (0..<16).map { check(checkID("slow\($0)"), interval: .seconds(3600)) }
        rig.adopt(slow)
        let out = rig.started(at: after(3600))
        let late = check(checkID("late"))
        rig.adopt(slow + [late], at: after(3602))
        let turn = try #require(rig.nextDue)
        #expect(rig.started(at: turn).isEmpty)
        return (rig, out, late, turn)
    }

    @Test func `a call that is given up is a timeout`() throws {
        let (rig, _, due) = try stuck()
        #expect(rig.round(at: due + .seconds(6)).map(\.outcome.reason) == [.timeout])
    }

    @Test func `while the call is out each turn is a timeout and none starts`() throws {
        let (rig, _, due) = try stuck()
        rig.round(at: due + .seconds(6))
        for turn in [30, 60, 90] {
            #expect(rig.started(at: due + .seconds(turn)).isEmpty)
            #expect(rig.round(at: due + .seconds(turn + 1)).map(\.outcome.reason) == [.timeout])
        }
    }

    @Test func `once the call has come back the next turn starts the check again`() throws {
        let (rig, job, due) = try stuck()
        rig.round(at: due + .seconds(6))
        rig.giveBack(job)
        #expect(rig.started(at: due + .seconds(20)).isEmpty)
        #expect(rig.started(at: due + .seconds(30)).map(\.check.id) == [acme.id])
    }

    @Test func `a call that comes back late is not observed`() throws {
        let (rig, job, due) = try stuck()
        rig.round(at: due + .seconds(6))
        rig.giveBack(job)
        #expect(rig.round(at: due + .seconds(7)).isEmpty)
    }

    @Test func `a re-check of a stuck check neither starts it nor counts as a turn`() throws {
        let (rig, _, due) = try stuck()
        rig.round(at: due + .seconds(6))
        rig.recheck(acme.id, at: due + .seconds(7))
        #expect(rig.started(at: due + .seconds(7)).isEmpty)
        #expect(rig.round(at: due + .seconds(8)).isEmpty)
    }

    @Test func `a check that waits shares the verdict about the connection`() throws {
        let (rig, out, late, turn) = try crowded()
        rig.land(out[0], .failed(failure(.backend)), at: turn + .seconds(1))
        let seen = rig.round(at: turn + .seconds(1))
        #expect(Set(seen.map(\.check)) == [out[0].check.id, late.id])
        #expect(seen.map(\.outcome) == [.failed(failure(.backend)), .failed(failure(.backend))])
        #expect(rig.started(at: turn + .seconds(2)).isEmpty)
    }

    @Test func `a check that waited a whole interval has skipped a turn`() throws {
        let (rig, _, late, turn) = try crowded()
        rig.round(at: turn + .seconds(30))
        let seen = rig.round(at: turn + .seconds(31))
        #expect(seen.map(\.outcome) == [.skipped])
        #expect(seen.map(\.check) == [late.id])
    }

    @Test func `when it starts at last its lateness counts from its latest turn`() throws {
        let (rig, out, _, turn) = try crowded()
        rig.round(at: turn + .seconds(30))
        for job in out { rig.land(job, at: turn + .seconds(40)) }
        #expect(rig.started(at: turn + .seconds(40)).map(\.due) == [turn + .seconds(30)])
    }
}
