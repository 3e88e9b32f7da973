internal import FoundationEssentials
internal import TenantCore

/// Alertmanager's webhook body, version 4, so that whatever reads Alertmanager's reads ours.
struct WebhookBody {
    /// Alertmanager writes this for an alert that has not ended.
    private static let never = "0001-01-01T00:00:00Z"

    let notification: Notification
    let externalURL: String

    var json: JSONValue {
        var annotations = common(\.annotations)
        if notification.firingCount + notification.resolvedCount > 1 { annotations["summary"] = notification.summary }
        return [
            "version": "4", "groupKey": .string(notification.groupKey), "truncatedAlerts": .integer(notification.truncatedCount),
            "status": notification.isFiring ? "firing" : "resolved", "receiver": .string(notification.receiver),
            "groupLabels": JSONValue(texts: notification.groupLabels), "commonLabels": JSONValue(texts: common(\.labels)),
            "commonAnnotations": JSONValue(texts: annotations), "externalURL": .string(externalURL),
            "alerts": .array(notification.alerts.map(render)),
        ]
    }

    /// What all shown alerts say alike.
    private func common(_ texts: (Alert) -> [String: String]) -> [String: String] {
        let alerts = notification.alerts
        return alerts.dropFirst().reduce(alerts.first.map(texts) ?? [:]) { shared, alert in
            let own = texts(alert)
            return shared.filter { own[$0.key] == $0.value }
        }
    }

    private func render(_ alert: Alert) -> JSONValue {
        [
            "status": .string(alert.status), "labels": JSONValue(texts: alert.labels), "annotations": JSONValue(texts: alert.annotations),
            "startsAt": .string(alert.startsAt.internetText), "endsAt": .string(alert.endsAt?.internetText ?? Self.never),
            "generatorURL": .string(alert.generatorURL(under: externalURL)), "fingerprint": .string(alert.fingerprint),
        ]
    }
}
