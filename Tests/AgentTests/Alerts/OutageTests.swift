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
        #expect(first.count > Self.count / 2)
        let all = "tenantwatch_alerts_firing{alertname=\"TenantwatchDependencyDown\"} \(Self.count)\n"
        #expect(wait(seconds: 20) { agent.get("/metrics").contains(all) })
        let again = try MongoServer(port: mongo.port)
        #expect(wait(seconds: 90) { catcher.bodies.count == 2 }, "\(agent.output)")
        let second = try notification(#require(catcher.bodies.last))
        #expect(second.status == "resolved")
        #expect(second.count == Self.count)
        #expect(again.process.isRunning)
        #expect(wait(seconds: 10) { ((try? agent.say("alerts").output) ?? "") == "nothing fires\n" })
        #expect(agent.stop() == 0)
        #expect(catcher.bodies.count == 2)
    }

    /// How many alerts a notification tells, those it has no room for included.
    private func notification(_ body: String) throws -> (status: String?, count: Int) {
        let object = try #require(try JSONValue.parse(body.utf8).object)
        guard case .integer(let truncated) = object["truncatedAlerts"] else { return (object["status"]?.text, -1) }
        return (object["status"]?.text, (object["alerts"]?.elements?.count ?? 0) + truncated)
    }
}
