@testable import Alerting
import Foundation
import TenantCore
import Testing

/// `receivers`: who can be told, and how they are reached.
struct ReceiverSettingsTests {
    @Test func `a webhook needs a URL and no more`() throws {
        let receiver = try #require(try receiver(#""webhook": {"url": "https://hooks.example.com/a?token=b"}"#))
        #expect(receiver.endpoint?.url.opened == "https://hooks.example.com/a?token=b")
        #expect(receiver.endpoint?.host == "hooks.example.com:443")
        #expect(receiver.sendsResolved)
        #expect(receiver.signingSecrets.isEmpty)
        #expect(!receiver.isMirror)
    }

    @Test func `everything about an endpoint arrives in its place`() throws {
        let receiver = try #require(
            try receiver(
                """
                "webhook": {"url": {"env": "URL"}, "bearer_token": {"env": "TOKEN"}, "headers": {"X-Team": "a", "X-Key": {"env": "KEY"}},
                            "ca_file": "/ca.pem", "cert_file": "/cert.pem", "key_file": "/key.pem"},
                "signing_secrets": ["\(signingSecret)", {"env": "OLD"}], "send_resolved": false
                """, environment: ["URL": "https://a", "TOKEN": "t", "KEY": "k", "OLD": signingSecret]))
        let expected = ReceiverEndpoint(
            url: Secret("https://a"), host: "a:443",
            tls: TLSSettings(caFile: "/ca.pem", certificateFile: "/cert.pem", keyFile: "/key.pem"), credentials: .bearer(Secret("t")),
            headers: [.init(name: "X-Team", value: Secret("a")), .init(name: "X-Key", value: Secret("k"))])
        #expect(receiver.endpoint == expected)
        #expect(receiver.signingSecrets.map(\.opened) == [signingSecret, signingSecret])
        #expect(!receiver.sendsResolved)
    }

    @Test(
        arguments: [
            ("", 0, 1 << 20), (#", "max_alerts": 0, "max_body_size": "1MB""#, 0, 1 << 20),
            (#", "max_alerts": 100, "max_body_size": "64KB""#, 100, 64 << 10), (#", "max_body_size": 4096"#, 0, 4096),
        ])
    func `a webhook says how much it takes at once`(row: (members: String, maxAlerts: Int, maxBodySize: Int)) throws {
        let receiver = try receiver(#""webhook": {"url": "https://a"\#(row.members)}"#)
        guard case .webhook(_, let settings) = receiver?.kind else { preconditionFailure("no webhook") }
        #expect(settings == WebhookSettings(maxAlerts: row.maxAlerts, maxBodySize: row.maxBodySize))
    }

    @Test func `a user name comes with a password`() throws {
        let receiver = try receiver(#""webhook": {"url": "https://a", "username": "u", "password": "p"}"#)
        #expect(receiver?.endpoint?.credentials == .basic(username: "u", password: Secret("p")))
    }

    @Test func `an Alertmanager is one or more URLs that share their credentials`() throws {
        let receiver = try #require(
            try receiver(#""alertmanager": {"urls": ["https://am1:9093", "https://am2:9093/base"], "bearer_token": "t"}"#))
        #expect(receiver.isMirror)
        guard case .alertmanager(let endpoints) = receiver.kind else { preconditionFailure("no Alertmanager") }
        #expect(endpoints.map(\.host) == ["am1:9093", "am2:9093"])
        #expect(endpoints.allSatisfy { $0.credentials == .bearer(Secret("t")) })
    }

    @Test(arguments: [
        ("slack", #""url": "https://hooks.slack.com/services/a""#, "hooks.slack.com:443"),
        ("microsoft_teams", #""url": "https://prod.logic.azure.com/a""#, "prod.logic.azure.com:443"),
        ("discord", #""url": "https://discord.com/api/webhooks/1/a""#, "discord.com:443"),
        ("pagerduty", #""routing_key": "k""#, "events.pagerduty.com:443"),
        ("pagerduty", #""routing_key": "k", "url": "https://eu.example.com""#, "eu.example.com:443"),
        ("opsgenie", #""api_key": "k""#, "api.opsgenie.com:443"),
    ])
    func `a ready receiver needs what its service gives out`(row: (key: String, members: String, host: String)) throws {
        let receiver = try #require(try receiver(#""\#(row.key)": {\#(row.members)}"#))
        #expect(receiver.endpoint?.host == row.host)
        #expect(receiver.service == row.key)
    }

    @Test func `the keys of ready receivers are where they are used`() throws {
        let pagerDuty = try receiver(#""pagerduty": {"routing_key": {"env": "KEY"}}"#, environment: ["KEY": "k"])
        guard case .pagerDuty(_, let key) = pagerDuty?.kind else { preconditionFailure("no PagerDuty") }
        #expect(key.opened == "k")
        #expect(pagerDuty?.endpoint?.headers.isEmpty == true)
        let opsgenie = try receiver(#""opsgenie": {"api_key": "k"}"#)
        #expect(opsgenie?.endpoint?.headers == [.init(name: "Authorization", value: Secret("GenieKey k"))])
    }

    @Test func `a template of one's own has a format and parameters`() throws {
        let own = try #require(
            try receiver(
                """
                "template": {"url": "https://a", "template": "to={{parameters.to}}&text={{summary}}", "format": "form",
                             "parameters": {"to": "x"}}
                """))
        #expect(own.template?.format == .form)
        #expect(own.template?.parameters == ["to": Secret("x")])
        let json = try receiver(#""template": {"url": "https://a", "template": "{\"text\": \"{{summary}}\"}"}"#)
        #expect(json?.template?.format == .json)
    }

    @Test func `a template may stand in a file, with line breaks`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).mustache")
        defer { try? FileManager.default.removeItem(at: file) }
        try "{\n  \"text\": \"{{summary}}\"\n}\n".write(to: file, atomically: true, encoding: .utf8)
        let own = try receiver(#""template": {"url": "https://a", "template_file": "\#(file.path)"}"#)
        #expect(own?.template?.source == "{\n  \"text\": \"{{summary}}\"\n}\n")
    }

    @Test func `http is accepted, with a warning unless it stays on this machine`() throws {
        for (url, warnings) in [("http://127.0.0.1:9000", 0), ("http://localhost", 0), ("http://hooks:9000", 1), ("https://hooks", 0)] {
            let (settings, issues) = try settings(
                #""receivers": [{"name": "x", "webhook": {"url": "\#(url)"}}], "default_route": {"receivers": ["x"]}"#)
            #expect(settings.receivers.count == 1)
            #expect(issues.map(\.severity) == Array(repeating: .warning, count: warnings))
        }
    }

    @Test func `a receiver that no route names is worth a warning`() throws {
        let (settings, issues) = try settings(
            """
            "receivers": [{"name": "x", "webhook": {"url": "https://a"}}, {"name": "y", "webhook": {"url": "https://a"}}],
            "heartbeat": {"receiver": "x"}
            """)
        #expect(settings.receivers.count == 2)
        #expect(issues.map(\.description) == ["warning: receivers: has y, which no route names. Name it in a route or in default_route."])
    }
}
