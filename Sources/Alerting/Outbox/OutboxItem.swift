internal import FoundationEssentials
internal import TenantCore

/// A notification that waits in the outbox, without its content.
struct OutboxItem: Sendable, Equatable {
    /// Its place in the outbox.
    var sequence: Int
    /// The notification's own.
    var id: String
    var receiver: String
    var groupKey: String
    var kind: Notification.Kind
    /// The fingerprints of the alerts that it tells of by name, and
    var alerts: [UInt64]
    /// whether those are all.
    var isWhole: Bool
    /// How many attempts were made.
    var attempts: Int
    /// No attempt is made before it.
    var nextAt: Date
    var createdAt: Date
    /// Whether the last attempt failed for a reason that the receiver's other notifications share.
    var awaitsReceiver = false

    /// Keeps the next attempt within what its schedule allows: what lies beyond was planned by a clock that was wrong.
    mutating func boundNext(at now: Date) { nextAt = min(nextAt, now + RetrySchedule.longestPause(afterAttempts: attempts).inSeconds) }
}

extension OutboxItem {
    /// A notification that has just been committed.
    init(_ notification: Notification, at sequence: Int) {
        self.init(
            sequence: sequence, id: notification.id, receiver: notification.receiver, groupKey: notification.groupKey,
            kind: notification.kind, alerts: notification.alerts.compactMap { UInt64($0.fingerprint, radix: 16) },
            isWhole: notification.truncatedCount == 0, attempts: 0, nextAt: notification.createdAt, createdAt: notification.createdAt)
    }
}

/// When a failed notification is tried again: Standard Webhooks' schedule, ten attempts over about 75 hours.
enum RetrySchedule {
    private static let pauses: [Duration] =
        [.seconds(5), .seconds(300), .seconds(1800)] + [2, 5, 10, 14, 20, 24].map { .seconds($0 * 3600) }

    /// How long to wait after so many failed attempts; nil gives up.
    ///
    /// - Parameter chance: from 0 to 1, spreads what failed together by a tenth in each direction.
    static func pause(afterAttempts count: Int, chance: Double) -> Duration? {
        guard (1...pauses.count).contains(count) else { return nil }
        return pauses[count - 1] * (0.9 + 0.2 * chance)
    }

    /// The longest that anybody waits after so many attempts, a `Retry-After` included.
    static func longestPause(afterAttempts count: Int) -> Duration {
        count == 0 ? .zero : max(pause(afterAttempts: count, chance: 1) ?? .zero, Verdict.longestRetryAfter)
    }
}
