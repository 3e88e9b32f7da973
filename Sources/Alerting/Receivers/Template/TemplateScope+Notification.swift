internal import Checking
internal import FoundationEssentials
internal import TenantCore

extension TemplateScope {
    /// All that a template can say of a notification.
    init(_ notification: Notification, parameters: [String: Secret], externalURL: String, meter: TemplateMeter) {
        let text = { (text: String) in TemplateText(text, meter) }
        let severity = notification.severity
        let values: [String: Any] = [
            "status": text(notification.isFiring ? "firing" : "resolved"), "isFiring": notification.isFiring,
            "isResolved": !notification.isFiring, "kind": text(notification.kind.rawValue), "isReminder": notification.kind == .reminder,
            "isTest": notification.kind == .test, "isHeartbeat": notification.kind == .heartbeat, "id": text(notification.id),
            "receiver": text(notification.receiver), "groupKey": text(notification.groupKey),
            "dedupKey": text(MessageText.key(of: notification)),
            "groupLabels": TemplateList(labels: notification.groupLabels, meter), "summary": text(notification.summary),
            "firingCount": TemplateCount(notification.firingCount), "resolvedCount": TemplateCount(notification.resolvedCount),
            "truncatedCount": TemplateCount(notification.truncatedCount), "tenants": TemplateList(notification.tenants.map(text), meter),
            "tenantCount": TemplateCount(notification.tenantCount), "externalURL": text(externalURL), "severity": text(severity.rawValue),
            "isCritical": severity == .critical, "isWarning": severity == .warning, "isInfo": severity == .info,
            "createdAt": text(notification.createdAt.internetText),
            "startsAt": text((notification.alerts.map(\.startsAt).min() ?? notification.createdAt).internetText),
            "alertList": text(Self.list(notification)),
            "alerts": TemplateList(notification.alerts.map { TemplateScope($0, externalURL: externalURL, meter) }, meter),
            "parameters": TemplateScope(parameters.mapValues { $0.reveal(text) }, path: "parameters.", meter: meter),
        ]
        self.init(values, meter: meter)
    }

    private init(_ alert: Alert, externalURL: String, _ meter: TemplateMeter) {
        let text = { (text: String?) in TemplateText(text ?? "", meter) }
        self.init([
            "status": text(alert.status), "isFiring": alert.isFiring, "isResolved": !alert.isFiring,
            "labels": TemplateList(labels: alert.labels, meter), "annotations": TemplateList(labels: alert.annotations, meter),
            "startsAt": text(alert.startsAt.internetText), "endsAt": text(alert.endsAt?.internetText),
            "fingerprint": text(alert.fingerprint), "rule": text(alert.rule), "tenant": text(alert.subject.tenant?.rawValue),
            "dependency": text(alert.subject.dependency?.rawValue), "reason": text(alert.reason), "backend": text(alert.backend),
            "severity": text(alert.severity), "summary": text(alert.annotations["summary"] ?? alert.rule),
            "description": text(alert.annotations["description"]), "remedy": text(alert.annotations["remedy"]),
            "link": text(alert.generatorURL(under: externalURL)),
        ])
    }

    /// One line for each alert; of many, receivers cut the end.
    private static func list(_ notification: Notification) -> String {
        var lines = notification.alerts.map { alert in
            let summary = alert.annotations["summary"] ?? alert.rule
            // Whoever is gone needs no remedy, and nobody knows that all is well.
            if let resolution = alert.resolution, !alert.isFiring {
                return "no longer watched: \(AlertAuthor.name(alert.subject)) (\(resolution))"
            }
            let texts = [summary, alert.annotations["description"], alert.isFiring ? alert.annotations["remedy"] : nil]
            return "\(alert.status): " + texts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
        }
        if notification.truncatedCount > 0 { lines.append("and \(notification.truncatedCount) more") }
        return lines.isEmpty ? notification.summary : lines.joined(separator: "\n")
    }
}
