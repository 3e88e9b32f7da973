import Foundation
import TenantCore
import Testing

@testable import Alerting

/// A service with a body of its own, in tests.
enum Service: String, CaseIterable, Sendable {
    case slack, teams, pagerDuty, opsgenie, discord

    func body(externalURL: String = "https://watch.example.com") -> any MessageBody {
        switch self {
        case .slack: SlackBody(externalURL: externalURL)
        case .teams: TeamsBody(externalURL: externalURL)
        case .pagerDuty: PagerDutyBody(externalURL: externalURL, routingKey: Secret("secret-key"))
        case .opsgenie: OpsgenieBody(externalURL: externalURL)
        case .discord: DiscordBody(externalURL: externalURL)
        }
    }
}

/// What the services' own documentation asks for, whatever the texts say.
struct MessageBodyTests {
    private func body(
        _ service: Service, _ notification: Alerting.Notification, externalURL: String = "https://watch.example.com"
    ) throws -> JSONValue {
        try JSONValue.parse(service.body(externalURL: externalURL).json(for: notification).serialized)
    }

    /// Every text that a service limits, with that limit.
    private static let limits: [(service: Service, path: String, limit: Int)] = [
        (.slack, "text", 40_000), (.slack, "blocks.0.text.text", 150), (.slack, "blocks.1.text.text", 3000),
        (.slack, "blocks.2.text.text", 3000), (.slack, "attachments.0.blocks.0.elements.0.text", 2000),
        (.teams, "summary", 4000), (.teams, "attachments.0.content.body.0.items.0.inlines.0.text", 4000),
        (.teams, "attachments.0.content.body.1.inlines.0.text", 4000), (.pagerDuty, "payload.summary", 1024),
        (.pagerDuty, "payload.source", 255), (.pagerDuty, "payload.class", 255), (.pagerDuty, "dedup_key", 255),
        (.opsgenie, "message", 130), (.opsgenie, "alias", 512), (.opsgenie, "description", 15_000), (.opsgenie, "entity", 512),
        (.opsgenie, "tags.2", 50), (.opsgenie, "note", 25_000), (.discord, "content", 2000), (.discord, "embeds.0.title", 256),
        (.discord, "embeds.0.description", 4096), (.discord, "embeds.0.footer.text", 2048),
    ]

    /// A group of three thousand with a name, a reason and descriptions that are hostile, in each state.
    private static func crowds(_ text: String) -> [Alerting.Notification] {
        let alerts = (0..<3000).map { index in
            Sample.alert(
                "tenant-\(index)", summary: index < 150 ? text : "down", reason: index < 150 ? text : "refused",
                annotations: index < 150 ? ["description": "\(index) \(text)", "remedy": text] : [:])
        }
        let over = alerts.prefix(1500).map { ended($0, at: 60) }
        let contents = [
            GroupContent(joined: alerts),
            GroupContent(joined: Array(alerts.dropFirst(1600)), resolved: over, known: Array(alerts[1500..<1600])),
            GroupContent(resolved: over), GroupContent(known: alerts),
        ]
        return contents.map { content in
            Notification(
                receiver: "ops", kind: content.isChange ? .change : .reminder, groupKey: "{}:{backend=\"\(text)\"}",
                groupLabels: ["backend": text, "reason": text], content: content,
                alerts: Array(content.alerts.prefix(Alerting.Notification.shownLimit)), at: Sample.date(90))
        }
    }

    @Test(arguments: Sample.hostileTexts)
    func `no text is longer than its service takes, of three tenants and of three thousand`(hostile: Sample.Hostile) throws {
        let small = [true, false].map { Sample.hostile(hostile.text, isFiring: $0) }
        for notification in small + Self.crowds(hostile.text) {
            let bodies = try Dictionary(uniqueKeysWithValues: Service.allCases.map { ($0, try body($0, notification)) })
            for row in Self.limits {
                guard let text = bodies[row.service]?.at(row.path)?.text else { continue }
                #expect((1...row.limit).contains(text.utf16.count), "\(row.path)")
            }
            #expect(bodies[.slack]?.at("blocks")?.elements?.count ?? 99 <= 50)
            #expect(bodies[.slack]?.serialized.count ?? .max < 60_000)
            #expect(bodies[.teams]?.serialized.count ?? .max < 21_000)
            #expect(bodies[.pagerDuty]?.serialized.count ?? .max < 512 * 1024)
            let embed = bodies[.discord]?.at("embeds.0")
            let texts = ["title", "description", "footer.text"].compactMap { embed?.at($0)?.text?.utf16.count }
            #expect(texts.reduce(0, +) <= 6000)
            let details = bodies[.opsgenie]?.at("details")?.object?.members.compactMap { $0.value.text?.utf16.count } ?? []
            #expect(details.reduce(0, +) <= 8000)
        }
    }

    @Test func `each limit is of a text that is there`() throws {
        let firing = try #require(Self.crowds("x").first)
        let resolved = try #require(Self.crowds("x").dropFirst(2).first)
        for row in Self.limits {
            let texts = try [firing, resolved].compactMap { try body(row.service, $0).at(row.path)?.text }
            #expect(!texts.isEmpty, "\(row.service) \(row.path)")
        }
    }

    @Test(arguments: Service.allCases, Sample.hostileTexts)
    func `a body is JSON without an external URL too`(service: Service, hostile: Sample.Hostile) throws {
        for isFiring in [true, false] {
            #expect(try body(service, Sample.hostile(hostile.text, isFiring: isFiring), externalURL: "").object != nil)
        }
    }

    @Test func `PagerDuty opens and closes an incident by the same key`() throws {
        let firing = try body(.pagerDuty, Sample.notification())
        let resolved = try body(.pagerDuty, Sample.notification([Sample.alert(endsAt: 60)]))
        #expect(firing.at("event_action") == "trigger")
        #expect(resolved.at("event_action") == "resolve")
        #expect(firing.at("routing_key") == "secret-key")
        #expect(firing.at("payload.severity") == "critical")
        #expect(firing.at("payload.timestamp") == "2026-01-02T03:04:05.000Z")
        #expect(firing.at("dedup_key") == resolved.at("dedup_key"))
    }

    @Test func `Opsgenie closes by the alias that it opened with`() throws {
        let opsgenie = OpsgenieBody(externalURL: "")
        let alias = try #require(try body(.opsgenie, Sample.notification()).at("alias")?.text)
        #expect(opsgenie.suffix(for: Sample.notification()) == "")
        #expect(opsgenie.suffix(for: Sample.notification([Sample.alert(endsAt: 60)])) == "/\(alias)/close?identifierType=alias")
        #expect(try body(.opsgenie, Sample.notification([Sample.alert(endsAt: 60)])).at("message") == nil)
    }

    @Test(arguments: [("critical", "P1"), ("warning", "P3"), ("info", "P5")])
    func `Opsgenie's priority follows the severity`(severity: String, priority: String) throws {
        let alert = Sample.alert(labels: ["severity": severity])
        #expect(try body(.opsgenie, Sample.notification([alert])).at("priority") == .string(priority))
    }

    @Test func `Opsgenie's key is a header`() {
        let header = ReceiverEndpoint.Header(name: "Authorization", value: Secret("GenieKey abc"))
        #expect(OpsgenieBody.header(apiKey: Secret("abc")) == header)
    }

    @Test func `nobody is mentioned on Discord`() throws {
        let body = try body(.discord, Sample.hostile("@everyone <@1> [x](https://evil.example) *b*"))
        #expect(body.at("allowed_mentions") == ["parse": []])
        let texts = [body.at("content")?.text, body.at("embeds.0.description")?.text].compactMap { $0 }
        #expect(texts.contains { $0.contains("\\@everyone \\<\\@1\\> \\[x\\]\\(https\\://evil.example\\) \\*b\\*") })
        #expect(texts.allSatisfy { !$0.replacing("\\@", with: "").contains("@") })
    }

    @Test func `nobody is mentioned on Slack`() throws {
        let body = try body(.slack, Sample.notification([Sample.alert(summary: "<!channel> & <@U1>")]))
        #expect(body.at("text")?.text?.hasPrefix("&lt;!channel&gt; &amp; &lt;@U1&gt;") == true)
        #expect(body.at("blocks.0.text.type") == "plain_text")
        #expect(body.at("parse") == "none" && body.at("link_names") == false && body.at("mrkdwn") == false)
    }

    @Test func `nothing is marked up in Teams`() throws {
        let body = try body(.teams, Sample.hostile("**b** [x](https://evil.example) <at>all</at>"))
        #expect(!String(decoding: body.serialized, as: UTF8.self).contains("\"TextBlock\""))
    }

    @Test(
        arguments: [
            (.slack, "attachments.0.color", ["#c62828", "#f9a825", "#1565c0", "#2e7d32"]),
            (.teams, "attachments.0.content.body.0.style", ["attention", "warning", "accent", "good"]),
            (.discord, "embeds.0.color", [12_986_408, 16_361_509, 1_402_304, 3_046_706]),
        ] as [(Service, String, [JSONValue])])
    func `the colour shows how bad it is`(service: Service, path: String, colours: [JSONValue]) throws {
        let firing = ["critical", "warning", "info"].map { Sample.alert(labels: ["severity": $0]) }
        let notifications = (firing + [Sample.alert(endsAt: 60)]).map { Sample.notification([$0]) }
        #expect(try notifications.map { try body(service, $0).at(path) } == colours)
    }
}
