internal import FoundationEssentials

/// A notification that waits in the outbox, without its content.
struct OutboxItem: Sendable, Equatable {
    /// Its place in the outbox; a later one is never told before it within one group.
    var sequence: Int
    /// The notification's own.
    var id: String
    var receiver: String
    var groupKey: String
    var kind: Notification.Kind
    /// How many attempts were made.
    var attempts: Int
    /// No attempt is made before it.
    var nextAt: Date
    var createdAt: Date
    /// Whether the last attempt failed for a reason that the receiver's other notifications share.
    var awaitsReceiver = false
}

/// When a failed notification is tried again: Standard Webhooks' schedule, ten attempts over about 75 hours.
enum RetrySchedule {
    private static let pauses: [Duration] =
        [.seconds(5), .seconds(300), .seconds(1800)] + [2, 5, 10, 14, 20, 24].map { .seconds($0 * 3600) }

    /// No pause is longer.
    static let longestPause: Duration = .seconds(27 * 3600)

    /// How many attempts are made before a notification becomes a dead letter.
    static let attempts = pauses.count + 1

    /// How long to wait after so many failed attempts; nil gives up.
    ///
    /// - Parameter chance: from 0 to 1, spreads what failed together by a tenth in each direction.
    static func pause(afterAttempts count: Int, chance: Double) -> Duration? {
        guard (1...pauses.count).contains(count) else { return nil }
        return pauses[count - 1] * (0.9 + 0.2 * chance)
    }
}
