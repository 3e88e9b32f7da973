import BlockingIO
import Checking
import Scheduling

/// A scheduler with its lane in the test's hand; a class, because expectations take no mutating calls.
final class Rig {
    private let lane = HandLane()
    private var scheduler: Scheduler
    private var plan: Plan?

    init() { scheduler = Scheduler(lanes: [redis: lane]) }

    var nextDue: ContinuousClock.Instant? { scheduler.nextDue }
    var isBusy: Bool { scheduler.isBusy }

    /// Loads a configuration of exactly these checks.
    func adopt(_ checks: [Check], at now: ContinuousClock.Instant = start) {
        let next = SchedulingTests.plan(checks)
        scheduler.adopt(next.change(from: plan), at: now)
        plan = next
    }

    /// Goes round once: takes back what landed, starts what is due.
    @discardableResult
    func round(at now: ContinuousClock.Instant) -> [Observation] {
        let observations = scheduler.collect(at: now)
        scheduler.dispatch(at: now)
        return observations
    }

    /// Goes round and tells what was started by it.
    func started(at now: ContinuousClock.Instant) -> [Job] {
        round(at: now)
        return lane.takeSubmitted()
    }

    /// What was started by earlier rounds.
    func takeStarted() -> [Job] { lane.takeSubmitted() }

    func scout(_ backend: Backend, at now: ContinuousClock.Instant) { scheduler.scout(backend, at: now) }

    func recheck(_ id: CheckID, at now: ContinuousClock.Instant) { scheduler.recheck([id], at: now) }

    /// A call comes back in time.
    func land(_ job: Job, _ outcome: Observation.Outcome = .good, at now: ContinuousClock.Instant) {
        lane.land(.finished(observation(of: job, outcome, at: now)))
    }

    /// A call is given up, and stays out.
    func abandon(_ job: Job, at now: ContinuousClock.Instant) {
        let failure = ProbeFailure.timeout(job.check.backend.rawValue, during: .command)
        lane.land(.abandoned(observation(of: job, .failed(failure), at: now)))
    }

    /// A call that was given up comes back at last.
    func giveBack(_ job: Job) { lane.land(.returned(job.check.id)) }
}
