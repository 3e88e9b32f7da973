import Alerting
import TenantCore
import Testing

/// `routes`, `default_route`, and the receivers that one setting names in short.
struct RouteSettingsTests {
    private let receivers = """
        "receivers": [{"name": "a", "webhook": {"url": "https://a"}}, {"name": "b", "webhook": {"url": "https://b"}}]
        """

    @Test func `every key of a route arrives in its place`() throws {
        let (settings, issues) = try settings(
            """
            \(receivers),
            "routes": [{"matchers": ["severity=\\"critical\\"", "tenant=~acme-.*"], "receivers": ["a"], "continue": true, "group_by": ["tenant"],
                        "group_wait": "5s", "group_interval": "1m", "repeat_interval": "2h"}],
            "default_route": {"receivers": ["b"], "group_by": ["..."]}
            """)
        #expect(issues.isEmpty)
        let route = Route(
            matchers: [Matcher("severity", equals: "critical"), try Matcher(parsing: "tenant=~acme-.*")], receivers: ["a"],
            continues: true, groupBy: ["tenant"], groupWait: .seconds(5), groupInterval: .seconds(60), repeatInterval: .seconds(7200))
        #expect(settings.routes == RouteTable(routes: [route], fallback: Route(receivers: ["b"], groupBy: ["..."])))
    }

    @Test func `what a route leaves out is as it is by default`() throws {
        let (settings, _) = try settings(#"\#(receivers), "routes": [{"receivers": ["a", "b"]}]"#)
        #expect(settings.routes == RouteTable(routes: [Route(receivers: ["a", "b"])]))
    }

    @Test func `a route may tell nobody`() throws {
        let (settings, issues) = try settings(#""routes": [{"matchers": ["tenant=test"], "receivers": []}]"#)
        #expect(issues.isEmpty)
        #expect(settings.routes.routes.map(\.receivers) == [[]])
    }

    @Test func `without a default route, receivers in short hear of what falls through`() throws {
        let (settings, issues) = try settings("", shorthand: ["webhook-1", "webhook-2"])
        #expect(issues.isEmpty)
        #expect(settings.receivers.map(\.name) == ["webhook-1", "webhook-2"])
        #expect(settings.routes.fallback == Route(receivers: ["webhook-1", "webhook-2"]))
    }

    @Test func `with a default route, receivers in short join it once`() throws {
        let (settings, issues) = try settings(
            #"\#(receivers), "default_route": {"receivers": ["a", "b", "webhook-1"], "group_wait": "3s"}"#,
            shorthand: ["webhook-1", "webhook-2"])
        #expect(issues.isEmpty)
        #expect(settings.routes.fallback == Route(receivers: ["a", "b", "webhook-1", "webhook-2"], groupWait: .seconds(3)))
    }

    @Test func `without either, nobody hears of what falls through`() throws {
        #expect(try settings("").settings.routes == RouteTable())
        #expect(try settings("").settings == AlertingSettings(externalURL: "https://tenantwatch.example.com"))
    }

    @Test func `a route that hides those after it is worth a warning`() throws {
        let (_, issues) = try settings(
            #"\#(receivers), "routes": [{"receivers": ["a"]}, {"matchers": ["tenant=x"], "receivers": ["b"]}]"#)
        #expect(issues.map(\.path) == ["routes[0]"])
        #expect(issues.map(\.severity) == [.warning])
    }
}
