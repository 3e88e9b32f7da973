import Foundation
import RealServers
import TenantCore
import Testing

/// Whoever tracks fingerprints from the bodies of a webhook alone has exactly what fires. `BodyConsumerTests` of the alerts
/// does it with ten thousand.
struct AgentBodyConsumerTests {
    private static let count = 40

    /// What fires, as the bodies say in the order of their arrival; one that comes twice under its id counts once.
    private static func firing(_ requests: [String]) -> Set<String> {
        var seen: Set<Substring> = []
        var firing: Set<String> = []
        for request in requests {
            guard let gap = request.range(of: "\r\n\r\n"), let body = try? JSONValue.parse(request[gap.upperBound...].utf8).object,
                let id = request.split(separator: "\r\n").first(where: { $0.hasPrefix("webhook-id: ") }), seen.insert(id).inserted
            else { continue }
            for alert in (body["alerts"]?.elements ?? []).compactMap(\.object) {
                let fingerprint = alert["fingerprint"]?.text ?? ""
                if alert["status"] == "firing" { firing.insert(fingerprint) } else { firing.remove(fingerprint) }
            }
        }
        return firing
    }

    private static func firing(_ agent: LivesOfAnAgent) -> Set<String>? {
        guard let output = try? agent.say("alerts", "--json").output else { return nil }
        let alerts = (try? JSONValue.parse(output.utf8.filter { $0 != 0x0A }))?.object?["alerts"]?.elements
        return alerts.map { Set($0.compactMap { $0.object?["fingerprint"]?.text }) }
    }

    @Test func `one server dies, returns and dies again, bodies are small and refused at first, and the agent is killed`() throws {
        // It takes 3 KB at once, and the agent does not know.
        let receiver = try ScriptedServer { request in
            let body = request.range(of: "\r\n\r\n").map { request[$0.upperBound...] } ?? ""
            return ScriptedServer.http(body.utf8.count > 3072 ? 413 : 200)
        }
        let (mongo, redis) = (try MongoServer(), try RedisServer())
        let tenants = (0..<Self.count).map { index in
            tenant(
                "t\(index)", mongo: mongo.uri, redis: redis.address,
                ["mongo_database": .string("db\(index)"), "redis_db": .integer(index % 16), "mongo_interval": "24h"])
        }
        let agent = try LivesOfAnAgent(
            tenants,
            settings: """
                interval: 1s
                timeout: 900ms
                alert_failures: 1
                alert_successes: 1
                rules: {TenantwatchIsolationFinding: {enabled: false}}
                receivers:
                  - name: ops
                    webhook: {url: "http://\(receiver.address)/hook", max_body_size: 8KB, max_alerts: 30}
                    signing_secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]
                default_route: {receivers: [ops], group_interval: 1s}
                """)
        func settles(_ count: Int) -> Bool {
            wait(seconds: 60) {
                let firing = Self.firing(agent)
                return firing?.count == count && firing == Self.firing(receiver.requests)
            }
        }
        try agent.start()
        #expect(wait(seconds: 30) { agent.get("/readyz") == "ready\n" }, "\(agent.output)")
        redis.process.crash()
        #expect(settles(Self.count), "\(agent.output)")
        agent.kill()
        try agent.start()
        let again = try RedisServer(port: redis.port)
        #expect(settles(0), "\(agent.output)")
        again.process.crash()
        #expect(wait(seconds: 20) { Self.firing(receiver.requests).count > 0 }, "\(agent.output)")
        agent.kill()
        try agent.start()
        #expect(settles(Self.count), "\(agent.output)")
        let ids = receiver.requests.compactMap { request in
            request.split(separator: "\r\n").first { $0.hasPrefix("webhook-id: ") }.map { String($0.dropFirst(12)) }
        }
        #expect(ids.contains { $0.hasSuffix("-1") } && ids.contains { $0.hasSuffix("-2") })
        #expect(agent.stop() == 0)
    }
}
