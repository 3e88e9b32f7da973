import BlockingIO
import Checking
import Foundation

/// What a backend does with a check that is asked now.
struct Behaviour {
    /// How long the call is out; far beyond its deadline for one that is stuck.
    var duration: Duration
    var outcome: Observation.Outcome
}

/// A lane as `BlockingLane` is one, on a manual clock: a few threads, calls that are given up after their deadline and
/// come back later.
final class SimulatedLane: Lane, @unchecked Sendable {
    // Sendable because a simulation runs in one thread.
    private struct Flight {
        var job: Job
        var taken: ContinuousClock.Instant
        var behaviour: Behaviour
        var isLost = false

        var ends: ContinuousClock.Instant { taken + behaviour.duration }
        var givenUp: ContinuousClock.Instant { taken + job.check.timeout + .milliseconds(250) }
    }

    private let threads: Int
    private let behaviour: (Check, ContinuousClock.Instant) -> Behaviour
    private var queue: [Job] = []
    private var flights: [Flight] = []
    private var skipped: [Landing] = []
    /// Checks that were started while an earlier call of theirs was still out.
    private(set) var overlaps: [CheckID] = []
    /// How many calls there were.
    private(set) var calls = 0

    init(threads: Int, behaviour: @escaping (Check, ContinuousClock.Instant) -> Behaviour) {
        self.threads = threads
        self.behaviour = behaviour
    }

    /// How many jobs and calls are in the lane.
    var load: Int { queue.count + flights.count }
    /// When something happens in the lane; nil when nothing does.
    var nextEvent: ContinuousClock.Instant? { flights.map { $0.isLost ? $0.ends : min($0.ends, $0.givenUp) }.min() }

    func submit(_ jobs: [Job]) { queue += jobs }

    /// Lets free threads take jobs.
    func start(at now: ContinuousClock.Instant) {
        while !queue.isEmpty, flights.count(where: { !$0.isLost }) < threads {
            let job = queue.removeFirst()
            guard now - job.due <= job.check.interval else {
                skipped.append(.finished(observe(job, .skipped, taken: now, ended: now)))
                continue
            }
            if flights.contains(where: { $0.job.check.id == job.check.id }) { overlaps.append(job.check.id) }
            calls += 1
            flights.append(Flight(job: job, taken: now, behaviour: behaviour(job.check, now)))
        }
    }

    func collect(at now: ContinuousClock.Instant) -> [Landing] {
        var landings = skipped
        skipped = []
        var rest: [Flight] = []
        for var flight in flights {
            if flight.isLost {
                if flight.ends <= now { landings.append(.returned(flight.job.check.id)) } else { rest.append(flight) }
            } else if flight.ends <= min(now, flight.givenUp) {
                landings.append(.finished(observe(flight.job, flight.behaviour.outcome, taken: flight.taken, ended: flight.ends)))
            } else if flight.givenUp < now {
                let failure = ProbeFailure.timeout(flight.job.check.backend.rawValue, during: .command)
                landings.append(.abandoned(observe(flight.job, .failed(failure), taken: flight.taken, ended: now)))
                flight.isLost = true
                rest.append(flight)
            } else {
                rest.append(flight)
            }
        }
        flights = rest
        start(at: now)
        return landings
    }

    var figures: LaneFigures {
        var figures = LaneFigures()
        figures.queued = queue.count
        return figures
    }

    private func observe(
        _ job: Job, _ outcome: Observation.Outcome, taken: ContinuousClock.Instant, ended: ContinuousClock.Instant
    ) -> Observation {
        Observation(
            check: job.check.id, backend: job.check.backend, finishedAt: Date(timeIntervalSince1970: 0), instant: ended,
            duration: ended - taken, lateness: job.lateness(at: taken), outcome: outcome)
    }
}
