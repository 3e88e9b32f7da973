internal import BlockingIO
internal import Checking

/// The checks of one backend between their turn and a thread.
///
/// At most `slowLimit` of them may be older than a second; others queue here. When one ends in a verdict about the
/// connection, those that queue take that verdict. From then on the backend is suspect: one check, the canary, goes
/// first, and the others wait for what it finds.
struct BackendQueue: Sendable {
    /// A plain cap on checks in flight would starve a thousand healthy tenants behind a long link.
    static let slowLimit = 16
    static let slowAge = Duration.seconds(1)

    /// A check that has started and not come back.
    private struct Out: Sendable {
        var since: ContinuousClock.Instant
        var trust: String
    }

    private var out: [CheckID: Out] = [:]
    private var waiting: [Job] = []
    private var isSuspect = false
    /// True from the moment the limit was met until nobody waits any more: whoever is let through then may
    /// be as slow as those before, so that at most the limit is out at all.
    private var isJammed = false
    private var canaries = 0
    /// When courtesy allows another start.
    private var nextStart: ContinuousClock.Instant?
    /// When somebody last had to wait for what a canary finds.
    private var heldUntil: ContinuousClock.Instant?

    /// Who was asked to wait since the server last gave any other answer. One check may have been asked for its tenant's
    /// own sake; two speak for the server.
    private var throttled: Set<CheckID> = []
    /// Before this moment the server is asked nothing; nil while it has not asked for that.
    private(set) var notBefore: ContinuousClock.Instant?

    var hasWaiting: Bool { !waiting.isEmpty }

    mutating func enqueue(_ job: Job) { waiting.append(job) }

    mutating func renew(_ job: Job) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.check.id == job.check.id }) else { return false }
        waiting[index] = job
        return true
    }

    mutating func suspect() { isSuspect = true }

    /// Starts what may start now.
    mutating func release(at now: ContinuousClock.Instant, into released: inout [Job]) {
        if isSuspect {
            releaseCanary(at: now, into: &released)
        } else {
            releaseFreely(at: now, into: &released)
        }
        if isSuspect, hasWaiting { heldUntil = now }
    }

    private mutating func releaseCanary(at now: ContinuousClock.Instant, into released: inout [Job]) {
        guard out.isEmpty, !waiting.isEmpty, hasSpace(at: now) else { return }
        // Rotating, so that no tenant's own trouble speaks for the backend for long.
        canaries += 1
        start(waiting.remove(at: canaries % waiting.count), at: now, into: &released)
    }

    private mutating func releaseFreely(at now: ContinuousClock.Instant, into released: inout [Job]) {
        let slow = out.count < Self.slowLimit ? 0 : out.values.count { now - $0.since > Self.slowAge }
        if slow >= Self.slowLimit { isJammed = true }
        var position = 0
        while position < waiting.count, slow < Self.slowLimit, hasSpace(at: now) {
            if isJammed, out.count >= Self.slowLimit { break }
            start(waiting[position], at: now, into: &released)
            position += 1
        }
        waiting.removeFirst(position)
        if waiting.isEmpty, slow < Self.slowLimit { isJammed = false }
    }

    private func hasSpace(at now: ContinuousClock.Instant) -> Bool {
        nextStart.map { $0 <= now } ?? true
    }

    private mutating func start(_ job: Job, at now: ContinuousClock.Instant, into released: inout [Job]) {
        var job = job
        // Lateness is about the agent: what courtesy or a silent server has held back is not late.
        job.due = max(job.due, nextStart ?? job.due, heldUntil ?? job.due)
        out[job.check.id] = Out(since: now, trust: job.check.trust)
        if job.check.spacing > .zero { nextStart = now + job.check.spacing }
        released.append(job)
    }

    /// Takes a check back.
    ///
    /// - Returns: the jobs that take its verdict instead of being checked themselves.
    mutating func land(_ observation: Observation) -> [Job] {
        guard let landed = out.removeValue(forKey: observation.check) else { return [] }
        if holds(after: observation) {
            // One goes first when the time is over.
            isSuspect = true
            defer { waiting = [] }
            return waiting
        }
        guard case .failed(let failure) = observation.outcome, failure.scope != .subject else {
            if Self.hasReached(observation.outcome) { isSuspect = false }
            return []
        }
        let isShared = { (job: Job) in failure.scope == .backend || job.check.trust == landed.trust }
        let sharing = waiting.filter(isShared)
        guard !sharing.isEmpty else { return [] }
        waiting.removeAll(where: isShared)
        isSuspect = true
        return sharing
    }

    /// Whether the server as a whole has asked to be left alone for a while.
    private mutating func holds(after observation: Observation) -> Bool {
        guard case .failed(let failure) = observation.outcome, let wait = failure.retryAfter else {
            if Self.hasReached(observation.outcome) { throttled = [] }
            return false
        }
        throttled.insert(observation.check)
        guard failure.scope != .subject || throttled.count > 1 else { return false }
        let end = observation.instant + wait
        notBefore = max(notBefore ?? end, end)
        return true
    }

    /// Whether the server has said anything at all.
    private static func hasReached(_ outcome: Observation.Outcome) -> Bool {
        switch outcome {
        case .answered: true
        case .failed(let failure): failure.reason != .timeout
        case .skipped: false
        }
    }

    /// Forgets a check that is no longer planned; true when it was still waiting here.
    mutating func forget(_ id: CheckID) -> Bool {
        let before = waiting.count
        waiting.removeAll { $0.check.id == id }
        out[id] = nil
        throttled.remove(id)
        return waiting.count < before
    }
}
