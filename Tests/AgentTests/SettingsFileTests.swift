import Foundation
import RealServers
import TenantCore
import Testing

/// The settings file as `tenantwatch lint` sees it.
struct SettingsFileTests {
    private func lint(file: URL, environment: [String: String] = [:], tenant more: JSONObject = [:]) throws -> FinishedProcess {
        let good = tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1", more)
        let tenants = JSONValue.array([.object(good)]).description
        return try command(
            ["lint", "--settings", file.path], environment: environment.merging(["TENANT_CONFIGS": tenants]) { own, _ in own })
    }

    private func lint(_ yaml: String, environment: [String: String] = [:]) throws -> FinishedProcess {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "settings.yaml")
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        return try lint(file: file, environment: environment)
    }

    @Test func `the complete example has no issue`() throws {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        let texts = ["ALERTMANAGER_PASSWORD", "PAGERDUTY_KEY", "OPSGENIE_KEY", "TICKETS_TOKEN"].map { ($0, "x") }
        let urls = ["PLATFORM_HOOK_URL", "SLACK_URL", "TEAMS_URL", "DISCORD_URL", "HEARTBEAT_URL"].map { ($0, "https://hooks.example.com") }
        let environment = Dictionary(
            texts + urls + [("SIGNING_SECRET", secret), ("OLD_SIGNING_SECRET", secret)], uniquingKeysWith: { first, _ in first })
        let result = try lint(file: Ground.root.appending(path: "docs/examples/settings.yaml"), environment: environment)
        #expect(result.output == "1 good tenants, 0 errors, 0 warnings\n")
    }

    @Test func `words that YAML 1.1 would take for booleans and numbers are texts`() throws {
        let window = "{name: w, matchers: ['tenant=a'], start: 22:00, duration: 1h, timezone: UTC}"
        #expect(try lint("log_level: info\nmaintenance: [\(window)]\n").status == 0)
    }

    @Test(arguments: [
        ("interval: 15s\ninterval: 20s\n", "settings.yaml:2:1: has the key interval twice in one mapping"),
        ("heartbeat: {interval: 1m, \"interval\": 2m}\n", "settings.yaml:1:27: has the key interval twice in one mapping"),
        ("outbox_limit: 500\nrules: {1: {}, \"1\": {}}\n", "has the key 1 twice in one mapping"),
        ("interval: [15s\n", "is not YAML"), ("log_level: info\n\tinterval: 5s\n", "settings.yaml:2:"),
        ("a:\n\tb: 1\n", "YAML takes no tabs"), ("interval: “15s”\n", "typographic quote"), ("interval:\u{A0}15s\n", "invisible"),
        ("external_url: https://a: b\n", "Put the value in quotes"), ("interval: `15s`\n", "Put the value in quotes"),
        ("interval: 30\n", "Write 30s"), ("state_dir: ${STATE}\n", "state_dir: still has a placeholder (${…})"),
        ("heartbeat: {interval: 30, ping_url: 'https://a'}\n", "heartbeat.interval: is a number without a unit"),
        ("webhook_urls: ['https://${HOST}/']\n", "webhook_urls: number 1 still has a placeholder"),
        ("state_dir: /var/lib/t\u{FFFD}w\n", "state_dir: has bytes that are not UTF-8"),
        ("webhook_urls: ['https://h.example/$TOKEN']\n", "webhook_urls: number 1 still has a placeholder ($NAME)"),
        ("receivers: [{name: x, webhook: {url: 'https://h.example/$TOKEN'}}]\n", "receivers[0].webhook.url: still has a placeholder"),
        ("receivers: [{name: x, webhook: {url: 'https://a/${TOKEN}'}}]\n", "receivers[0].webhook.url: still has a placeholder"),
        ("receivers: [{name: x, webhook: {url: 'http://169.254.169.254/'}}]\n", "never dialled"),
        ("receivers:\n- name: x\n  name: y\n", "settings.yaml:3:3: has the key name twice"),
        ("a: 1\nrules: {b: {x: 1, y: 'x:, x: 2'},\n  b: 1}\n", "settings.yaml:3:3: has the key b twice"),
        ("a: {x: 'b, y: 1', y: [1, {y: 2}], y: 3}\n", "settings.yaml:1:35: has the key y twice"),
        ("heartbeat:\n  interval: 1m\n  nested:\n    interval: 1\n  'interval' : 2m\n", "settings.yaml:5:3: has the key interval twice"),
        ("interval: 15s”\n", "settings.yaml:1:11: interval: ends with a typographic quote (”)"),
        ("log_level: info\ninterval: 30\n", "settings.yaml:2:1: interval: is a number without a unit"),
        ("\nalert_failures: x\n", "settings.yaml:2:1: alert_failures: is not a whole number"),
        ("log_level: info\ninterval: {a: b}\n", "settings.yaml:2:1: interval: is neither a text"),
        ("log_level: info\nintervall: 5s\n", "settings.yaml:2:1: intervall: is not a setting"),
        ("receivers:\n- name: x\n  webhook:\n    url: 'http://169.254.169.254/'\n", "settings.yaml:4:5: receivers[0].webhook.url: names"),
        ("receivers:\n- name: x\n  webhook: {}\n", "settings.yaml:3:3: receivers[0].webhook.url: is missing"),
        ("receivers: [{name: x, webhook: {urll: 'https://h'}}]\n", "settings.yaml:1:33: receivers[0].webhook.urll: is not a key here"),
        ("- interval\n", "is not a YAML mapping"), ("? [a]\n: b\n", "has a key that is no text"),
        ("interval: {a: b}\n", "interval: is neither a text nor a list of texts"), ("receivrs: []\n", "Did you mean `receivers`?"),
        ("receivers: [{name: x, webhook: {url: 'http://hooks'}}]\nintervall: 5s\n", "Did you mean `interval`?"),
    ])
    func `what is wrong is said with its place`(row: (yaml: String, message: String)) throws {
        let result = try lint(row.yaml)
        #expect(result.status == 1)
        #expect(result.output.contains(row.message), "\(result.output)")
    }

    @Test func `a file that holds a secret is not quoted`() throws {
        #expect(!(try lint("interval: [c4n4ry\n").output.contains("c4n4ry")))
        #expect(!(try lint("receivers: [{name: x, slack: {url: c4n4ry}}]\n").output.contains("c4n4ry")))
    }

    @Test func `warnings alone keep nobody from starting`() throws {
        let result = try lint("receivers: [{name: x, webhook: {url: 'http://hooks'}}]\ndefault_route: {receivers: [x]}\n")
        #expect(result.status == 2)
        #expect(result.output.contains("settings.yaml:1:33: receivers[0].webhook.url: uses http://"))
    }

    @Test func `a placeholder in a receiver's secret is a warning`() throws {
        let result = try lint(
            "receivers: [{name: x, webhook: {url: 'https://hooks', bearer_token: '<token>'}}]\ndefault_route: {receivers: [x]}\n")
        #expect(result.status == 2)
        #expect(result.output.contains("settings.yaml:1:55: receivers[0].webhook.bearer_token: looks like a placeholder (<…>)"))
    }

    @Test func `the settings file is UTF-8, and URLs may be separated by commas`() throws {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "settings.yaml")
        try Data([0x69, 0x3A, 0xE9, 0x0A]).write(to: file)
        #expect(try lint(file: file).output.contains("the settings file is not UTF-8"))
        #expect(try lint("interval: 1m\n", environment: ["TENANTWATCH_WEBHOOK_URLS": "https://a,https://b/x,y"]).status == 0)
    }

    @Test(arguments: [
        ("https://h/a;https://h/b", "number 1 has a second :// in its path"), ("https://h/ahttps://h/b", "number 1 has a second ://"),
        ("https://h/a,h2.example/b", "number 1 has what looks like another URL"), ("https://h/a;h2:8080/b", "looks like another URL"),
        (",", "names no URL. Write URLs like"), (" , ,", "names no URL"),
        ("https://h/a https://h/b https://h/a", "number 3 is the same as number 1. Remove one of the two."),
        ("HTTPS://h/a", "number 1 starts with a scheme in capitals. Write https:// in small letters."),
        ("\"https://h/a\"", "number 1 starts with a quote. Remove the quotes"), ("'https://h/a'", "number 1 starts with a quote"),
        ("[\"https://h/a\",\"https://h/b\"]", "number 1 starts with a bracket"), ("h/a", "number 1 starts with neither https:// nor"),
        ("https://h/${TOKEN}", "number 1 still has a placeholder (${…}). Put the real value"),
    ])
    func `what is wrong with a list of URLs is said with its number`(row: (urls: String, message: String)) throws {
        let result = try lint("interval: 1m\n", environment: ["TENANTWATCH_WEBHOOK_URLS": row.urls])
        #expect(result.status == 1)
        #expect(result.output.contains(row.message), "\(result.output)")
    }

    @Test(arguments: ["https://h/a,b;c=d/e", "https://h/x,y.json", "https://h/a?next=https://b,c", "https://h/a,1.5;v=2", ""])
    func `commas and other signs may be parts of a URL`(urls: String) throws {
        #expect(try lint("interval: 1m\n", environment: ["TENANTWATCH_WEBHOOK_URLS": urls]).status == 0)
    }

    @Test func `a tenant's receivers are checked with its entry`() throws {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "settings.yaml")
        try "interval: 15s\n".write(to: file, atomically: true, encoding: .utf8)
        let good = try lint(file: file, tenant: ["alert_receivers": [["name": "hook", "webhook": ["url": "https://hooks.acme.com"]]]])
        #expect(good.status == 0)
        let bad = try lint(file: file, tenant: ["alert_receivers": [["name": "hook", "webhok": ["url": "https://hooks.acme.com"]]]])
        #expect(bad.status == 1)
        #expect(bad.output.contains("TENANT_CONFIGS[0].alert_receivers[0].webhok: is not a key here. Did you mean \"webhook\"?"))
    }
}
