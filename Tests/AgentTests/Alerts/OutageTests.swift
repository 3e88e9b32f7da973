import Foundation
import RealServers
import TenantCore
import Testing

/// A server dies that many tenants share. `make bench` does it with ten thousand.
struct OutageTests {
    private static let count = 60

    @Test func `all tenants of a dead server are one notification, and one more when it is back`() throws {
        let (catcher, mongo, redis) = (try WebhookCatcher(), try MongoServer(), try RedisServer())
        let tenants = (0..<Self.count).map { index in
            tenant("t\(index)", mongo: mongo.uri, redis: redis.address, ["mongo_database": .string("db\(index)"), "redis_interval": "24h"])
        }
        let agent = try LivesOfAnAgent(
            tenants,
            settings: """
                interval: 15s
                timeout: 3s
                rules: {TenantwatchIsolationFinding: {enabled: false}}
                receivers: [{name: ops, webhook: {url: "\(catcher.url)"}}]
                default_route: {receivers: [ops]}
                """)
        try agent.start()
        #expect(wait(seconds: 30) { agent.get("/readyz") == "ready\n" }, "\(agent.output)")
        mongo.process.crash()
        #expect(wait(seconds: 40) { catcher.bodies.count == 1 }, "\(agent.output)")
        let first = try notification(#require(catcher.bodies.first))
        #expect(first.status == "firing")
        // Who is seen a moment later joins without another notification.
        #expect(first.alerts.count > Self.count / 2)
        let all = "tenantwatch_alerts_firing{alertname=\"TenantwatchDependencyDown\"} \(Self.count)\n"
        #expect(wait(seconds: 20) { agent.get("/metrics").contains(all) })
        let again = try MongoServer(port: mongo.port)
        #expect(wait(seconds: 90) { catcher.bodies.count == 2 }, "\(agent.output)")
        let second = try notification(#require(catcher.bodies.last))
        #expect(second.status == "resolved")
        // Whoever joined later was told to nobody, and so is his end.
        #expect(second.alerts == first.alerts)
        #expect(again.process.isRunning)
        #expect(wait(seconds: 10) { ((try? agent.say("alerts").output) ?? "") == "nothing fires\n" })
        #expect(agent.stop() == 0)
        #expect(catcher.bodies.count == 2)
    }

    /// The status of a notification and the fingerprints of its alerts, all of which it holds.
    private func notification(_ body: String) throws -> (status: String?, alerts: Set<String>) {
        let object = try #require(try JSONValue.parse(body.utf8).object)
        #expect(object["truncatedAlerts"] == 0)
        let alerts = (object["alerts"]?.elements ?? []).compactMap { $0.object?["fingerprint"]?.text }
        return (object["status"]?.text, Set(alerts))
    }
}
