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
    /// How many of them the receiver refused for this notification's sake alone.
    var refusals = 0
    /// No attempt is made before it.
    var nextAt: Date
    var createdAt: Date
    /// Whether the last attempt failed for a reason that the receiver's other notifications share.
    var awaitsReceiver = false
    /// What of it the receiver has taken.
    var progress = DeliveryProgress()

    /// Keeps the next attempt within what its schedule allows: what lies beyond was planned by a clock that was wrong.
    mutating func boundNext(at now: Date) {
        let longest = awaitsReceiver && refusals == 0 ? ReceiverSchedule.longestPause : RetrySchedule.longestPause(afterRefusals: refusals)
        nextAt = min(nextAt, now + longest.inSeconds)
        createdAt = min(createdAt, now)
    }

    /// Whether it is given up with the next failure.
    func isExpired(at now: Date) -> Bool { createdAt + RetrySchedule.lifetime.inSeconds <= now }
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
