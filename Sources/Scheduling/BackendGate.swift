internal import BlockingIO
internal import Checking

/// Lets the checks of one backend through, so that a frozen server takes a few threads and not all.
///
/// At most `slowLimit` checks of a backend may be older than a second; others queue here. When one ends in a
/// verdict about the connection, those that queue take that verdict. From then on the backend is suspect:
/// one check, the canary, goes first, and the others wait for what it finds.
struct BackendGate: Sendable {
    /// A plain cap on checks in flight would starve a thousand healthy tenants behind a long link.
    static let slowLimit = 16
    static let slowAge = Duration.seconds(1)

    /// A check that has started and not come back.
    private struct Out: Sendable {
        var since: ContinuousClock.Instant
        var trust: String
    }

    private struct State: Sendable {
        var out: [CheckID: Out] = [:]
        var waiting: [Job] = []
        var isSuspect = false
        /// True from the moment the limit was met until nobody waits any more: whoever is let through then may
        /// be as slow as those before, so that at most the limit is out at all.
        var isJammed = false
        var canaries = 0
        /// True when nothing would be lost with this state.
        func isIdle(at now: ContinuousClock.Instant) -> Bool {
            out.isEmpty && waiting.isEmpty && !isSuspect && nextStart.map { $0 <= now } ?? true
        }

        /// When courtesy allows another start.
        var nextStart: ContinuousClock.Instant?
    }

    private var states: [Backend: State] = [:]
    /// The backends with jobs that wait, so that a tick looks at no others.
    private var crowded: Set<Backend> = []

    /// True when jobs wait at some backend.
    var hasWaiting: Bool { !crowded.isEmpty }

    /// Takes a due job; `release` tells when it may start.
    mutating func enqueue(_ job: Job) {
        states[job.check.backend, default: State()].waiting.append(job)
        crowded.insert(job.check.backend)
    }

    /// Puts `job` in the place of an earlier turn of its check that still waits; false when none does.
    mutating func renew(_ job: Job) -> Bool {
        guard let index = states[job.check.backend]?.waiting.firstIndex(where: { $0.check.id == job.check.id }) else { return false }
        states[job.check.backend]?.waiting[index] = job
        return true
    }

    /// The jobs that may start now.
    mutating func release(at now: ContinuousClock.Instant) -> [Job] {
        var released: [Job] = []
        for backend in crowded {
            guard var state = states[backend] else { continue }
            if state.isSuspect {
                releaseCanary(&state, at: now, into: &released)
            } else {
                releaseFreely(&state, at: now, into: &released)
            }
            if state.waiting.isEmpty { crowded.remove(backend) }
            states[backend] = state
        }
        return released
    }

    private func releaseCanary(_ state: inout State, at now: ContinuousClock.Instant, into released: inout [Job]) {
        guard state.out.isEmpty, !state.waiting.isEmpty, hasSpace(state, at: now) else { return }
        // Rotating, so that no tenant's own trouble speaks for the backend for long.
        state.canaries += 1
        start(state.waiting.remove(at: state.canaries % state.waiting.count), &state, at: now, into: &released)
    }

    private func releaseFreely(_ state: inout State, at now: ContinuousClock.Instant, into released: inout [Job]) {
        let slow = state.out.count < Self.slowLimit ? 0 : state.out.values.count { now - $0.since > Self.slowAge }
        if slow >= Self.slowLimit { state.isJammed = true }
        var position = 0
        while position < state.waiting.count, slow < Self.slowLimit, hasSpace(state, at: now) {
            if state.isJammed, state.out.count >= Self.slowLimit { break }
            start(state.waiting[position], &state, at: now, into: &released)
            position += 1
        }
        state.waiting.removeFirst(position)
        if state.waiting.isEmpty, slow < Self.slowLimit { state.isJammed = false }
    }

    private func hasSpace(_ state: State, at now: ContinuousClock.Instant) -> Bool {
        state.nextStart.map { $0 <= now } ?? true
    }

    private func start(_ job: Job, _ state: inout State, at now: ContinuousClock.Instant, into released: inout [Job]) {
        var job = job
        // What courtesy has held back is not late.
        job.due = max(job.due, state.nextStart ?? job.due)
        state.out[job.check.id] = Out(since: now, trust: job.check.trust)
        if job.check.spacing > .zero { state.nextStart = now + job.check.spacing }
        released.append(job)
    }

    /// Lets one check go first at `backend` until the server is heard again.
    mutating func suspect(_ backend: Backend) {
        states[backend, default: State()].isSuspect = true
    }

    /// Forgets a backend at which nothing is checked any more.
    mutating func remove(_ backend: Backend) {
        states[backend] = nil
        crowded.remove(backend)
    }

    /// Takes a check back.
    ///
    /// - Returns: the jobs that take its verdict instead of being checked themselves.
    mutating func land(_ observation: Observation) -> [Job] {
        guard var state = states[observation.backend], let out = state.out.removeValue(forKey: observation.check) else {
            return []
        }
        defer { states[observation.backend] = state.isIdle(at: observation.instant) ? nil : state }
        guard case .failed(let failure) = observation.outcome, failure.scope != .subject else {
            if Self.hasReached(observation.outcome) { state.isSuspect = false }
            return []
        }
        return Self.share(failure, &state, trust: out.trust)
    }

    /// Whether the server has said anything at all.
    private static func hasReached(_ outcome: Observation.Outcome) -> Bool {
        switch outcome {
        case .answered: true
        case .failed(let failure): failure.reason != .timeout
        case .skipped: false
        }
    }

    private static func share(_ failure: ProbeFailure, _ state: inout State, trust: String) -> [Job] {
        let isShared = { (job: Job) in failure.scope == .backend || job.check.trust == trust }
        let sharing = state.waiting.filter(isShared)
        guard !sharing.isEmpty else { return [] }
        state.waiting.removeAll(where: isShared)
        state.isSuspect = true
        return sharing
    }

    /// Forgets a check that is no longer planned; true when it was still waiting here.
    mutating func forget(_ id: CheckID, at backend: Backend) -> Bool {
        let before = states[backend]?.waiting.count ?? 0
        states[backend]?.waiting.removeAll { $0.check.id == id }
        states[backend]?.out[id] = nil
        let count = states[backend]?.waiting.count ?? 0
        if count == 0 { crowded.remove(backend) }
        return count < before
    }
}
