public import FoundationEssentials
public import TenantCore

/// One line of the audit log: something that somebody may ask about later.
public struct AuditEntry: Sendable {
    /// What can be noted; the raw values are the log's contract.
    public enum Event: String, Sendable, CaseIterable {
        case agentStarted = "agent.started"
        case agentStopped = "agent.stopped"
        case configurationLoaded = "configuration.loaded"
        case configurationRejected = "configuration.rejected"
        case tenantAdded = "tenant.added"
        case tenantChanged = "tenant.changed"
        case tenantRemoved = "tenant.removed"
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
        case auditRepaired = "audit.repaired"
        case auditDropped = "audit.dropped"
        case auditReopened = "audit.reopened"
    }

    /// Longest text of one field, in Unicode scalars: a single character may have any number of them.
    static let textLimit = 512

    /// What happened.
    public var event: Event
    /// Whom it is about; nil when it concerns the whole agent.
    public var tenant: TenantID?
    /// Who caused it: `tenantwatch` itself, or the signal or command that asked for it.
    public var actor: String
    /// Whether it went well; written as the outcome `success` or `failure`.
    public var isSuccess: Bool
    /// The event's own fields.
    public var details: JSONObject
    /// When it happened.
    public var time: Date
    /// Its place among the steps that the state has committed; nil for what is no such step.
    public var step: Int?

    /// An entry; by default a success of this moment that the agent itself caused and that is no committed step.
    public init(
        _ event: Event, tenant: TenantID? = nil, actor: String = "tenantwatch", isSuccess: Bool = true, details: JSONObject = [:],
        time: Date = .now, step: Int? = nil
    ) {
        self.event = event
        self.tenant = tenant
        self.actor = actor
        self.isSuccess = isSuccess
        self.details = details
        self.time = time
        self.step = step
    }

    /// The entry as one line, with its place in the log.
    ///
    /// - Parameter step: the last committed step that is in the log with this line, so that a restart goes on after it.
    func line(sequence: Int, step: Int) -> AuditLine {
        var object: JSONObject = [
            "time": .string(time.formatted(.iso8601WithMilliseconds)), "sequence": .integer(sequence), "step": .integer(step),
            "event": .string(event.rawValue),
        ]
        if let tenant { object["tenant.id"] = .string(tenant.rawValue) }
        object["actor"] = .string(actor)
        object["outcome"] = .string(isSuccess ? "success" : "failure")
        for member in details.members { object[member.key] = Self.bounded(member.value) }
        return AuditLine(
            stamp: Stamp(sequence: sequence, time: time, step: step), bytes: JSONValue.object(object).serialized + [UInt8(ascii: "\n")])
    }

    private static func bounded(_ value: JSONValue) -> JSONValue {
        guard let scalars = value.text?.unicodeScalars, scalars.count > textLimit else { return value }
        return .string(String(scalars.prefix(textLimit - 1)) + "…")
    }
}
