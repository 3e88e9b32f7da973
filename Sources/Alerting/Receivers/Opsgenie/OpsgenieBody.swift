internal import TenantCore

/// The alert API: https://docs.opsgenie.com/docs/alert-api, which creates at one URL and closes at another.
struct OpsgenieBody: MessageBody {
    /// Where alerts are created when the settings do not say.
    static let defaultURL = "https://api.opsgenie.com/v2/alerts"

    /// https://docs.opsgenie.com/docs/alerts-and-alert-fields; an alert may have 20 tags, and details of 8000 in all.
    enum Limits {
        static let message = 130
        static let description = 15_000
        static let entity = 512
        static let tag = 50
        static let detail = 1024
        static let note = 25_000
    }

    let externalURL: String

    /// The name of the header that carries the key.
    static let keyHeader = "Authorization"

    /// The header that carries the key.
    static func header(apiKey: Secret) -> ReceiverEndpoint.Header {
        ReceiverEndpoint.Header(name: keyHeader, value: apiKey.reveal { Secret("GenieKey \($0)") })
    }

    func suffix(for notification: Notification) -> String {
        notification.isFiring ? "" : "/\(MessageText.key(of: notification))/close?identifierType=alias"
    }

    func json(for notification: Notification) -> JSONValue {
        let text = MessageText(notification)
        let note = text.text(within: TextLimit(length: Limits.note))
        guard notification.isFiring else { return ["source": "tenantwatch", "note": .string(note)] }
        let detail = TextLimit(length: Limits.detail)
        let tags = notification.tenants.map { TextLimit(length: Limits.tag).cut($0) }
        var alert: JSONObject = [
            "message": .string(text.text([.headline, .changes], separator: "; ", within: TextLimit(length: Limits.message))),
            "alias": .string(MessageText.key(of: notification)),
            "description": .string(text.text(within: TextLimit(length: Limits.description))), "source": "tenantwatch",
        ]
        if let backend = notification.groupLabels["backend"], !backend.isEmpty {
            alert["entity"] = .string(TextLimit(length: Limits.entity).cut(backend))
        }
        alert["priority"] = .string(text.colour(notification, critical: "P1", warning: "P3", info: "P5", resolved: "P5"))
        alert["tags"] = .array((["tenantwatch", text.severity.rawValue] + tags).map { .string($0) })
        alert["details"] = [
            "kind": .string(notification.kind.rawValue), "group": .string(detail.cut(notification.groupKey)),
            "firing": .string(String(notification.firingCount)), "tenant_count": .string(String(notification.tenantCount)),
            "url": .string(detail.cut(externalURL)),
        ]
        return .object(alert)
    }
}
