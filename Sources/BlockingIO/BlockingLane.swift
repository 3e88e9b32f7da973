internal import Checking
internal import FoundationEssentials
internal import Platform

/// Runs checks on threads of its own, as many as it needs up to a cap.
///
/// All threads share one queue and each takes one job at a time, so that a slow check delays no other. A
/// batch wakes one thread; each `collect` wakes one more while jobs wait. Waking costs more than checking.
public final class BlockingLane: Lane {
    private struct Flight {
        var job: Job
        var taken: ContinuousClock.Instant
    }

    private struct State {
        var queue: [Job] = []
        var head = 0
        var threads = 0
        var idle = 0
        var lost = 0
        var serial = 0
        var flights: [Int: Flight] = [:]
        var landings: [Landing] = []

        mutating func next() -> Job? {
            guard head < queue.count else {
                queue.removeAll(keepingCapacity: true)
                head = 0
                return nil
            }
            defer { advance() }
            return queue[head]
        }

        /// Gives back what was taken once it is most of the queue, for under load the queue may never be empty.
        private mutating func advance() {
            head += 1
            guard head >= 1024, head * 2 > queue.count else { return }
            queue.removeFirst(head)
            head = 0
        }
    }

    /// How long after its deadline a call is given up: probes return at their deadline by themselves.
    private static let grace = Duration.milliseconds(250)
    /// How long a thread waits for work before it ends.
    private static let idleTime = Duration.seconds(30)

    /// How many threads may be lost in calls that were given up; beyond it the lane makes do with those that come back.
    private static let lossLimit = 256

    private let name: String
    private let cap: Int
    private let state = Monitor(State())

    /// - Parameters:
    ///   - name: the C library that the lane's calls go through, shown as the threads' name.
    ///   - cap: how many threads may take work at once; threads that are given up do not count.
    public init(name: String, cap: Int = 256) {
        self.name = name
        self.cap = cap
    }

    /// Queues jobs and wakes one thread; returns at once.
    public func submit(_ jobs: [Job]) {
        guard !jobs.isEmpty else { return }
        summon { $0.queue.append(contentsOf: jobs) }
    }

    /// What came back since the last call; gives up calls that are overdue at `now`, and wakes one more thread while jobs wait.
    public func collect(at now: ContinuousClock.Instant) -> [Landing] {
        let (landings, mustGrow) = state.withLock { state in
            Self.abandonOverdue(in: &state, at: now)
            defer { state.landings = [] }
            return (state.landings, state.head < state.queue.count)
        }
        if mustGrow { summon { _ in } }
        return landings
    }

    /// What the lane holds now; a thread whose call was given up is busy, but not among `threads`.
    public var figures: LaneFigures {
        state.withLock { state in
            var figures = LaneFigures()
            figures.busyThreads = state.flights.count + state.lost
            figures.lostThreads = state.lost
            figures.threads = state.threads
            figures.queued = state.queue.count - state.head
            return figures
        }
    }

    private static func abandonOverdue(in state: inout State, at now: ContinuousClock.Instant) {
        for (serial, flight) in state.flights where now > flight.taken + flight.job.check.timeout + grace {
            state.flights[serial] = nil
            state.threads -= 1
            state.lost += 1
            let failure = ProbeFailure.timeout(flight.job.check.backend.rawValue, during: .command)
            state.landings.append(.abandoned(observe(flight, .failed(failure), at: now)))
        }
    }

    /// Changes the state, then wakes an idle thread, or starts one while the cap allows it.
    private func summon(_ change: (inout State) -> Void) {
        let mustStart = state.withLock(waking: .one) { state in
            change(&state)
            if state.idle > 0 || state.threads >= cap || state.lost >= Self.lossLimit { return false }
            state.threads += 1
            return true
        }
        if mustStart, !Thread.start(stackSize: 512 * 1024, name: name, { [self] in work() }) {
            state.withLock { $0.threads -= 1 }
        }
    }

    private func work() {
        while let (serial, flight) = take() {
            guard land(serial, flight, fly(flight)) else { return }
        }
    }

    private func fly(_ flight: Flight) -> Observation.Outcome {
        let check = flight.job.check
        if flight.taken - flight.job.due > check.interval { return .skipped }
        let result = Result { () throws(ProbeFailure) in try check.probe.check(before: flight.taken + check.timeout) }
        return switch result {
        case .success(let reading): .answered(reading)
        case .failure(let failure): .failed(failure)
        }
    }

    /// The next job, for which an idle thread waits; nil when it has waited for long and ends.
    private func take() -> (Int, Flight)? {
        var isIdle = false
        while true {
            let flight = state.wait(until: .now + Self.idleTime) { state -> (Int, Flight)? in
                if isIdle { state.idle -= 1 }
                let flight = Self.take(from: &state)
                isIdle = flight == nil
                if isIdle { state.idle += 1 }
                return flight
            }
            if let flight { return flight }
            // A job that came just now may count on this thread.
            let isOver = state.withLock { state in
                guard state.head == state.queue.count else { return false }
                state.idle -= 1
                state.threads -= 1
                return true
            }
            if isOver { return nil }
        }
    }

    private static func take(from state: inout State) -> (Int, Flight)? {
        guard let job = state.next() else { return nil }
        state.serial += 1
        let flight = Flight(job: job, taken: .now)
        state.flights[state.serial] = flight
        return (state.serial, flight)
    }

    /// False when the flight was given up meanwhile: its answer is discarded and the thread must end.
    private func land(_ serial: Int, _ flight: Flight, _ outcome: Observation.Outcome) -> Bool {
        let observation = Self.observe(flight, outcome, at: .now)
        return state.withLock { state in
            guard state.flights.removeValue(forKey: serial) != nil else {
                state.lost -= 1
                state.landings.append(.returned(flight.job.check.id))
                return false
            }
            state.landings.append(.finished(observation))
            return true
        }
    }

    private static func observe(
        _ flight: Flight, _ outcome: Observation.Outcome, at now: ContinuousClock.Instant
    ) -> Observation {
        Observation(
            check: flight.job.check.id, backend: flight.job.check.backend, finishedAt: Date(), instant: now,
            duration: now - flight.taken, lateness: flight.job.lateness(at: flight.taken), outcome: outcome)
    }
}
