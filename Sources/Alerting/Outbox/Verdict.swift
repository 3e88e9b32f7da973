internal import FoundationEssentials
internal import TenantCore

/// What follows from the outcome of an attempt.
struct Verdict: Sendable {
    /// A `Retry-After` counts up to this.
    static let longestRetryAfter = Duration.seconds(3600)

    var settlement: AlertStore.Settlement
    var isReceiverWide = false
    var retryAfter: TimeInterval?

    var isDead: Bool { if case .dead = settlement { true } else { false } }

    /// - Parameters:
    ///   - kind: a heartbeat is never kept as a dead letter: the next one says the same.
    ///   - attempts: how many were made, this one included.
    ///   - chance: from 0 to 1, spreads retries.
    init(_ outcome: DeliveryOutcome, _ kind: Notification.Kind = .change, attempts: Int, at now: Date, chance: Double) {
        switch outcome {
        case .delivered: settlement = .delivered
        case .gone(let problem): settlement = .dead(problem: problem)
        case .failed(let problem, let wish, let isReceiverWide):
            let asked = wish.map { min(max($0, .zero), Self.longestRetryAfter) }
            self.isReceiverWide = isReceiverWide
            retryAfter = asked?.inSeconds
            if let pause = RetrySchedule.pause(afterAttempts: attempts, chance: chance) {
                settlement = .postponed(until: now + max(pause, asked ?? .zero).inSeconds, problem: problem, awaitsReceiver: isReceiverWide)
            } else {
                settlement = .dead(problem: "given up after \(attempts) attempts: \(problem)")
            }
        }
        if kind == .heartbeat, case .dead(let problem) = settlement { settlement = .dropped(problem: problem) }
    }
}
