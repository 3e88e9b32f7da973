import BlockingIO
import Checking
import Scheduling
import TenantCore
import Testing

struct SchedulerTests {
    private let acme = check(checkID("acme"))

    /// A rig with one check planned, and the moment of its first turn.
    private func planned() throws -> (rig: Rig, due: ContinuousClock.Instant) {
        let rig = Rig()
        rig.adopt([acme])
        return (rig, try #require(rig.nextDue))
    }

    /// A rig with one check out since its first turn.
    private func flying() throws -> (rig: Rig, job: Job, due: ContinuousClock.Instant) {
        let (rig, due) = try planned()
        return (rig, try #require(rig.started(at: due).first), due)
    }

    @Test func `without a plan nothing is due`() {
        let rig = Rig()
        #expect(rig.nextDue == nil)
        #expect(!rig.isBusy)
        #expect(rig.started(at: after(1000)).isEmpty)
    }

    @Test func `a check starts at its turn and not before`() throws {
        let (rig, due) = try planned()
        #expect(rig.started(at: due - .milliseconds(1)).isEmpty)
        let jobs = rig.started(at: due)
        #expect(jobs.map(\.check.id) == [acme.id])
        #expect(jobs.map(\.due) == [due])
        #expect(rig.isBusy)
    }

    @Test func `a turn that is taken ahead of time moves no other, and is not late`() throws {
        let rig = Rig()
        let checks = (0..<2000).map { check(checkID("t\($0)")) }
        rig.adopt(checks)
        let now = try #require(rig.nextDue)
        let jobs = rig.started(at: now)
        #expect(jobs.count > 1)
        #expect(jobs.allSatisfy { $0.due <= now + .milliseconds(30) && $0.lateness(at: now) == .zero })
        let last = try #require(jobs.last)
        #expect(last.lateness(at: last.due + .milliseconds(2)) == .milliseconds(2))
        for job in jobs { rig.land(job, at: now) }
        // Each of them comes again an interval after its turn, and not after its start.
        let again = rig.started(at: now + .seconds(30)).filter { job in jobs.contains { $0.check === job.check } }
        #expect(again.map(\.due) == jobs.map { $0.due + .seconds(30) })
    }

    @Test(arguments: [.milliseconds(10), .seconds(30), .seconds(3600), .seconds(24 * 3600)] as [Duration])
    func `the first turn falls within the first interval, however long it is`(interval: Duration) throws {
        for index in 0..<50 {
            let rig = Rig()
            rig.adopt([check(checkID("t\(index)"), interval: interval)])
            let due = try #require(rig.nextDue)
            #expect(due >= start)
            #expect(due < start + interval)
        }
    }

    @Test func `first turns are spread over the interval`() throws {
        let offsets = try (0..<400).map { index in
            let rig = Rig()
            rig.adopt([check(checkID("tenant-\(index)"), interval: .seconds(40))])
            return try #require(rig.nextDue) - start
        }
        for quarter in 0..<4 {
            let range = Duration.seconds(quarter * 10)..<Duration.seconds(quarter * 10 + 10)
            #expect((60...140).contains(offsets.count { range.contains($0) }))
        }
    }

    @Test func `first turns are the same after every restart`() throws {
        let (one, other) = (Rig(), Rig())
        one.adopt([acme])
        other.adopt([acme, check(checkID("globex"))], at: after(1000))
        let first = try #require(one.nextDue) - start
        let again = other.started(at: after(1000 + 30)).filter { $0.check.id == acme.id }.map { $0.due - after(1000) }
        #expect(again == [first])
    }

    @Test func `turns follow each other by the interval, however late a round is`() throws {
        let (rig, due) = try planned()
        let late = due + .milliseconds(300)
        let job = try #require(rig.started(at: late).first)
        #expect(job.due == due)
        #expect(rig.nextDue == due + .seconds(30))
    }

    @Test func `a finished check is observed once`() throws {
        let (rig, job, due) = try flying()
        rig.land(job, .bad, at: due)
        #expect(rig.round(at: due + .seconds(1)).map(\.outcome) == [.bad])
        #expect(rig.round(at: due + .seconds(2)).isEmpty)
        #expect(!rig.isBusy)
    }

    @Test func `a check never overlaps itself`() throws {
        let (rig, job, due) = try flying()
        #expect(rig.started(at: due + .seconds(30)).isEmpty)
        #expect(rig.started(at: due + .seconds(60)).isEmpty)
        rig.land(job, at: due + .seconds(61))
        #expect(rig.started(at: due + .seconds(61)).isEmpty)
        #expect(rig.started(at: due + .seconds(90)).map(\.due) == [due + .seconds(90)])
    }

    @Test func `after a suspension the missed turns are counted and not made up for`() throws {
        let (rig, due) = try planned()
        let awake = due + .seconds(105)
        #expect(rig.started(at: awake).map(\.due) == [due])
        #expect(rig.isBusy)
        let missed = rig.round(at: awake + .milliseconds(10))
        #expect(missed.map(\.outcome) == [.skipped, .skipped])
        #expect(missed.map(\.turns).reduce(0, +) == 3)
        #expect(missed.allSatisfy { $0.check == acme.id })
        #expect(rig.nextDue == due + .seconds(120))
    }

    @Test func `a re-check comes at its moment and leaves the cadence alone`() throws {
        let (rig, job, due) = try flying()
        rig.land(job, .bad, at: due)
        rig.round(at: due + .milliseconds(10))
        rig.recheck(acme.id, at: due + .seconds(1))
        #expect(rig.started(at: due + .milliseconds(999)).isEmpty)
        let again = try #require(rig.started(at: due + .seconds(1)).first)
        rig.land(again, at: due + .seconds(1))
        #expect(rig.started(at: due + .seconds(29)).isEmpty)
        #expect(rig.started(at: due + .seconds(30)).map(\.due) == [due + .seconds(30)])
    }

    @Test func `a turn that comes with a re-check takes its place, and none is skipped`() throws {
        let (rig, job, due) = try flying()
        rig.land(job, .bad, at: due)
        rig.round(at: due + .milliseconds(10))
        rig.recheck(acme.id, at: due + .milliseconds(29_990))
        #expect(rig.started(at: due + .milliseconds(29_990)).map(\.due) == [due + .seconds(30)])
        #expect(rig.round(at: due + .seconds(30)).isEmpty)
    }

    @Test func `a re-check of a check that is out starts nothing`() throws {
        let (rig, _, due) = try flying()
        rig.recheck(acme.id, at: due + .seconds(1))
        #expect(rig.started(at: due + .seconds(1)).isEmpty)
    }

    @Test func `a re-check of what is not planned starts nothing`() {
        let rig = Rig()
        rig.recheck(acme.id, at: after(1))
        #expect(rig.started(at: after(2)).isEmpty)
    }

    @Test func `each dependency has a lane of its own`() throws {
        let mongo = Dependency(rawValue: "mongo")
        let lanes = [redis: HandLane(), mongo: HandLane()]
        var scheduler = Scheduler(lanes: lanes)
        scheduler.adopt(plan([acme, check(checkID("acme", mongo))]).change(from: nil), at: start)
        scheduler.dispatch(at: after(30))
        for (dependency, lane) in lanes {
            #expect(lane.takeSubmitted().map(\.check.id.subject.dependency) == [dependency])
        }
    }
}
