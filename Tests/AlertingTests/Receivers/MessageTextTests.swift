import Foundation
import TenantCore
import Testing

@testable import Alerting

/// What people read: who changed first, by name.
struct MessageTextTests {
    private func notification(_ content: GroupContent, kind: Alerting.Notification.Kind = .change) -> Alerting.Notification {
        Notification(
            receiver: "ops", kind: kind, groupKey: "g", groupLabels: ["backend": "redis:6379", "reason": "refused"], content: content,
            alerts: content.excerpt(of: Alerting.Notification.shownLimit), at: date(90))
    }

    /// An alert as the engine makes it, with why and what to do.
    private func down(_ tenant: String, at seconds: Double? = nil, resolution: String? = nil) -> Alert {
        var alert = alert(tenant)
        alert.annotations["description"] = "redis:6379 refused the connection"
        alert.annotations["remedy"] = "Start the server."
        alert.annotations["resolution"] = resolution
        alert.endsAt = seconds.map { date($0) }
        return alert
    }

    private func text(_ content: GroupContent, kind: Alerting.Notification.Kind = .change, length: Int = 4000) -> String {
        MessageText(notification(content, kind: kind)).text(within: TextLimit(length: length))
    }

    @Test func `one tenant is named in the headline, with why and what to do`() {
        #expect(
            text(GroupContent(joined: [down("acme")])) == """
                redis of tenant acme is down on redis:6379 (refused)
                redis:6379 refused the connection
                What to do: Start the server.
                """)
        #expect(text(GroupContent(resolved: [down("acme", at: 60)])) == "resolved: redis of tenant acme is down on redis:6379 (refused)")
    }

    @Test func `who joined and who recovered stands first, then why, then who fires on`() {
        let content = GroupContent(
            joined: [down("b"), down("a")], resolved: [down("x", at: 60), down("w", at: 60, resolution: "tenant removed")],
            known: [down("k")])
        #expect(
            text(content) == """
                redis of 3 tenants is down on redis:6379 (refused)
                New (2): a, b
                Recovered: x
                No longer watched: w
                redis:6379 refused the connection
                What to do: Start the server.
                Still firing: k
                """)
    }

    @Test func `a tenant that was removed is no longer watched, and nobody is asked to start its server`() {
        let gone = [down("a", at: 60, resolution: "tenant removed"), down("b", at: 60, resolution: "tenant removed")]
        #expect(text(GroupContent(resolved: [gone[0]])) == "no longer watched: redis of tenant a (tenant removed)")
        #expect(
            text(GroupContent(resolved: gone)).hasPrefix(
                "no longer watched: redis of 2 tenants (tenant removed)\nNo longer watched (2): a, b"))
        #expect(notification(GroupContent(resolved: [gone[0]])).summary == "no longer watched: redis of tenant a (tenant removed)")
        #expect(notification(GroupContent(resolved: gone)).summary.hasPrefix("no longer watched: "))
        let mixed = text(GroupContent(resolved: gone + [down("c", at: 60)]))
        #expect(mixed.hasPrefix("resolved: redis of 3 tenants is down"))
        #expect(mixed.contains("Recovered: c\nNo longer watched (2): a, b"))
        for alerts in [gone, gone + [down("c", at: 60)]] { #expect(!text(GroupContent(resolved: alerts)).contains("Start the server")) }
    }

    @Test func `ten thousand are counted, and as many named as there is room for`() {
        let content = GroupContent(joined: (0..<10_000).map { down("t\($0)") })
        let text = text(content, length: 400)
        #expect(text.hasPrefix("redis of 10,000 tenants is down on redis:6379 (refused)\nNew (10,000): t0, t1, t10, t100, t1000"))
        #expect(text.contains(" more\nredis:6379 refused the connection\nWhat to do: Start the server."))
        #expect(text.utf16.count <= 400 && text.utf16.count > 350)
        let named = text.split(separator: "\n")[1].split(separator: ",").count
        #expect(self.text(content).split(separator: "\n")[1].split(separator: ",").count > named)
    }

    @Test func `however many recovered, what fires says why and how bad it is`() throws {
        let resolved = (0..<5000).map { down("r\($0)", at: 60) }
        var known = (0..<5000).map { down("k\($0)") }
        known[4999].annotations["description"] = "redis:6379 loads its data"
        known[4999].annotations["remedy"] = "Wait."
        for index in known.indices where index != 4999 { known[index].labels["severity"] = "warning" }
        var content = GroupContent(resolved: resolved.map { with($0, severity: "info") }, known: known)
        content.sort()
        let message = MessageText(notification(content))
        #expect(message.severity == .critical)
        #expect(
            Set(message.details) == [
                "redis:6379 refused the connection", "What to do: Start the server.", "redis:6379 loads its data", "What to do: Wait.",
            ])
    }

    @Test func `an excerpt has one alert of each cause, the worst first, and then changes in order`() {
        let causes = (0..<200).map { index -> Alert in
            var alert = with(down("k\(index)"), severity: index == 199 ? "critical" : "warning")
            alert.annotations["description"] = "cause \(index)"
            return alert
        }
        let content = GroupContent(joined: [], resolved: (0..<200).map { down("r\($0)", at: 60) }, known: causes)
        let excerpt = content.excerpt(of: 100)
        #expect(excerpt.count == 100 && excerpt.prefix(50).allSatisfy { !$0.isFiring } && excerpt.suffix(50).allSatisfy(\.isFiring))
        #expect(excerpt.last?.severity == "critical")
        #expect(content.excerpt(of: 1).map(\.severity) == ["critical"])
        #expect(GroupContent(resolved: content.resolved).excerpt(of: 100).count == 100)
        #expect(GroupContent(joined: Array(causes.prefix(100))).excerpt(of: 100) == Array(causes.prefix(100)))
        var gone = content.resolved.map { with($0, severity: "info") }
        gone[150] = with(gone[150], severity: "critical")
        #expect(notification(GroupContent(resolved: gone)).severity == .critical)
    }

    private func with(_ alert: Alert, severity: String) -> Alert {
        var alert = alert
        alert.labels["severity"] = severity
        return alert
    }

    @Test func `a reminder names who fires on`() {
        let text = text(GroupContent(known: [down("a"), down("b")]), kind: .reminder)
        #expect(text.hasPrefix("still: redis of 2 tenants is down on redis:6379 (refused)\n"))
        #expect(text.hasSuffix("Still firing (2): a, b"))
    }

    @Test func `whoever shares a group with another dependency or rule is named with it`() {
        let mongo = alert("a", "mongo")
        let slow = alert("a", rule: "TenantwatchDependencyDegraded")
        #expect(GroupChanges(GroupContent(joined: [down("a"), mongo])).joined.names == ["a/mongo", "a/redis"])
        #expect(
            GroupChanges(GroupContent(joined: [down("a"), slow])).joined.names == [
                "a (TenantwatchDependencyDegraded)", "a (TenantwatchDependencyDown)",
            ])
        #expect(
            notification(GroupContent(joined: [down("a"), mongo])).headline == "mongo, redis of tenant a is down on redis:6379 (refused)")
    }

    @Test func `an alert about the agent has no tenant`() {
        let alert = Sample.alert(nil, nil, summary: "the agent checks late or skips turns")
        #expect(Sample.notification([alert], group: [:]).headline == "the agent checks late or skips turns on redis:6379 (refused)")
        #expect(GroupChanges(GroupContent(joined: [alert])).joined.names == ["tenantwatch"])
    }

    @Test func `Slack's text says what its blocks say`() throws {
        let content = GroupContent(joined: [down("a")], resolved: [down("x", at: 60)], known: [down("k")])
        let body = SlackBody(externalURL: "").json(for: notification(content))
        let text = try #require(body.at("text")?.text)
        for block in body.at("blocks")?.elements ?? [] {
            for line in try #require(block.at("text.text")?.text).split(separator: "\n") { #expect(text.contains(line)) }
        }
        #expect(
            body.at("blocks")?.elements?.compactMap { $0.at("text.text")?.text } == [
                "redis of 2 tenants is down on redis:6379 (refused)", "New: a\nRecovered: x",
                "redis:6379 refused the connection\nWhat to do: Start the server.\nStill firing: k",
            ])
    }

    @Test(
        arguments: [
            (.pagerDuty, "payload.summary", "redis of 2 tenants is down on redis:6379 (refused); New: a; Recovered: x"),
            (.opsgenie, "message", "redis of 2 tenants is down on redis:6379 (refused); New: a; Recovered: x"),
            (.discord, "content", "redis of 2 tenants is down on redis\\:6379 \\(refused\\)\nNew\\: a\nRecovered\\: x"),
            (.teams, "attachments.0.content.body.1.inlines.0.text", "New: a"),
            (.teams, "attachments.0.content.body.2.inlines.0.text", "Recovered: x"),
        ] as [(Service, String, String)])
    func `each service names who changed where it is seen first`(service: Service, path: String, text: String) {
        let content = GroupContent(joined: [down("a")], resolved: [down("x", at: 60)], known: [down("k")])
        #expect(service.body().json(for: notification(content)).at(path)?.text == text)
    }

    @Test func `what would break a line or turn it around is not shown`() {
        var alert = down("acme")
        alert.annotations["description"] = "a\u{202E}b\nc\u{0}d"
        let message = MessageText(notification(GroupContent(joined: [alert])))
        #expect(message.details.first == "a b c d")
    }
}
