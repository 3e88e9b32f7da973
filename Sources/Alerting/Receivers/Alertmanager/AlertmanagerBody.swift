internal import FoundationEssentials
internal import TenantCore

/// The body of `POST /api/v2/alerts`, Alertmanager's way of being told of alerts by their state.
struct AlertmanagerBody {
    /// How long a firing alert counts as such when nothing more is heard of it: four posts of the mirror.
    static let patience = Duration.seconds(240)

    let alerts: [Alert]
    let externalURL: String
    let now: Date

    var json: JSONValue { .array(alerts.map(render)) }

    private func render(_ alert: Alert) -> JSONValue {
        // One that lies ahead began before the clock was set back.
        let end = alert.endsAt ?? max(now, alert.startsAt) + Double(Self.patience.components.seconds)
        var object: JSONObject = [
            // Alertmanager refuses a label without a value; for its matchers the two are the same.
            "labels": JSONValue(texts: alert.labels.filter { !$0.value.isEmpty }),
            "annotations": JSONValue(texts: alert.annotations.filter { !$0.value.isEmpty }),
            "startsAt": .string(alert.startsAt.internetText), "endsAt": .string(end.internetText),
        ]
        let link = alert.generatorURL(under: externalURL)
        // It must be a URL where it is given at all.
        if !link.isEmpty { object["generatorURL"] = .string(link) }
        return .object(object)
    }
}
