import Foundation
import RealServers
import TenantCore
import Testing

/// What receivers that nobody here wrote make of ours.
@Suite(.serialized) struct PeerTests {
    /// A fleet of which Redis can be killed; its MongoDB is never there.
    private func tenants(_ redis: RedisServer) -> [JSONObject] {
        ["acme", "globex"].enumerated().map { index, id in
            tenant(id, mongo: "mongodb://127.0.0.1:1/", redis: redis.address, ["redis_db": .integer(index)])
        }
    }

    @Test func `two clustered Alertmanagers take every post of two agents and notify once`() throws {
        let catcher = try WebhookCatcher()
        let first = try Alertmanager(webhook: catcher.url)
        let second = try Alertmanager(webhook: catcher.url, peers: [first.clusterPort])
        let redis = try RedisServer()
        let settings = """
            interval: 1s
            timeout: 900ms
            rules: {TenantwatchIsolationFinding: {enabled: false}}
            receivers:
              - name: managers
                alertmanager: {urls: ["\(first.url)", "\(second.url)"]}
            default_route: {receivers: [managers]}
            """
        let agents = try (0..<2).map { _ in try LivesOfAnAgent(tenants(redis), settings: settings) }
        for agent in agents { try agent.start() }
        #expect(wait(seconds: 30) { ((try? first.alerts()) ?? []).count == 2 && ((try? second.alerts()) ?? []).count == 2 })
        redis.process.crash()
        let down = ["TenantwatchDependencyDown acme", "TenantwatchDependencyDown globex"].flatMap { [$0, $0] }
        #expect(wait(seconds: 30) { ((try? first.alerts()) ?? []).sorted() == down && ((try? second.alerts()) ?? []).sorted() == down })
        #expect(catcher.waits(for: "firing acme/redis refused", seconds: 30))
        #expect(catcher.waits(for: "firing globex/redis refused", seconds: 30))
        let again = try RedisServer(port: redis.port)
        #expect(catcher.waits(for: "resolved acme/redis refused", seconds: 90))
        #expect(catcher.waits(for: "resolved globex/redis refused", seconds: 90))
        #expect(again.process.isRunning)
        let count = { (alert: String) in catcher.alerts.count { $0 == alert } }
        for alert in ["firing acme/redis refused", "resolved acme/redis refused", "firing globex/redis refused"] {
            #expect(count(alert) == 1, "\(alert) in \(catcher.alerts)")
        }
    }

    @Test func `alertmanager-irc-relay reads what we post and tells a channel`() throws {
        let relay = try IRCRelay()
        let redis = try RedisServer()
        let agent = try LivesOfAnAgent(
            tenants(redis),
            settings: """
                interval: 1s
                timeout: 900ms
                rules: {TenantwatchIsolationFinding: {enabled: false}}
                receivers: [{name: irc, webhook: {url: "\(relay.url)/tenants"}}]
                default_route: {receivers: [irc]}
                """)
        try agent.start()
        #expect(
            relay.hears("firing TenantwatchDependencyDown mongo of tenant acme is down", seconds: 90), "\(relay.output)\n\(agent.output)")
        redis.process.crash()
        #expect(relay.hears("firing TenantwatchDependencyDown redis of tenant globex is down", seconds: 90), "\(relay.output)")
        let again = try RedisServer(port: redis.port)
        #expect(relay.hears("resolved TenantwatchDependencyDown redis of tenant globex is down", seconds: 60), "\(relay.output)")
        #expect(again.process.isRunning)
        #expect(agent.stop() == 0)
        #expect(try agent.audit().allSatisfy { $0["event"] != "delivery.failed" && $0["event"] != "delivery.dead" })
    }

    @Test func `the public Standard Webhooks verifier accepts every signature, of either secret`() throws {
        let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
        let receiver = try ScriptedServer { _ in ScriptedServer.http(200) }
        let redis = try RedisServer()
        let agent = try LivesOfAnAgent(
            tenants(redis),
            settings: """
                interval: 1s
                timeout: 900ms
                receivers:
                  - name: ops
                    webhook: {url: "http://\(receiver.address)/hook"}
                    signing_secrets: [\(secrets.joined(separator: ", "))]
                  - name: chat
                    slack: {url: "http://\(receiver.address)/chat"}
                    signing_secrets: [\(secrets[0])]
                default_route: {receivers: [ops, chat]}
                """)
        try agent.start()
        #expect(wait(seconds: 30) { receiver.requests.count >= 2 }, "\(agent.output)")
        redis.process.crash()
        #expect(wait(seconds: 30) { receiver.requests.count >= 4 }, "\(agent.output)")
        let posts = receiver.requests.map { ["request": JSONValue.string($0)] as JSONValue }
        let answer = try run(
            Ground.python, [Ground.script("verify_webhooks.py")] + secrets, input: Array(JSONValue.array(posts).description.utf8))
        #expect(answer == "\(posts.count) signatures are good\n")
    }
}
