import Checking
import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// Where the receivers' tests take their notifications from.
enum Sample {
    /// The wall clock, so many seconds after some moment.
    static func date(_ seconds: Double = 0) -> Date { Date(timeIntervalSince1970: 1_767_323_045 + seconds) }

    /// A text that breaks what was not escaped.
    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
    }

    static let hostileTexts = [
        ("quotes", "\"quoted\" \\ text"), ("line breaks", "line\nend\r\nagain"), ("marks that reorder", "\u{202E}evil\u{2028}"),
        ("HTML", "<script>&amp;</script>"), ("more than ASCII", "ünïcödé 😀👩‍👩‍👧‍👦"), ("controls", "\u{0}\u{1B}[31m\u{7F}"),
        ("Mustache", "{{summary}} {{{summary}}}"), ("JSON", "\"}], \"alerts\": [{\"x\": \""),
        ("mentions", "@everyone <!channel> <@U1> [x](https://evil.example)"), ("nothing", ""),
        ("much to escape", String(repeating: "\"\\\n", count: 3_000)), ("large characters", String(repeating: "👩‍👩‍👧‍👦", count: 1_000)),
    ].map { Hostile(testDescription: $0, text: $1) }

    static func alert(
        _ tenant: String? = "acme", _ dependency: String? = "redis", summary: String = "redis is down", reason: String = "refused",
        endsAt: Double? = nil, labels: [String: String] = [:], annotations: [String: String] = [:]
    ) -> Alert {
        var all = ["alertname": "Down", "severity": "critical"]
        all["tenant"] = tenant
        all["dependency"] = dependency
        all.merge(labels) { _, own in own }
        return Alert(
            fingerprint: Alert.fingerprint(all), rule: "Down",
            subject: AlertSubject(tenant: tenant.flatMap(TenantID.init), dependency: dependency.map(Dependency.init(rawValue:))),
            labels: all, annotations: ["summary": summary, "reason": reason].merging(annotations) { _, own in own }, backend: "redis:6379",
            reason: reason, isShared: true, startsAt: date(), endsAt: endsAt.map { date($0) }, isFlapping: false)
    }

    static func notification(
        _ alerts: [Alert] = [alert()], receiver: String = "ops", group: [String: String] = ["alertname": "Down"],
        kind: Alerting.Notification.Kind = .change
    ) -> Alerting.Notification {
        Notification(
            receiver: receiver, kind: kind, groupKey: AlertGroup.key(group), groupLabels: group, firing: alerts.filter(\.isFiring),
            resolved: alerts.filter { !$0.isFiring }, at: date(90))
    }

    /// Everything that it can say is `text`.
    static func hostile(_ text: String, isFiring: Bool = true) -> Alerting.Notification {
        let alerts = (0..<3).map { index in
            alert(
                "tenant-\(index)", summary: text, reason: text, endsAt: isFiring ? nil : 60, labels: ["team": text],
                annotations: ["description": text, "remedy": text])
        }
        return notification(alerts, group: ["backend": text, "reason": text])
    }

    /// A server that stays until the tests end.
    ///
    /// The thread of one that goes may still accept on its descriptor's number, which is the next server's by then.
    static func server(_ script: @escaping @Sendable (String) -> ScriptedServer.Answer) throws -> ScriptedServer {
        let server = try ScriptedServer(script)
        servers.withLock { $0.append(server) }
        return server
    }

    private static let servers = Guarded<[ScriptedServer]>([])

    /// What a template makes of a notification.
    static func render(
        _ source: String, _ format: TemplateSettings.Format = .text, parameters: [String: String] = [:],
        of notification: Alerting.Notification = notification()
    ) throws -> String {
        let settings = TemplateSettings(source: source, format: format, parameters: parameters.mapValues { Secret($0) })
        return String(decoding: try TemplateBody(settings, externalURL: "https://watch.example.com").render(notification), as: UTF8.self)
    }
}

extension JSONValue {
    /// The member or element at the end of the path, nil when there is none.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(self as JSONValue?) { value, step in
            if let index = Int(step) {
                let elements = value?.elements ?? []
                return elements.indices.contains(index) ? elements[index] : nil
            }
            return value?.object?[String(step)]
        }
    }
}
