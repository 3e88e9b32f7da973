internal import Checking
internal import FoundationEssentials
internal import Platform

/// Runs each check at once in the caller's thread, at the instant that the caller says it is.
///
/// For `tenantwatch` tests and simulations on a manual clock: a whole week runs in one thread.
public final class InlineLane: Lane {
    private let waiting = Guarded<[Job]>([])

    /// A lane with nothing to run.
    public init() {}

    /// Keeps jobs for the next `collect`; runs nothing yet.
    public func submit(_ jobs: [Job]) {
        waiting.withLock { $0.append(contentsOf: jobs) }
    }

    /// Runs all jobs that wait, one after the other; each counts as taken and ended at `now`.
    public func collect(at now: ContinuousClock.Instant) -> [Landing] {
        let jobs = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        return jobs.map { job in
            let check = job.check
            let result = Result { () throws(ProbeFailure) in try check.probe.check(before: now + check.timeout) }
            let outcome: Observation.Outcome =
                switch result {
                case .success(let reading): .answered(reading)
                case .failure(let failure): .failed(failure)
                }
            return .finished(
                Observation(
                    check: check.id, backend: check.backend, finishedAt: Date(), instant: now, duration: .zero,
                    lateness: job.lateness(at: now), outcome: outcome))
        }
    }

    /// Always zeros: there are no threads, and what waits is not counted.
    public var figures: LaneFigures { LaneFigures() }
}
