import Foundation
import TenantCore
import Testing

@testable import Alerting

/// The body must be Alertmanager's, version 4, as its documentation of `<webhook_config>` shows it.
struct WebhookBodyTests {
    private func body(_ alerts: [Alert], externalURL: String = "https://watch.example.com") throws -> JSONValue {
        let body = WebhookBody(notification: Sample.notification(alerts), externalURL: externalURL)
        return try JSONValue.parse(body.part(from: 0, limit: .max).bytes)
    }

    @Test func `the body has exactly the members of version 4`() throws {
        let body = try body([Sample.alert()])
        #expect(
            Set(body.object?.keys ?? []) == [
                "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels", "commonAnnotations",
                "externalURL", "alerts",
            ])
        #expect(body.at("version") == "4")
        #expect(body.at("truncatedAlerts") == 0)
        #expect(body.at("receiver") == "ops")
        #expect(body.at("externalURL") == "https://watch.example.com")
        #expect(body.at("groupKey") == "{}:{alertname=\"Down\"}")
        #expect(body.at("groupLabels") == ["alertname": "Down"])
    }

    @Test func `an alert has exactly the members of version 4`() throws {
        let one = try #require(try body([Sample.alert()]).at("alerts.0"))
        #expect(
            Set(one.object?.keys ?? []) == ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"])
        #expect(one.at("labels") == ["alertname": "Down", "dependency": "redis", "severity": "critical", "tenant": "acme"])
        #expect(one.at("annotations") == ["reason": "refused", "summary": "redis is down"])
        #expect(one.at("fingerprint")?.text == Sample.alert().fingerprint)
    }

    @Test(
        arguments: [
            ("acme", "redis", "https://watch.example.com/health/acme/redis"), ("acme", nil, "https://watch.example.com/health/acme"),
            (nil, nil, "https://watch.example.com/readyz?verbose"),
        ] as [(String?, String?, String)])
    func `an alert leads to the page of its subject`(tenant: String?, dependency: String?, link: String) throws {
        #expect(try body([Sample.alert(tenant, dependency)]).at("alerts.0.generatorURL") == .string(link))
    }

    @Test func `without an external URL an alert leads nowhere`() throws {
        #expect(try body([Sample.alert()], externalURL: "").at("alerts.0.generatorURL") == "")
    }

    @Test func `an alert that fires has no end, as Alertmanager writes it`() throws {
        let one = try #require(try body([Sample.alert()]).at("alerts.0"))
        #expect(one.at("status") == "firing")
        #expect(one.at("endsAt") == "0001-01-01T00:00:00Z")
    }

    @Test func `an alert that is over says when`() throws {
        let one = try #require(try body([Sample.alert(endsAt: 90)]).at("alerts.0"))
        #expect(one.at("status") == "resolved")
        let text = try #require(one.at("endsAt")?.text)
        let end = try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        #expect(end == Sample.date(90))
    }

    @Test func `times are in UTC and in the form of RFC 3339`() throws {
        let text = try #require(try body([Sample.alert()]).at("alerts.0.startsAt")?.text)
        #expect(text == "2026-01-02T03:04:05.000Z")
    }

    @Test(
        arguments: [([nil], "firing"), ([nil, 5], "firing"), ([5, nil], "firing"), ([5], "resolved"), ([5, 6], "resolved")]
            as [([Double?], String)])
    func `the whole fires as long as one alert does`(ends: [Double?], status: String) throws {
        let alerts = ends.enumerated().map { Sample.alert("tenant-\($0.offset)", endsAt: $0.element) }
        #expect(try body(alerts).at("status") == .string(status))
    }

    @Test func `what all alerts have in common is said once more, and the summary is that of all`() throws {
        let body = try body([
            Sample.alert("acme", reason: "refused", labels: ["team": "blue", "own": "x"]),
            Sample.alert("globex", reason: "timeout", labels: ["team": "blue"]),
        ])
        #expect(body.at("commonLabels") == ["alertname": "Down", "dependency": "redis", "severity": "critical", "team": "blue"])
        #expect(body.at("commonAnnotations") == ["summary": "Down: 2 tenants, acme, globex"])
    }

    @Test func `the summary of a single alert is its own`() throws {
        #expect(try body([Sample.alert()]).at("commonAnnotations.summary") == "redis is down")
    }

    @Test func `an alert whose tenant was removed is no longer watched`() throws {
        let gone = Sample.alert(summary: "redis of tenant acme is down", endsAt: 60, annotations: ["resolution": "tenant removed"])
        let body = try body([gone])
        #expect(body.at("commonAnnotations.summary") == "no longer watched: redis of tenant acme (tenant removed)")
        #expect(body.at("alerts.0.annotations.resolution") == "tenant removed")
    }

    @Test func `alerts that are not shown are counted`() throws {
        let body = try body((0..<130).map { Sample.alert("tenant-\($0)") })
        #expect(body.at("truncatedAlerts") == 30)
        #expect(body.at("alerts")?.elements?.count == 100)
    }

    @Test func `the order of the alerts is kept`() throws {
        let found = try body(["c", "a", "b"].map { Sample.alert($0) }).at("alerts")?.elements ?? []
        #expect(found.map { $0.at("labels.tenant") } == ["c", "a", "b"])
    }

    @Test(arguments: Sample.hostileTexts)
    func `a hostile text comes back as it was`(hostile: Sample.Hostile) throws {
        let text = hostile.text
        #expect(try body([Sample.alert(reason: text)]).at("alerts.0.annotations.reason")?.text == text)
    }

    @Test(arguments: [1, 1024, 2000, 4096, 10_000, 1 << 20])
    func `no body is larger than its limit unless it holds one alert, and together they tell all`(limit: Int) throws {
        let alerts = (0..<40).map { Sample.alert("tenant-\($0)", summary: String(repeating: "é\"", count: $0), endsAt: $0 < 5 ? 60 : nil) }
        let body = WebhookBody(notification: Sample.notification(alerts), externalURL: "https://watch.example.com")
        var found: [String] = []
        while found.count < alerts.count {
            let part = body.part(from: found.count, limit: limit)
            #expect(part.count > 0 && (part.count == 1 || part.bytes.count <= limit))
            let json = try JSONValue.parse(part.bytes)
            #expect(json.at("status") == "firing")
            #expect(json.at("truncatedAlerts") == 0)
            #expect(json.at("commonLabels.alertname") == "Down")
            // One more would not have fitted.
            if found.count + part.count < alerts.count {
                #expect(body.part(from: found.count, limit: .max).count > part.count)
                #expect(limit < 4096 || part.bytes.count > limit / 2)
            }
            let texts = (json.at("alerts")?.elements ?? []).compactMap { $0.at("fingerprint")?.text }
            #expect(texts.count == part.count)
            found += texts
        }
        #expect(found == Sample.notification(alerts).alerts.map(\.fingerprint))
    }

    @Test func `an alert that is too large alone is told without what it can do without`() throws {
        let long = String(repeating: "x", count: 10_000)
        let alert = Sample.alert(annotations: ["description": long, "remedy": long])
        let part = WebhookBody(notification: Sample.notification([alert]), externalURL: "").part(from: 0, limit: 4096, isBrief: true)
        let json = try JSONValue.parse(part.bytes)
        #expect(json.at("alerts.0.annotations") == ["reason": "refused", "summary": "redis is down"])
        #expect(json.at("alerts.0.fingerprint")?.text == alert.fingerprint)
    }
}
