internal import Checking
internal import Crypto
internal import FoundationEssentials
internal import TenantCore

extension TemplateScope {
    /// All that a template can say of a notification.
    init(_ notification: Notification, parameters: [String: Secret], externalURL: String, meter: TemplateMeter) {
        let text = { (text: String) in TemplateText(text, meter) }
        let severity = Self.severity(of: notification)
        let values: [String: Any] = [
            "status": text(notification.isFiring ? "firing" : "resolved"), "isFiring": notification.isFiring,
            "isResolved": !notification.isFiring, "kind": text(notification.kind.rawValue), "isReminder": notification.kind == .reminder,
            "isTest": notification.kind == .test, "isHeartbeat": notification.kind == .heartbeat, "id": text(notification.id),
            "receiver": text(notification.receiver), "groupKey": text(notification.groupKey), "dedupKey": text(Self.key(of: notification)),
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

    /// The worst of the alerts that fire, or of all when none does.
    private static func severity(of notification: Notification) -> Severity {
        let firing = notification.alerts.filter(\.isFiring)
        let given = Set((firing.isEmpty ? notification.alerts : firing).map(\.severity))
        return Severity.allCases.first { given.contains($0.rawValue) } ?? .info
    }

    /// The same for every notification of a group; 64 hexadecimal digits, which every receiver takes.
    private static func key(of notification: Notification) -> String {
        let digest = SHA256.hash(data: Array("\(notification.receiver)\0\(notification.groupKey)".utf8))
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// One line for each alert; of many, receivers cut the end.
    private static func list(_ notification: Notification) -> String {
        var lines = notification.alerts.map { alert in
            let texts = [alert.annotations["summary"] ?? alert.rule, alert.annotations["description"], alert.annotations["remedy"]]
            return "\(alert.status): " + texts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · ")
        }
        if notification.truncatedCount > 0 { lines.append("and \(notification.truncatedCount) more") }
        return lines.isEmpty ? notification.summary : lines.joined(separator: "\n")
    }
}
