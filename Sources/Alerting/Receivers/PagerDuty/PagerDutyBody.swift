internal import FoundationEssentials
internal import TenantCore

/// Events API v2: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/.
///
/// Our three severities are three of its four.
struct PagerDutyBody: MessageBody {
    /// Where events go when the settings do not say.
    static let defaultURL = "https://events.pagerduty.com/v2/enqueue"

    /// An event may have 512 KB, and its key 255 characters.
    enum Limits {
        static let summary = 1024
        static let field = 255
        static let detail = 8000
    }

    let externalURL: String
    let routingKey: Secret

    func json(for notification: Notification) -> JSONValue {
        let text = MessageText(notification)
        let field = TextLimit(length: Limits.field)
        var payload: JSONObject = [
            "summary": .string(text.text([.headline, .changes], separator: "; ", within: TextLimit(length: Limits.summary))),
            "source": .string(notification.groupLabels["backend"].map { $0.isEmpty ? "tenantwatch" : field.cut($0) } ?? "tenantwatch"),
            "severity": .string(text.severity.rawValue),
            "timestamp": .string((notification.alerts.map(\.startsAt).min() ?? notification.createdAt).internetText),
        ]
        if let reason = notification.groupLabels["reason"], !reason.isEmpty { payload["class"] = .string(field.cut(reason)) }
        payload["custom_details"] = details(text, notification)
        var event: JSONObject = [
            "routing_key": .string(routingKey.reveal { $0 }), "event_action": notification.isFiring ? "trigger" : "resolve",
            "dedup_key": .string(MessageText.key(of: notification)), "client": "tenantwatch",
        ]
        if !externalURL.isEmpty { event["client_url"] = .string(externalURL) }
        event["payload"] = .object(payload)
        return .object(event)
    }

    private func details(_ text: MessageText, _ notification: Notification) -> JSONValue {
        let limit = TextLimit(length: Limits.detail)
        var details: JSONObject = [
            "kind": .string(notification.kind.rawValue), "group": .string(limit.with(1024).cut(notification.groupKey)),
            "firing": .integer(notification.firingCount), "resolved": .integer(notification.resolvedCount),
            "tenant_count": .integer(notification.tenantCount), "tenants": .array(notification.tenants.map { .string(limit.cut($0)) }),
        ]
        let changes = text.text(.changes, within: limit)
        if !changes.isEmpty { details["changes"] = .string(changes) }
        let rest = text.text(.details, within: limit)
        if !rest.isEmpty { details["details"] = .string(rest) }
        return .object(details)
    }
}
