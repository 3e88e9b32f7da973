import Checking
import Foundation
import TenantCore
import Testing

@testable import Alerting

/// The body must be Alertmanager's, version 4, as its documentation of `<webhook_config>` shows it.
struct WebhookBodyTests {
    private func alert(
        _ tenant: String = "acme", reason: String = "refused", endsAt: Double? = nil, labels: [String: String] = [:]
    ) -> Alert {
        let all = labels.merging(["alertname": "Down", "tenant": tenant]) { own, _ in own }
        return Alert(
            fingerprint: AlertEngine.fingerprint(all), labels: all, annotations: ["summary": "redis is down", "reason": reason],
            startsAt: date(0), endsAt: endsAt.map { date($0) }, subject: subject(tenant))
    }

    private func body(_ alerts: [Alert]) throws -> JSONObject {
        let body = WebhookBody(receiver: "ops", externalURL: "https://watch.example.com", alerts: alerts)
        return try #require(try JSONValue.parse(body.json.serialized).object)
    }

    private func alerts(_ body: JSONObject) throws -> [JSONObject] {
        let elements = try #require(body["alerts"]?.elements)
        return elements.compactMap { $0.object }
    }

    @Test func `the body has exactly the members of version 4`() throws {
        let body = try body([alert()])
        #expect(
            Set(body.keys) == [
                "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels", "commonAnnotations",
                "externalURL", "alerts",
            ])
        #expect(body["version"] == "4")
        #expect(body["truncatedAlerts"] == 0)
        #expect(body["receiver"] == "ops")
        #expect(body["externalURL"] == "https://watch.example.com")
        #expect(body["groupKey"]?.text?.isEmpty == false)
        #expect(body["groupLabels"]?.object != nil)
    }

    @Test func `an alert has exactly the members of version 4`() throws {
        let one = try #require(try alerts(try body([alert()])).first)
        #expect(
            Set(one.keys) == ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"])
        #expect(one["labels"] == ["alertname": "Down", "tenant": "acme"])
        #expect(one["annotations"] == ["reason": "refused", "summary": "redis is down"])
        #expect(one["fingerprint"] == .string(alert().fingerprint))
        #expect(one["generatorURL"]?.text?.hasPrefix("https://watch.example.com/") == true)
    }

    @Test func `an alert that fires has no end, as Alertmanager writes it`() throws {
        let one = try #require(try alerts(try body([alert()])).first)
        #expect(one["status"] == "firing")
        #expect(one["endsAt"] == "0001-01-01T00:00:00Z")
    }

    @Test func `an alert that is over says when`() throws {
        let one = try #require(try alerts(try body([alert(endsAt: 90)])).first)
        #expect(one["status"] == "resolved")
        let text = try #require(one["endsAt"]?.text)
        let end = try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        #expect(end == date(90))
    }

    @Test func `times are in UTC and in the form of RFC 3339`() throws {
        let one = try #require(try alerts(try body([alert()])).first)
        let text = try #require(one["startsAt"]?.text)
        #expect(text.hasPrefix("2026-01-02T03:04:05"))
        #expect(text.hasSuffix("Z"))
    }

    @Test(
        arguments: [([nil], "firing"), ([nil, 5], "firing"), ([5, nil], "firing"), ([5], "resolved"), ([5, 6], "resolved")]
            as [([Double?], String)])
    func `the whole fires as long as one alert does`(ends: [Double?], status: String) throws {
        #expect(try body(ends.map { alert(endsAt: $0) })["status"] == .string(status))
    }

    @Test func `what all alerts have in common is said once more, and nothing else`() throws {
        let body = try body([
            alert("acme", reason: "refused", labels: ["team": "blue", "own": "x"]),
            alert("globex", reason: "timeout", labels: ["team": "blue"]),
        ])
        #expect(body["commonLabels"] == ["alertname": "Down", "team": "blue"])
        #expect(body["commonAnnotations"] == ["summary": "redis is down"])
    }

    @Test func `the order of the alerts is kept`() throws {
        let found = try alerts(try body(["c", "a", "b"].map { alert($0) }))
        #expect(found.map { $0["labels"]?.object?["tenant"] } == ["c", "a", "b"])
    }

    @Test(arguments: ["\"quoted\" \\ text", "line\nend", "\u{202E}evil", "<script>", "ünïcödé 😀"])
    func `a hostile text comes back as it was`(text: String) throws {
        let one = try #require(try alerts(try body([alert(reason: text)])).first)
        #expect(one["annotations"]?.object?["reason"]?.text == text)
    }
}
