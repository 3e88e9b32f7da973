internal import FoundationEssentials
internal import TenantCore

/// Alertmanager's webhook body, version 4, so that whatever reads Alertmanager's reads ours.
///
/// One notification can take several bodies: each is whole by itself, with the status and the common labels of all.
struct WebhookBody {
    /// Alertmanager writes this for an alert that has not ended.
    private static let never = "0001-01-01T00:00:00Z"
    /// What is left of an alert's annotations when it is too large to be taken alone.
    private static let briefAnnotations: Set<String> = ["summary", "reason"]

    /// Some of the alerts, in one body.
    struct Part {
        /// JSON.
        var bytes: [UInt8]
        /// How many alerts it holds, the first one whatever its size.
        var count: Int
    }

    private let notification: Notification
    private let externalURL: String
    /// All but the alerts, up to the bracket that opens their list.
    private let head: [UInt8]
    /// The same in brief.
    private let briefHead: [UInt8]

    init(notification: Notification, externalURL: String) {
        self.notification = notification
        self.externalURL = externalURL
        var annotations = Self.common(notification.alerts.lazy.map(\.annotations))
        if notification.firingCount + notification.resolvedCount > 1 || notification.isUnwatched {
            annotations["summary"] = notification.summary
        }
        let labels = JSONValue(texts: Self.common(notification.alerts.lazy.map(\.labels)))
        let head = { (annotations: [String: String]) -> [UInt8] in
            let object: JSONObject = [
                "version": "4", "groupKey": .string(notification.groupKey), "truncatedAlerts": .integer(notification.truncatedCount),
                "status": notification.isFiring ? "firing" : "resolved", "receiver": .string(notification.receiver),
                "groupLabels": JSONValue(texts: notification.groupLabels), "commonLabels": labels,
                "commonAnnotations": JSONValue(texts: annotations), "externalURL": .string(externalURL), "alerts": [],
            ]
            return JSONValue.object(object).serialized.dropLast(2)
        }
        self.head = head(annotations)
        briefHead = head(Self.brief(annotations))
    }

    /// As many alerts from `start` on as fit into `limit` bytes, but one at least.
    ///
    /// - Parameter isBrief: leaves out what an alert can do without, for a receiver that refuses a single one.
    func part(from start: Int, limit: Int, isBrief: Bool = false) -> Part {
        var bytes = isBrief ? briefHead : head
        var count = 0
        for alert in notification.alerts.dropFirst(start) {
            let rendered = render(alert, isBrief: isBrief).serialized
            // The comma before it and the end of the list and the object.
            guard count == 0 || bytes.count + rendered.count + 3 <= limit else { break }
            if count > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += rendered
            count += 1
        }
        return Part(bytes: bytes + Array("]}".utf8), count: count)
    }

    private static func brief(_ annotations: [String: String]) -> [String: String] {
        annotations.filter { briefAnnotations.contains($0.key) }
    }

    /// What all shown alerts say alike.
    private static func common(_ texts: some Collection<[String: String]>) -> [String: String] {
        texts.dropFirst().reduce(into: texts.first ?? [:]) { shared, own in
            for (key, value) in shared where own[key] != value { shared[key] = nil }
        }
    }

    private func render(_ alert: Alert, isBrief: Bool) -> JSONValue {
        let annotations = isBrief ? Self.brief(alert.annotations) : alert.annotations
        return [
            "status": .string(alert.status), "labels": JSONValue(texts: alert.labels), "annotations": JSONValue(texts: annotations),
            "startsAt": .string(alert.startsAt.internetText), "endsAt": .string(alert.endsAt?.internetText ?? Self.never),
            "generatorURL": .string(alert.generatorURL(under: externalURL)), "fingerprint": .string(alert.fingerprint),
        ]
    }
}
