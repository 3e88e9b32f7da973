internal import Checking
internal import FoundationEssentials
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
        case deliverySucceeded = "delivery.succeeded"
        case deliveryFailed = "delivery.failed"
        case auditRepaired = "audit.repaired"
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
    var time: Date = .now

    /// An entry of this moment; by default a success that the agent itself caused.
    public init(
        _ event: Event, tenant: TenantID? = nil, actor: String = "tenantwatch", isSuccess: Bool = true, details: JSONObject = [:]
    ) {
        self.event = event
        self.tenant = tenant
        self.actor = actor
        self.isSuccess = isSuccess
        self.details = details
    }

    /// The entry as one line, with its place in the log.
    func line(sequence: Int) -> AuditLine {
        var object: JSONObject = [
            "time": .string(time.formatted(.iso8601WithMilliseconds)), "sequence": .integer(sequence), "event": .string(event.rawValue),
        ]
        if let tenant { object["tenant.id"] = .string(tenant.rawValue) }
        object["actor"] = .string(actor)
        object["outcome"] = .string(isSuccess ? "success" : "failure")
        for member in details.members { object[member.key] = Self.bounded(member.value) }
        return AuditLine(
            stamp: Stamp(sequence: sequence, time: time), bytes: JSONValue.object(object).serialized + [UInt8(ascii: "\n")])
    }

    private static func bounded(_ value: JSONValue) -> JSONValue {
        guard let scalars = value.text?.unicodeScalars, scalars.count > textLimit else { return value }
        return .string(String(scalars.prefix(textLimit - 1)) + "…")
    }
}

extension AuditEntry {
    /// A status change.
    init(_ transition: Transition) {
        var details: JSONObject = [
            "dependency": .string(transition.subject.dependency.rawValue), "server.address": .string(transition.backend.rawValue),
            "from": .string(transition.from.rawValue), "to": .string(transition.to.rawValue),
            "lasted_seconds": .number((transition.lasted.inSeconds * 1000).rounded() / 1000),
        ]
        if let cause = transition.cause {
            details["error.type"] = .string(cause.reason.rawValue)
            details["detail"] = .string(cause.detail)
        }
        self.init(.statusChanged, tenant: transition.subject.tenant, isSuccess: transition.to != .down, details: details)
        time = transition.at
    }

    /// An alert that fires or is resolved.
    init(_ alert: Alert) {
        self.init(
            alert.isFiring ? .alertFired : .alertResolved, tenant: alert.subject.tenant,
            details: [
                "dependency": .string(alert.subject.dependency.rawValue), "alertname": .string(alert.labels["alertname"] ?? ""),
                "severity": .string(alert.labels["severity"] ?? ""), "fingerprint": .string(alert.fingerprint),
                "error.type": .string(alert.annotations["reason"] ?? ""),
            ])
    }

    /// An attempt of delivery.
    init(_ delivery: Delivery) {
        var details: JSONObject = [
            "dependency": .string(delivery.subject.dependency.rawValue), "receiver": .string(delivery.receiver),
            "fingerprint": .string(delivery.fingerprint), "status": .string(delivery.isFiring ? "firing" : "resolved"),
            "attempt": .integer(delivery.attempt),
        ]
        var isSuccess = true
        switch delivery.outcome {
        case .succeeded: break
        case .failed(let problem):
            isSuccess = false
            details["detail"] = .string(problem)
        case .abandoned(let problem):
            isSuccess = false
            details["detail"] = .string("given up: \(problem)")
        }
        self.init(
            isSuccess ? .deliverySucceeded : .deliveryFailed, tenant: delivery.subject.tenant, isSuccess: isSuccess, details: details)
    }
}
