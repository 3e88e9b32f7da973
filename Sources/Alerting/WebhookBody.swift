internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// Alertmanager's webhook body, version 4, so that whatever reads Alertmanager's reads ours.
struct WebhookBody {
    /// Alertmanager writes this for an alert that has not ended.
    private static let never = "0001-01-01T00:00:00Z"

    let receiver: String
    let externalURL: String
    let alerts: [Alert]

    var json: JSONValue {
        let common = { (of: (Alert) -> [String: String]) in
            alerts.dropFirst().reduce(alerts.first.map(of) ?? [:]) { shared, alert in
                let own = of(alert)
                return shared.filter { own[$0.key] == $0.value }
            }
        }
        return [
            "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0,
            "status": .string(alerts.contains(where: \.isFiring) ? "firing" : "resolved"), "receiver": .string(receiver),
            "groupLabels": [:], "commonLabels": Self.object(common(\.labels)), "commonAnnotations": Self.object(common(\.annotations)),
            "externalURL": .string(externalURL), "alerts": .array(alerts.map(render)),
        ]
    }

    private func render(_ alert: Alert) -> JSONValue {
        [
            "status": .string(alert.isFiring ? "firing" : "resolved"), "labels": Self.object(alert.labels),
            "annotations": Self.object(alert.annotations), "startsAt": .string(Self.format(alert.startsAt)),
            "endsAt": .string(alert.endsAt.map(Self.format) ?? Self.never),
            "generatorURL": .string("\(externalURL)/health/\(alert.subject.tenant)/\(alert.subject.dependency)"),
            "fingerprint": .string(alert.fingerprint),
        ]
    }

    private static func object(_ texts: [String: String]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in texts.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        return .object(object)
    }

    private static func format(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
