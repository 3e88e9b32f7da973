import Foundation
import TenantCore
import Testing

@testable import Alerting

/// What Alertmanager's API v2 takes: an array of `postableAlert`.
struct AlertmanagerBodyTests {
    private func body(_ alerts: [Alert], externalURL: String = "https://watch.example.com") throws -> JSONValue {
        try JSONValue.parse(AlertmanagerBody(alerts: alerts, externalURL: externalURL, now: Sample.date(60)).json.serialized)
    }

    @Test func `an alert has exactly the members of the API`() throws {
        let one = try #require(try body([Sample.alert()]).at("0"))
        #expect(Set(one.object?.keys ?? []) == ["labels", "annotations", "startsAt", "endsAt", "generatorURL"])
        #expect(one.at("labels") == ["alertname": "Down", "dependency": "redis", "severity": "critical", "tenant": "acme"])
        #expect(one.at("startsAt") == "2026-01-02T03:04:05.000Z")
    }

    @Test func `an alert that fires ends in four minutes unless it is told of again`() throws {
        #expect(try body([Sample.alert()]).at("0.endsAt")?.text == Sample.date(60 + 240).internetText)
    }

    @Test func `an alert that is over ends when it did`() throws {
        #expect(try body([Sample.alert(endsAt: 30)]).at("0.endsAt")?.text == Sample.date(30).internetText)
    }

    @Test func `empty labels and annotations are left out, for Alertmanager refuses them`() throws {
        let one = try #require(try body([Sample.alert(reason: "", labels: ["team": ""])]).at("0"))
        #expect(one.at("labels.team") == nil)
        #expect(one.at("annotations") == ["summary": "redis is down"])
    }

    @Test func `a URL that is not known is left out`() throws {
        #expect(try body([Sample.alert()], externalURL: "").at("0.generatorURL") == nil)
    }

    @Test func `no alerts are an empty array`() throws {
        #expect(try body([]) == [])
    }
}
