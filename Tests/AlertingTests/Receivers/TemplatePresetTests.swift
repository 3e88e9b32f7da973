import Foundation
import TenantCore
import Testing

@testable import Alerting

/// What the receivers' own documentation asks for, whatever the texts say.
struct TemplatePresetTests {
    private func settings(_ preset: TemplatePreset) -> TemplateSettings {
        let names = preset.requiredParameters
        return preset.settings(parameters: Dictionary(uniqueKeysWithValues: names.map { ($0, Secret("secret-\($0)")) }))
    }

    private func body(
        _ preset: TemplatePreset, _ notification: Alerting.Notification, externalURL: String = "https://watch.example.com"
    ) throws -> JSONValue {
        try JSONValue.parse(TemplateBody(settings(preset), externalURL: externalURL).render(notification))
    }

    @Test(arguments: TemplatePreset.allCases)
    func `a preset passes its own examination`(preset: TemplatePreset) {
        #expect(TemplateBody.problem(with: settings(preset)) == nil)
    }

    @Test(arguments: TemplatePreset.allCases, Sample.hostileTexts)
    func `a preset makes JSON of every text`(preset: TemplatePreset, hostile: Sample.Hostile) throws {
        for isFiring in [true, false] {
            #expect(try body(preset, Sample.hostile(hostile.text, isFiring: isFiring)).object != nil)
            #expect(try body(preset, Sample.hostile(hostile.text, isFiring: isFiring), externalURL: "").object != nil)
        }
    }

    @Test(
        arguments: [
            (.slack, "attachments.0.blocks.0.text.text", 3000), (.microsoftTeams, "attachments.0.content.body.1.inlines.0.text", 4000),
            (.pagerDuty, "payload.summary", 1024), (.opsgenie, "message", 130), (.opsgenie, "description", 15_000),
            (.opsgenie, "entity", 512), (.discord, "content", 2000), (.discord, "embeds.0.description", 4096),
        ] as [(TemplatePreset, String, Int)], Sample.hostileTexts)
    func `no text is longer than its receiver takes, and none is empty`(
        limit: (TemplatePreset, String, Int), hostile: Sample.Hostile
    ) throws {
        guard let found = try body(limit.0, Sample.hostile(hostile.text)).at(limit.1)?.text else {
            #expect(limit.1 == "entity" && hostile.text.isEmpty)
            return
        }
        #expect((1...limit.2).contains(found.utf16.count))
    }

    @Test(arguments: Sample.hostileTexts)
    func `a message to Microsoft Teams stays below 28 KB`(hostile: Sample.Hostile) throws {
        let alerts = (0..<150).map { Sample.alert("tenant-\($0)", summary: hostile.text) }
        let bytes = try TemplateBody(settings(.microsoftTeams), externalURL: "").render(Sample.notification(alerts))
        #expect(bytes.count < 28 * 1024)
    }

    @Test func `PagerDuty opens and closes an incident by the same key`() throws {
        let firing = try body(.pagerDuty, Sample.notification())
        let resolved = try body(.pagerDuty, Sample.notification([Sample.alert(endsAt: 60)]))
        #expect(firing.at("event_action") == "trigger")
        #expect(resolved.at("event_action") == "resolve")
        #expect(firing.at("routing_key") == "secret-routing_key")
        #expect(firing.at("payload.severity") == "critical")
        #expect(firing.at("payload.timestamp") == "2026-01-02T03:04:05.000Z")
        #expect(firing.at("dedup_key") == resolved.at("dedup_key"))
    }

    @Test func `Opsgenie closes by the alias that it opened with`() throws {
        let template = try TemplateBody(settings(.opsgenie), externalURL: "")
        let alias = try #require(try body(.opsgenie, Sample.notification()).at("alias")?.text)
        #expect(template.suffix(for: Sample.notification()) == "")
        #expect(template.suffix(for: Sample.notification([Sample.alert(endsAt: 60)])) == "/\(alias)/close?identifierType=alias")
        #expect(try body(.opsgenie, Sample.notification([Sample.alert(endsAt: 60)])).at("message") == nil)
    }

    @Test(arguments: [("critical", "P1"), ("warning", "P3"), ("info", "P5")])
    func `Opsgenie's priority follows the severity`(severity: String, priority: String) throws {
        let alert = Sample.alert(labels: ["severity": severity])
        #expect(try body(.opsgenie, Sample.notification([alert])).at("priority") == .string(priority))
    }

    @Test func `Opsgenie's key is a header, and nobody else's`() {
        let header = ReceiverEndpoint.Header(name: "Authorization", value: Secret("GenieKey abc"))
        #expect(TemplatePreset.opsgenie.headers(parameters: ["api_key": Secret("abc")]) == [header])
        #expect(TemplatePreset.pagerDuty.headers(parameters: ["api_key": Secret("abc")]) == [])
    }

    @Test func `nobody is mentioned on Discord`() throws {
        #expect(try body(.discord, Sample.hostile("@everyone")).at("allowed_mentions") == ["parse": []])
    }

    @Test func `nobody is mentioned on Slack`() throws {
        let body = try body(.slack, Sample.notification([Sample.alert(summary: "<!channel> & <@U1>")]))
        #expect(body.at("text") == "&lt;!channel&gt; &amp; &lt;@U1&gt;")
        #expect(body.at("attachments.0.blocks.0.text.type") == "plain_text")
    }

    @Test(
        arguments: [
            (.slack, "attachments.0.color", ["#c62828", "#f9a825", "#1565c0", "#2e7d32"]),
            (.microsoftTeams, "attachments.0.content.body.0.style", ["attention", "warning", "accent", "good"]),
            (.discord, "embeds.0.color", [12_986_408, 16_361_509, 1_402_304, 3_046_706]),
        ] as [(TemplatePreset, String, [JSONValue])])
    func `the colour shows how bad it is`(preset: TemplatePreset, path: String, colours: [JSONValue]) throws {
        let firing = ["critical", "warning", "info"].map { Sample.alert(labels: ["severity": $0]) }
        let notifications = (firing + [Sample.alert(endsAt: 60)]).map { Sample.notification([$0]) }
        #expect(try notifications.map { try body(preset, $0).at(path) } == colours)
    }

    @Test func `every alert that is shown is named, and the others are counted`() throws {
        let alerts = (0..<120).map { Sample.alert("tenant-\($0)", summary: "t\($0)") }
        let text = try #require(try body(.opsgenie, Sample.notification(alerts)).at("description")?.text)
        #expect(text.hasPrefix("firing: t0\nfiring: t1\n"))
        #expect(text.hasSuffix("firing: t99\nand 20 more"))
    }
}
