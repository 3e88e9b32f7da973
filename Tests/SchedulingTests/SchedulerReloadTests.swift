import BlockingIO
import Checking
import Scheduling
import Testing

/// A new plan in the middle of everything.
struct SchedulerReloadTests {
    private let old = check(checkID("acme"), settings: "old")
    private let new = check(checkID("acme"), settings: "new")

    /// A rig whose check, with its old settings, is out since its turn.
    private func flying() throws -> (rig: Rig, job: Job, due: ContinuousClock.Instant) {
        let rig = Rig()
        rig.adopt([old])
        let due = try #require(rig.nextDue)
        return (rig, try #require(rig.started(at: due).first), due)
    }

    /// Goes round every second and tells what was started.
    private func started(_ rig: Rig, from begin: ContinuousClock.Instant, for seconds: Int) -> [Job] {
        (0..<seconds).flatMap { rig.started(at: begin + .seconds($0)) }
    }

    @Test func `a check that did not change keeps its turn`() throws {
        let rig = Rig()
        rig.adopt([old])
        let due = try #require(rig.nextDue)
        rig.adopt([old, check(checkID("globex"))], at: start + (due - start) / 2)
        let jobs = started(rig, from: due, for: 1).filter { $0.check.id == old.id }
        #expect(jobs.map(\.due) == [due])
    }

    @Test func `a changed check runs with its new settings once in each interval`() throws {
        let rig = Rig()
        rig.adopt([old])
        rig.adopt([new], at: after(0.001))
        let jobs = started(rig, from: start, for: 32)
        #expect(jobs.map(\.check.settings) == [new.settings])
    }

    @Test func `the answer to the old settings is dropped`() throws {
        let (rig, job, due) = try flying()
        rig.adopt([new], at: due + .seconds(1))
        rig.land(job, .bad, at: due + .seconds(2))
        #expect(rig.round(at: due + .seconds(2)).isEmpty)
        #expect(!rig.isBusy)
    }

    @Test func `the answer to the new settings counts`() throws {
        let (rig, job, due) = try flying()
        rig.adopt([new], at: due + .seconds(1))
        rig.land(job, .bad, at: due + .seconds(2))
        let next = try #require(started(rig, from: due + .seconds(2), for: 31).first)
        #expect(next.check.settings == new.settings)
        rig.land(next, at: due + .seconds(33))
        #expect(rig.round(at: due + .seconds(33)).map(\.outcome) == [.good])
    }

    @Test func `with the old call still out the new settings wait`() throws {
        let (rig, job, due) = try flying()
        rig.adopt([new], at: due + .seconds(1))
        #expect(started(rig, from: due + .seconds(2), for: 60).isEmpty)
        rig.land(job, at: due + .seconds(62))
        #expect(started(rig, from: due + .seconds(62), for: 31).count == 1)
    }

    @Test func `with the old call stuck the new settings wait until it has come back`() throws {
        let (rig, job, due) = try flying()
        rig.abandon(job, at: due + .seconds(6))
        rig.round(at: due + .seconds(6))
        rig.adopt([new], at: due + .seconds(7))
        #expect(started(rig, from: due + .seconds(7), for: 60).isEmpty)
        rig.giveBack(job)
        #expect(started(rig, from: due + .seconds(67), for: 31).count == 1)
    }

    @Test func `a retired check yields nothing any more`() throws {
        let (rig, job, due) = try flying()
        rig.adopt([], at: due + .seconds(1))
        rig.land(job, .bad, at: due + .seconds(2))
        #expect(rig.round(at: due + .seconds(2)).isEmpty)
        #expect(!rig.isBusy)
        #expect(started(rig, from: due + .seconds(3), for: 60).isEmpty)
    }

    @Test func `a retired check that is stuck yields no timeouts`() throws {
        let (rig, job, due) = try flying()
        rig.abandon(job, at: due + .seconds(6))
        rig.adopt([], at: due + .seconds(6))
        let seen = (6..<70).flatMap { rig.round(at: due + .seconds($0)) }
        #expect(seen.isEmpty)
    }

    @Test func `a check that comes back while its old call is out does not take its answer`() throws {
        let (rig, job, due) = try flying()
        rig.adopt([], at: due + .seconds(1))
        rig.adopt([new], at: due + .seconds(2))
        #expect(started(rig, from: due + .seconds(2), for: 40).isEmpty)
        rig.land(job, .bad, at: due + .seconds(42))
        #expect(rig.round(at: due + .seconds(42)).isEmpty)
        #expect(started(rig, from: due + .seconds(43), for: 31).map(\.check.settings) == [new.settings])
    }

    @Test func `a check that comes back while its old call is stuck waits for it too`() throws {
        let (rig, job, due) = try flying()
        rig.abandon(job, at: due + .seconds(6))
        rig.round(at: due + .seconds(6))
        rig.adopt([], at: due + .seconds(7))
        rig.adopt([new], at: due + .seconds(8))
        #expect(started(rig, from: due + .seconds(8), for: 60).isEmpty)
        rig.giveBack(job)
        #expect(started(rig, from: due + .seconds(68), for: 31).count == 1)
    }

    @Test func `a re-check that was asked for before the change does not start the new settings`() throws {
        let (rig, job, due) = try flying()
        rig.land(job, .bad, at: due)
        rig.round(at: due + .milliseconds(10))
        rig.recheck(old.id, at: due + .seconds(1))
        rig.adopt([new], at: due + .milliseconds(20))
        let turns = started(rig, from: due + .milliseconds(20), for: 31).map(\.due)
        #expect(turns.count == 1)
        #expect(turns.first != due + .seconds(1))
    }

    @Test func `a retired check that waits at its server never starts`() throws {
        let rig = Rig()
        let slow = (0..<16).map { check(checkID("slow\($0)"), interval: .seconds(3600)) }
        rig.adopt(slow)
        let out = rig.started(at: after(3600))
        rig.adopt(slow + [old], at: after(3602))
        #expect(rig.started(at: after(3632)).isEmpty)
        rig.adopt(slow, at: after(3633))
        for job in out { rig.land(job, at: after(3634)) }
        #expect(started(rig, from: after(3634), for: 50).isEmpty)
        #expect(!rig.isBusy)
    }
}
