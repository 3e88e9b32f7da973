import Alerting
import Foundation
import TenantCore
import Testing

/// `alert_receivers` of a tenant's entry.
struct TenantReceiverTests {
    private func read(
        _ json: String, environment: [String: String] = [:]
    ) throws -> (receivers: [ReceiverSettings], issues: [ConfigurationIssue]) {
        let entry = """
            [{"tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "db", "redis_addr": "redis:6379",
              "alert_receivers": \(json)}]
            """
        let loader = try TenantLoader(
            environment: ["TENANT_CONFIGS": entry], dependencies: [], knownExtras: [AlertingSettingsReader.tenantKey])
        let tenant = try #require(try loader.load().tenants.first)
        return AlertingSettingsReader.receivers(of: tenant, secretReader: SecretReader(environment: environment))
    }

    @Test func `a tenant's receivers carry its id`() throws {
        let (receivers, issues) = try read(
            #"[{"name": "hook", "webhook": {"url": "https://a"}}, {"name": "pager", "pagerduty": {"routing_key": {"env": "KEY"}}}]"#,
            environment: ["KEY": "k"])
        #expect(issues.isEmpty)
        #expect(receivers.map(\.name) == ["acme/hook", "acme/pager"])
    }

    @Test(arguments: [
        #""webhook": {"url": "https://a", "max_alerts": 5}"#, #""slack": {"url": "https://a"}"#,
        #""microsoft_teams": {"url": "https://a"}"#,
        #""discord": {"url": "https://a"}"#, #""opsgenie": {"api_key": "k"}"#, #""pagerduty": {"routing_key": "k"}"#,
    ])
    func `a tenant has webhooks and ready receivers`(members: String) throws {
        let (receivers, issues) = try read("[{\"name\": \"x\", \(members)}]")
        #expect(issues.isEmpty && receivers.map(\.name) == ["acme/x"])
    }

    @Test func `a tenant without receivers has none`() throws {
        #expect(try read("null").receivers.isEmpty)
        #expect(try read("[]").issues.isEmpty)
    }

    @Test func `a secret is read anew at each call`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        for url in ["https://old", "https://new"] {
            try url.write(to: file, atomically: true, encoding: .utf8)
            let (receivers, _) = try read(#"[{"name": "hook", "webhook": {"url": {"file": "\#(file.path)"}}}]"#)
            #expect(receivers.first?.endpoint?.url.opened == url)
        }
    }

    @Test(arguments: [
        (#"[{"name": "am", "alertmanager": {"urls": ["https://am"]}}]"#, "alert_receivers[0]", "does not say what it is"),
        (
            #"[{"name": "t", "template": {"url": "https://a", "template_file": "/etc/passwd"}}]"#, "alert_receivers[0].template",
            "is not for a tenant's own receivers"
        ),
        (
            #"[{"name": "t", "template": {"url": "https://a", "template": "{}"}}]"#, "alert_receivers[0].template",
            "is not for a tenant's own receivers"
        ),
        (#"[{"name": "x", "webhook": {}}]"#, "alert_receivers[0].webhook.url", "is missing"),
        (
            #"[{"name": "x", "webhook": {"url": "https://a"}}, {"name": "x", "webhook": {"url": "https://a"}}]"#,
            "alert_receivers[1].name", "is the name"
        ),
        (#"{"name": "x"}"#, "alert_receivers", "is an object, not a list"),
        (#"["x"]"#, "alert_receivers[0]", "is a string, not an object"),
    ])
    func `what a tenant may not say is an issue of its entry`(row: (json: String, path: String, problem: String)) throws {
        let issues = try read(row.json).issues
        #expect(issues.first?.path == row.path)
        #expect(issues.first?.problem.hasPrefix(row.problem) == true)
    }
}
