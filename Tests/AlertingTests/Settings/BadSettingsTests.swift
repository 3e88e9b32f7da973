import Alerting
import TenantCore
import Testing

/// Whatever is wrong is said with its place, and all at once.
struct BadSettingsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var json: String
        /// `path: problem`, in order; a problem may be cut short.
        var issues: [String]
        var testDescription: String { "\(json) → \(issues.first ?? "")" }

        init(_ json: String, _ issues: String...) {
            self.json = json
            self.issues = issues
        }

        /// One receiver that is named by the default route.
        static func receiver(_ json: String, _ issue: String) -> Row {
            Row(#""receivers": [{\#(json)}]"#, issue)
        }

        static func webhook(_ json: String, _ issue: String) -> Row {
            receiver(#""name": "x", "webhook": {\#(json)}"#, issue)
        }

        static func route(_ json: String, _ issue: String) -> Row {
            Row(#""receivers": [{"name": "ops", "webhook": {"url": "https://a"}}], "routes": [{\#(json)}]"#, issue)
        }

        static func window(_ json: String, _ issue: String) -> Row {
            Row(#""maintenance": [{"name": "w", "matchers": ["tenant=a"], \#(json)}]"#, issue)
        }
    }

    private static let receivers: [Row] = [
        Row(#""receivers": {"name": "x"}"#, "receivers: is an object, not a list"),
        Row(#""receivers": ["x"]"#, "receivers[0]: is a string, not an object"),
        .receiver(#""webhook": {"url": "https://a"}"#, "receivers[0].name: is missing"),
        .receiver(#""name": "a b", "webhook": {"url": "https://a"}"#, "receivers[0].name: is not a name"),
        .receiver(#""name": "a/b", "webhook": {"url": "https://a"}"#, "receivers[0].name: is not a name"),
        .receiver(
            #""name": "\#(String(repeating: "a", count: 64))", "webhook": {"url": "https://a"}"#, "receivers[0].name: is not a name"),
        .receiver(#""name": "webhook-1", "webhook": {"url": "https://a"}"#, "receivers[0].name: is the name of another receiver too"),
        .receiver(#""name": "x""#, "receivers[0]: does not say what it is"),
        .receiver(
            #""name": "x", "webhook": {"url": "https://a"}, "slack": {"url": "https://a"}"#,
            "receivers[0]: is more than one thing: webhook, slack"),
        .receiver(#""name": "x", "webhook": "https://a""#, "receivers[0].webhook: is a string, not an object"),
        .receiver(#""name": "x", "webhook": {"url": "https://a"}, "send_resolve": true"#, "receivers[0].send_resolve: is not a key here"),
        .receiver(
            #""name": "x", "webhook": {"url": "https://a"}, "send_resolved": "yes""#,
            "receivers[0].send_resolved: is a string, not true or false"),
        .receiver(
            #""name": "x", "webhook": {"url": "https://a"}, "signing_secrets": ["secret"]"#,
            "receivers[0].signing_secrets[0]: does not start with whsec_"),
        .receiver(
            #""name": "x", "webhook": {"url": "https://a"}, "signing_secrets": [\#(Array(repeating: "\"\(signingSecret)\"", count: 3).joined(separator: ", "))]"#,
            "receivers[0].signing_secrets: has 3 secrets"),
        .receiver(#""name": "x", "alertmanager": {}"#, "receivers[0].alertmanager.urls: is missing"),
        .receiver(#""name": "x", "alertmanager": {"urls": []}"#, "receivers[0].alertmanager.urls: is empty"),
        .receiver(
            #""name": "x", "alertmanager": {"urls": ["https://a", "am:9093"]}"#,
            "receivers[0].alertmanager.urls[1]: starts with neither https:// nor http://"),
        .receiver(
            #""name": "x", "alertmanager": {"urls": ["https://a"]}, "send_resolved": true"#,
            "receivers[0].send_resolved: has no meaning for an Alertmanager"),
        .receiver(#""name": "x", "pagerduty": {}"#, "receivers[0].pagerduty.routing_key: is missing"),
        .receiver(#""name": "x", "opsgenie": {"api-key": "k"}"#, "receivers[0].opsgenie.api_key: is missing"),
        .receiver(#""name": "x", "template": {"url": "https://a"}"#, "receivers[0].template.template: is missing"),
        .receiver(
            #""name": "x", "template": {"url": "https://a", "template": "{}", "template_file": "/a"}"#,
            "receivers[0].template.template_file: is given beside template"),
        .receiver(
            #""name": "x", "template": {"url": "https://a", "template_file": "/nonexistent/template"}"#,
            "receivers[0].template.template_file: cannot be read: No such file or directory"),
        .receiver(
            #""name": "x", "template": {"url": "https://a", "template": "{{sumary}}", "format": "text"}"#,
            "receivers[0].template.template: cannot be used: the template uses sumary, which does not exist; did you mean summary?"),
        .receiver(
            #""name": "x", "template": {"url": "https://a", "template": "{}", "format": "xml"}"#,
            "receivers[0].template.format: is not one of json, form, text"),
    ]

    private static let endpoints: [Row] = [
        .webhook(#""url": "https://a", "max_alerts": -1"#, "receivers[0].webhook.max_alerts: is not a whole number from 0 to 1000000"),
        .webhook(#""url": "https://a", "max_alerts": "5""#, "receivers[0].webhook.max_alerts: is not a whole number from 0 to 1000000"),
        .webhook(#""url": "https://a", "max_body_size": "1mb""#, "receivers[0].webhook.max_body_size: is not a size from 4096 to 67108864"),
        .webhook(#""url": "https://a", "max_body_size": 4095"#, "receivers[0].webhook.max_body_size: is not a size from 4096 to 67108864"),
        .webhook(#""url": "https://a", "max_body_size": "1GB""#, "receivers[0].webhook.max_body_size: is not a size from 4096 to 67108864"),
        .webhook(#""url": "https://a", "max_body_size": true"#, "receivers[0].webhook.max_body_size: is not a size from 4096 to 67108864"),
        .webhook("", "receivers[0].webhook.url: is missing"),
        .webhook(#""url": "hooks.example.com""#, "receivers[0].webhook.url: starts with neither https:// nor http://"),
        .webhook(#""url": "https://user:secret@a""#, "receivers[0].webhook.url: has credentials in it"),
        .webhook(#""url": {"env": "UNSET"}"#, "receivers[0].webhook.url: refers to the environment variable UNSET, which is not set"),
        .webhook(#""url": {"file": "/nonexistent"}"#, "receivers[0].webhook.url: refers to the file /nonexistent"),
        .webhook(#""urls": "https://a", "url": "https://a""#, "receivers[0].webhook.urls: is not a key here"),
        .webhook(
            #""url": "https://a", "bearer_token": "t", "username": "u", "password": "p""#,
            "receivers[0].webhook.bearer_token: is given beside username and password"),
        .webhook(#""url": "https://a", "username": "u""#, "receivers[0].webhook.username: is given without password"),
        .webhook(#""url": "https://a", "password": "p""#, "receivers[0].webhook.password: is given without username"),
        .webhook(
            #""url": "https://a", "username": "a:b", "password": "p""#,
            "receivers[0].webhook: cannot be used, for the user name has a colon"),
        .webhook(#""url": "https://a", "headers": {"Host": "x"}"#, "receivers[0].webhook.headers.Host: cannot be sent"),
        .webhook(#""url": "https://a", "headers": {"X-A": "a\nb"}"#, "receivers[0].webhook.headers.X-A: cannot be sent"),
        .webhook(
            #""url": "https://a", "bearer_token": "t", "headers": {"Authorization": "x"}"#,
            "receivers[0].webhook: cannot be used, for the header Authorization is given and credentials too"),
        .webhook(#""url": "https://a", "key_file": "/k""#, "receivers[0].webhook.key_file: is given without cert_file"),
        .webhook(
            #""url": "http://127.0.0.1", "ca_file": "/c""#, "receivers[0].webhook.ca_file: is given, but the connection does not use TLS"),
    ]

    private static let routes: [Row] = [
        .route(#""matchers": ["severity=critical"]"#, "routes[0].receivers: is missing"),
        .route(#""receivers": ["op"]"#, "routes[0].receivers[0]: names no receiver"),
        .route(#""receivers": "ops""#, "routes[0].receivers: is a string, not a list"),
        .route(#""receivers": ["ops"], "matchers": ["severity"]"#, "routes[0].matchers[0]: has none of the operators"),
        .route(#""receivers": ["ops"], "matchers": ["tenant=~\"(\""]"#, "routes[0].matchers[0]: holds no regular expression"),
        .route(#""receivers": ["ops"], "group_by": ["a b"]"#, "routes[0].group_by[0]: is not the name of a label"),
        .route(#""receivers": ["ops"], "group_by": ["...", "tenant"]"#, "routes[0].group_by: has other names beside ..."),
        .route(#""receivers": ["ops"], "group_wait": "2h""#, "routes[0].group_wait: is not a duration"),
        .route(#""receivers": ["ops"], "group_interval": 300"#, "routes[0].group_interval: is a number without a unit"),
        .route(
            #""receivers": ["ops"], "group_interval": "5m", "repeat_interval": "1m""#,
            "routes[0].repeat_interval: is shorter than group_interval"),
        .route(#""receivers": ["ops"], "continues": true"#, "routes[0].continues: is not a key here"),
        Row(#""default_route": {"receivers": ["ops"]}"#, "default_route.receivers[0]: names no receiver"),
        Row(#""default_route": {"receivers": [], "matchers": ["a=b"]}"#, "default_route.matchers: is not a key here"),
    ]

    private static let others: [Row] = [
        Row(#""rules": {"TenantwatchDependencyDwn": {}}"#, "rules.TenantwatchDependencyDwn: is not a rule"),
        Row(
            #""rules": {"TenantwatchDependencyDown": {"severity": "high"}}"#,
            "rules.TenantwatchDependencyDown.severity: is not one of critical, warning, info"),
        Row(#""rules": {"TenantwatchDependencyDown": {"hold": "-1s"}}"#, "rules.TenantwatchDependencyDown.hold: is not a duration"),
        Row(
            #""rules": {"TenantwatchDependencyDown": {"threshold": "1s"}}"#,
            "rules.TenantwatchDependencyDown.threshold: is given, but TenantwatchDependencyDown compares with nothing"),
        Row(
            #""rules": {"TenantwatchAgentLate": {"tenants": {"acme": {}}}}"#,
            "rules.TenantwatchAgentLate.tenants: is given, but TenantwatchAgentLate is about the agent"),
        Row(
            #""rules": {"TenantwatchDependencyDown": {"tenants": {"a b": {}}}}"#,
            "rules.TenantwatchDependencyDown.tenants.a b: has a character other than"),
        Row(
            #""rules": {"TenantwatchDependencyDown": {"tenants": {"acme": {"tenants": {}}}}}"#,
            "rules.TenantwatchDependencyDown.tenants.acme.tenants: is not a key here"),
        Row(
            #""inhibitions": [{}]"#, "inhibitions[0].source: is missing", "inhibitions[0].target: is missing",
            "inhibitions[0].equal: is missing"),
        Row(
            #""inhibitions": [{"source": [], "target": ["a=b"], "equal": ["1a"]}]"#,
            "inhibitions[0].source: is empty, which would match every alert", "inhibitions[0].equal[0]: is not the name of a label"),
        .window(#""start": "24:00", "duration": "1h", "timezone": "UTC""#, "maintenance[0].start: is not a time of day"),
        .window(#""start": "2:30", "duration": "1h", "timezone": "UTC""#, "maintenance[0].start: is not a time of day"),
        .window(#""start": "02:30", "duration": "169h", "timezone": "UTC""#, "maintenance[0].duration: is not a duration"),
        .window(
            #""start": "02:30", "duration": "1h", "timezone": "Europe/Berln""#,
            "maintenance[0].timezone: is not the name of an IANA time zone"),
        .window(
            #""start": "02:30", "duration": "1h", "timezone": "GMT+2""#,
            "maintenance[0].timezone: is not the name of an IANA time zone"),
        .window(#""start": "02:30", "duration": "1h", "timezone": "UTC", "days": ["monday"]"#, "maintenance[0].days[0]: is not a day"),
        .window(#""start": "02:30", "duration": "1h", "timezone": "UTC", "days": []"#, "maintenance[0].days: is empty"),
        Row(#""heartbeat": {}"#, "heartbeat: has neither a receiver nor a ping_url"),
        Row(#""heartbeat": {"receiver": "x"}"#, "heartbeat.receiver: names no receiver"),
        Row(#""heartbeat": {"receiver": "webhook-1", "ping_url": "https://a"}"#, "heartbeat: has both a receiver and a ping_url"),
        Row(#""heartbeat": {"receiver": "webhook-1", "interval": "1s"}"#, "heartbeat.interval: is not a duration"),
        Row(#""outbox_limit": 99"#, "outbox_limit: is not a whole number from 100 to 1000000"),
        Row(#""outbox_limit": "250""#, "outbox_limit: is not a whole number from 100 to 1000000"),
        Row(#""receiver": []"#, "receiver: is not a key here"),
    ]

    @Test(arguments: receivers + endpoints + routes + others)
    func `each mistake is found where it is`(row: Row) throws {
        let issues = try settings(row.json, shorthand: ["webhook-1"]).issues.filter { $0.severity == .error }
        // What else is wrong with such an entry follows.
        for (issue, expected) in zip(issues, row.issues) { #expect("\(issue.path): \(issue.problem)".hasPrefix(expected)) }
        #expect(issues.count >= row.issues.count)
    }

    @Test func `all mistakes are told at once, with a suggestion where a word is close`() throws {
        let issues = try settings(
            """
            "receivers": [{"name": "ops", "webhok": {}}], "default_route": {"receivers": ["opss"]}, "rules": {"TenantwatchAgentLat": {}},
            "heartbeat": 5
            """
        ).issues
        let paths = ["receivers[0]", "receivers[0].webhok", "default_route.receivers[0]", "heartbeat", "rules.TenantwatchAgentLat"]
        #expect(issues.map(\.path) == paths)
        #expect(issues[1].fix == "Did you mean \"webhook\"?")
        #expect(issues[4].fix == "Did you mean \"TenantwatchAgentLate\"?")
    }

    @Test func `no issue shows a secret`() throws {
        let canary = "c4n4ry"
        let issues = try settings(
            """
            "receivers": [
              {"name": "a", "webhook": {"url": "https://u:\(canary)@a", "bearer_token": ["\(canary)"], "headers": {"Host": "\(canary)"}}},
              {"name": "b", "webhook": {"url": "\(canary)", "username": "a:b", "password": "\(canary)"}, "signing_secrets": ["\(canary)"]},
              {"name": "c", "pagerduty": {"routing_key": {"vault": "\(canary)"}}},
              {"name": "d", "webhook": {"url": "https://a", "headers": {"X-A": "\(canary)\\n"}}},
              {"name": "e", "template": {"url": "https://a", "template": "{{{parameters.a}}}", "parameters": {"a": "\(canary)"}}}],
            "heartbeat": {"ping_url": "ftp://\(canary)"}
            """
        ).issues
        #expect(issues.count >= 9)
        for issue in issues { #expect(!issue.description.contains(canary)) }
    }
}
