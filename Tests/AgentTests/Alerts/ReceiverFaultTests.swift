import Foundation
import RealServers
import TenantCore
import Testing

/// What receivers do that are broken, and that nobody else waits for them.
@Suite(.serialized) struct ReceiverFaultTests {
    /// One receiver a kind of trouble.
    private struct Troubles {
        let elsewhere: WebhookCatcher
        let servers: [String: ScriptedServer]

        init() throws {
            let elsewhere = try WebhookCatcher()
            let isFirst = Lock(true)
            self.elsewhere = elsewhere
            servers = [
                "stalls": try ScriptedServer { _ in .silence },
                "resets": try ScriptedServer { _ in .close },
                "errs": try ScriptedServer { _ in ScriptedServer.http(500) },
                "moved": try ScriptedServer { _ in ScriptedServer.http(301, headers: ["Location: \(elsewhere.url)"]) },
                "gone": try ScriptedServer { _ in ScriptedServer.http(410) },
                "endless": try ScriptedServer { _ in
                    .endless(Array("HTTP/1.1 500 Endless\r\n\r\n".utf8), [UInt8](repeating: 120, count: 65_536))
                },
                "busy": try ScriptedServer { _ in
                    let wasFirst = isFirst.withLock { isFirst in
                        defer { isFirst = false }
                        return isFirst
                    }
                    return wasFirst ? ScriptedServer.http(429, headers: ["Retry-After: 6"]) : ScriptedServer.http(200)
                },
            ]
        }

        /// Everything that a receiver was sent.
        func told(_ name: String) -> [String] { servers[name]?.requests ?? [] }

        /// How often a receiver was asked.
        func requests(_ name: String) -> Int { told(name).count }
    }

    private func settings(_ troubles: Troubles, _ good: WebhookCatcher) -> String {
        let receivers = troubles.servers.map { "  - {name: \($0.key), webhook: {url: \"http://\($0.value.address)/hook\"}}" }
        return """
            interval: 1s
            timeout: 900ms
            receivers:
            \(receivers.sorted().joined(separator: "\n"))
              - {name: good, webhook: {url: "\(good.url)"}}
            default_route: {receivers: [good, \(troubles.servers.keys.sorted().joined(separator: ", "))], group_by: [tenant, dependency]}
            """
    }

    @Test func `who stalls, resets, errs, redirects, leaves or never ends delays nobody else`() throws {
        let (troubles, good, redis) = (try Troubles(), try WebhookCatcher(), try RedisServer())
        let agent = try LivesOfAnAgent(
            [tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)], settings: settings(troubles, good))
        try agent.start()
        #expect(good.waits(for: "firing acme/mongo refused", seconds: 20), "\(agent.output)")
        #expect(wait(seconds: 20) { troubles.servers.keys.allSatisfy { troubles.requests($0) >= 1 } })
        // All others are in the middle of it now.
        redis.process.crash()
        #expect(good.waits(for: "firing acme/redis refused", seconds: 20), "\(agent.output)")
        #expect(good.alerts.filter { $0.contains("acme") }.count == 2)

        let outcomes = ["failed": ["stalls", "resets", "errs", "moved", "endless", "busy"], "abandoned": ["gone"]]
        for (outcome, names) in outcomes {
            for name in names {
                let line = "tenantwatch_deliveries_total{receiver=\"\(name)\",outcome=\"\(outcome)\"}"
                let isCounted = { agent.get("/metrics").split(separator: "\n").contains { $0.hasPrefix(line) && !$0.hasSuffix(" 0") } }
                #expect(wait(seconds: 40, until: isCounted), "\(line)")
            }
        }
        // Who asked for time has it, and then hears everything, each once.
        #expect(wait(seconds: 40) { troubles.told("busy").suffix(from: 1).contains { $0.contains("redis") } })
        #expect(Set(troubles.told("busy").dropFirst()).count == troubles.requests("busy") - 1)
        // Who is gone is not asked again, but told about; and a redirect is not followed.
        #expect(troubles.requests("gone") == 1)
        #expect(troubles.elsewhere.bodies.isEmpty)
        #expect(good.bodies.contains { $0.contains("TenantwatchAgentUndeliverable") && $0.contains("gone is switched off") })
        // Who is on call sees what waits, what died, and why.
        let waiting = try agent.say("deliveries").output
        for problem in ["HTTP 500", "HTTP 301", "errs", "moved", "stalls", "resets"] { #expect(waiting.contains(problem), "\(waiting)") }
        #expect(try agent.say("deliveries", "--dead").output.contains("HTTP 410"))
        #expect(agent.stop() == 0)
    }
}
