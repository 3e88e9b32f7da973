internal import FoundationEssentials
internal import TenantCore

/// What follows from the outcome of an attempt.
struct Verdict: Sendable {
    var settlement: AlertStore.Settlement
    /// The failure is the receiver's, so that the others wait too.
    var isReceiverWide = false
    /// What the receiver asked for.
    var retryAfter: Duration?

    var isDead: Bool { if case .dead = settlement { true } else { false } }

    /// - Parameters:
    ///   - item: a heartbeat is never kept as a dead letter: the next one says the same.
    ///   - schedule: the receiver's, as it was before the attempt.
    ///   - mayBeItsOwn: the receiver has taken others since this one failed with it, the last of them just before.
    ///   - chance: from 0 to 1, spreads retries.
    init(
        _ outcome: DeliveryOutcome, of item: OutboxItem, under schedule: ReceiverSchedule, mayBeItsOwn: Bool = false,
        at now: Date, chance: Double
    ) {
        let end = item.createdAt + RetrySchedule.lifetime.inSeconds
        switch outcome {
        case .delivered: settlement = .delivered
        case .gone(let problem): settlement = .dead(problem: problem)
        case .failed(let problem, let wish, let isWide):
            retryAfter = wish.map { min(max($0, .zero), ReceiverSchedule.longestPause) }
            // A receiver that takes others and fails for this one alone, once more, does not fail as a whole.
            isReceiverWide = isWide && (retryAfter != nil || schedule.isFailing || !mayBeItsOwn)
            var next: Date
            if isReceiverWide {
                next = Self.next(under: schedule, retryAfter: retryAfter, at: now, chance: chance)
            } else {
                let pause = RetrySchedule.pause(afterRefusals: item.refusals + 1, chance: chance)
                // The last attempt is made at the end.
                next = min(now + max(pause, retryAfter ?? .zero).inSeconds, max(end, now + 1))
            }
            settlement = .postponed(until: next, problem: problem, isRefusal: !isReceiverWide, awaitsReceiver: isWide)
        case .unreachable(let problem):
            isReceiverWide = true
            let next = Self.next(under: schedule, retryAfter: nil, at: now, chance: chance)
            settlement = .postponed(until: next, problem: problem, isRefusal: false, awaitsReceiver: true)
        }
        if case .postponed(_, let problem, _, _) = settlement, now >= end {
            settlement = .dead(problem: "given up after \(item.attempts + 1) attempts in 75 hours: \(problem)")
        }
        if item.kind == .heartbeat, case .dead(let problem) = settlement { settlement = .dropped(problem: problem) }
    }

    private static func next(under schedule: ReceiverSchedule, retryAfter: Duration?, at now: Date, chance: Double) -> Date {
        var schedule = schedule
        schedule.fail(at: now, retryAfter: retryAfter, chance: chance)
        return schedule.nextAt ?? now
    }
}
