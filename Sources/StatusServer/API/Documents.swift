internal import Alerting
internal import Checking
internal import FoundationEssentials
internal import TenantCore

extension Date {
    /// RFC 3339 in UTC with milliseconds, as all times of the API are written.
    var document: JSONValue { .string(formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))) }
}

extension JSONValue {
    /// A text, or null.
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// Names and values, sorted by name.
    init(_ texts: [String: String]) {
        var object = JSONObject()
        for (name, value) in texts.sorted(by: { $0.key < $1.key }) { object[name] = .string(value) }
        self = .object(object)
    }
}

extension AlertView {
    /// How far an alert has come.
    enum State: String, CaseIterable {
        /// It fires, and its receivers are told.
        case firing
        /// Its condition holds, but not for long enough.
        case pending
        /// It fires, and nobody is told.
        case muted
    }

    var state: State { isPending ? .pending : mutedBy == nil ? .firing : .muted }

    var document: JSONValue {
        [
            "fingerprint": .string(alert.fingerprint), "rule": .string(alert.rule), "severity": .string(alert.severity),
            "state": .string(state.rawValue), "tenant": JSONValue(alert.subject.tenant?.rawValue),
            "dependency": JSONValue(alert.subject.dependency?.rawValue), "backend": JSONValue(alert.backend),
            "reason": JSONValue(alert.reason), "flapping": .boolean(alert.isFlapping), "starts_at": alert.startsAt.document,
            "muted_by": JSONValue(mutedBy), "receivers": .array(receivers.map { .string($0) }), "labels": JSONValue(alert.labels),
            "annotations": JSONValue(alert.annotations),
        ]
    }
}

extension JournalRow {
    var document: JSONValue {
        [
            "step": .integer(id), "at": at.document, "event": .string(event.rawValue), "tenant": JSONValue(tenant?.rawValue),
            "actor": .string(actor), "success": .boolean(isSuccess), "details": .object(details),
        ]
    }
}

extension StoredDelivery {
    var document: JSONValue {
        [
            "id": .string(id), "receiver": .string(receiver), "state": isDead ? "dead" : "queued", "firing": .boolean(isFiring),
            "attempts": .integer(attempts), "created_at": createdAt.document, "next_attempt_at": isDead ? .null : nextAt.document,
            "problem": JSONValue(problem), "summary": .string(summary),
        ]
    }
}

extension Silence {
    var document: JSONValue {
        let now = Date()
        let state: JSONValue = endsAt <= now ? "expired" : isActive(at: now) ? "active" : "scheduled"
        return [
            "id": .string(id), "state": state, "matchers": .array(matchers.map { .string($0.description) }), "starts_at": startsAt.document,
            "ends_at": endsAt.document, "author": .string(author), "reason": .string(reason),
        ]
    }
}

extension OutboxFigures.Receiver {
    func document(name: String) -> JSONValue {
        [
            "name": .string(name), "healthy": .boolean(isHealthy), "disabled_because": JSONValue(disabledBecause),
            "problem": JSONValue(problem), "waiting": .integer(waiting), "oldest_age_seconds": .number(oldestAge.inSeconds),
            "queued": .integer(queuedTotal),
            "sent": .integer(sent), "failed": .integer(failed), "dead": .integer(dead), "dropped": .integer(dropped),
        ]
    }
}

extension AlertRule {
    var document: JSONValue {
        let (kind, value): (JSONValue, String) =
            switch condition {
            case .status(let status): ("status", status.rawValue)
            case .inconclusive: ("inconclusive", "inconclusive")
            case .configuration(let condition): ("configuration", condition.rawValue)
            case .agent(let condition): ("agent", condition.rawValue)
            }
        return [
            "name": .string(name), "severity": .string(severity.rawValue), "enabled": .boolean(isEnabled),
            "condition": ["kind": kind, "value": .string(value)], "hold_seconds": .number(hold.inSeconds),
            "recovery_seconds": .number(recovery.inSeconds),
            "threshold_seconds": threshold.map { .number($0.inSeconds) } ?? .null, "summary": .string(summary),
            "runbook_url": .string(runbook),
        ]
    }
}

extension StatusSnapshot {
    func document(of tenant: Tenant) -> JSONValue {
        let dependencies = subjects(of: tenant.id).compactMap { subject -> JSONValue? in
            guard let state = self[subject] else { return nil }
            return [
                "name": .string(subject.dependency.rawValue), "status": .string(state.status.rawValue), "since": state.since.document,
                "backend": .string(state.backend.rawValue), "reason": JSONValue(state.cause?.reason.rawValue),
            ]
        }
        return [
            "id": .string(tenant.id.rawValue), "name": .string(tenant.name), "status": .string(status(of: tenant.id).rawValue),
            "labels": JSONValue(Dictionary(tenant.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })),
            "dependencies": .array(dependencies),
        ]
    }
}
