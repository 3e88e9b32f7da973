public import FoundationEssentials
public import TenantCore

/// One step that was committed: what the audit log and the alerts' history are made of.
public struct JournalRow: Sendable, Equatable {
    /// What happened; the raw values are those of the audit log.
    public enum Event: String, Sendable, CaseIterable {
        case statusChanged = "status.changed"
        case alertFired = "alert.fired"
        case alertResolved = "alert.resolved"
        case alertFlapping = "alert.flapping"
        case notificationQueued = "notification.queued"
        case notificationDropped = "notification.dropped"
        case deliverySucceeded = "delivery.succeeded"
        case deliveryFailed = "delivery.failed"
        case deliveryDead = "delivery.dead"
        case deliveryReplayed = "delivery.replayed"
        case receiverDisabled = "receiver.disabled"
        case receiverTested = "receiver.tested"
        case receiverRenamed = "receiver.renamed"
        case receiverRemoved = "receiver.removed"
        case silenceAdded = "silence.added"
        case silenceExpired = "silence.expired"
    }

    /// Its place among all that was committed, from 1 and without a gap; 0 until it is stored.
    public var id = 0
    /// When it happened, on the wall clock.
    public var at: Date
    /// What happened.
    public var event: Event
    /// Whom it is about; nil when it concerns several tenants or the agent.
    public var tenant: TenantID?
    /// Who caused it.
    public var actor = "tenantwatch"
    /// Whether it went well.
    public var isSuccess = true
    /// The event's own fields.
    public var details: JSONObject
}
