import Foundation
import RealServers
import TenantCore
import Testing

/// `kill -9` at any moment loses nothing that was committed, and repeats nothing under another id.
///
/// `TENANTWATCH_KILLS=1000` makes it a soak, and `make soak` does.
@Suite(.serialized) struct KillTests {
    private static let kills = ProcessInfo.processInfo.environment["TENANTWATCH_KILLS"].flatMap { Int($0) } ?? 12

    /// What a receiver was told once: the id, the group, and of each alert what was said.
    private struct Told {
        var id: String
        var group: String
        var body: String
        var alerts: [(fingerprint: String, status: String, startsAt: String)]
    }

    /// Reads whole requests, in the order of their arrival.
    private static func told(_ requests: [String]) -> [Told] {
        requests.compactMap { request in
            guard let gap = request.range(of: "\r\n\r\n"), let body = (try? JSONValue.parse(request[gap.upperBound...].utf8))?.object else {
                return nil
            }
            let id = request[..<gap.lowerBound].split(separator: "\r\n").first { $0.lowercased().hasPrefix("webhook-id:") }
            let alerts = (body["alerts"]?.elements ?? []).compactMap(\.object).map { alert in
                (alert["fingerprint"]?.text ?? "", alert["status"]?.text ?? "", alert["startsAt"]?.text ?? "")
            }
            return Told(
                id: id.map { $0.dropFirst(11).trimmingCharacters(in: .whitespaces) } ?? "", group: body["groupKey"]?.text ?? "",
                body: String(request[gap.upperBound...]), alerts: alerts)
        }
    }

    /// How a life ends.
    private enum End {
        case kill
        /// What was not synced to the state is gone.
        case powerCut
    }

    @Test func `kills under load lose nothing, repeat nothing under another id, and keep the order`() throws {
        try live(Self.kills, endingBy: .kill)
    }

    /// Under a sanitizer nothing else can be loaded before the agent.
    private static let canPreload = !ProcessInfo.processInfo.environment.keys.contains { $0 == "ASAN_OPTIONS" || $0 == "TSAN_OPTIONS" }

    @Test(.enabled(if: canPreload, "sanitizers take the place of what would be preloaded"))
    func `neither do losses of power, of which the state forgets what was not synced`() throws {
        try live(max(4, Self.kills / 4), endingBy: .powerCut)
    }

    @Test(.enabled(if: canPreload, "sanitizers take the place of what would be preloaded"), arguments: ["S", "E"])
    func `while the disk of the state fails nothing is sent, and afterwards all of it`(fault: String) throws {
        let disk = try FaultyDisk()
        let receiver = try WebhookCatcher()
        let redis = try RedisServer()
        let agent = try LivesOfAnAgent(
            [tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)],
            settings: """
                interval: 500ms
                timeout: 450ms
                receivers: [{name: ops, webhook: {url: "\(receiver.url)"}}]
                default_route: {receivers: [ops]}
                """, environment: disk.environment)
        try agent.start()
        #expect(receiver.waits(for: "firing acme/mongo refused", seconds: 40), "\(agent.output)")
        let before = receiver.bodies.count
        disk.fault = fault
        redis.process.crash()
        #expect(wait(seconds: 40) { agent.get("/readyz?verbose").contains("FAIL state: cannot write the state") }, "\(agent.output)")
        #expect(agent.get("/health/acme/redis").contains("refused"))
        #expect(receiver.bodies.count == before)
        disk.fault = "."
        #expect(receiver.waits(for: "firing acme/redis refused", seconds: 40))
        #expect(wait(seconds: 10) { agent.get("/readyz?verbose").contains("ok   state") })
        let steps = try agent.steps()
        #expect(steps == Array(1...steps.count))
    }

    private func live(_ lives: Int, endingBy end: End) throws {
        var chance = SystemRandomNumberGenerator()
        let known = Lock<Set<Substring>>([])
        // Some notifications are refused at first, and taken at the second attempt.
        let receiver = try ScriptedServer { request in
            let id = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("webhook-id:") } ?? ""
            let isNew = known.withLock { $0.insert(id).inserted }
            return ScriptedServer.http(isNew && Int.random(in: 0..<10) == 0 ? 500 : 200)
        }
        let disk = try end == .powerCut ? FaultyDisk() : nil
        var servers = try (0..<3).map { _ in try RedisServer() }
        let ports = servers.map(\.port)
        // New tenants come and old ones go, or the soak's would flap and be held firing.
        let tenants = { (generation: Int) in
            (0..<12).map { index in
                let redis = "127.0.0.1:\(ports[index % 3])"
                return tenant("t\(generation)-\(index)", mongo: "mongodb://127.0.0.1:1/", redis: redis, ["redis_db": .integer(index)])
            }
        }
        let agent = try LivesOfAnAgent(
            tenants(0),
            settings: """
                interval: 500ms
                timeout: 450ms
                alert_failures: 1
                alert_successes: 1
                receivers:
                  - name: ops
                    webhook: {url: "http://\(receiver.address)/hook"}
                    signing_secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]
                default_route: {receivers: [ops], group_by: [tenant, dependency], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
                """, environment: disk?.environment ?? [:])
        for life in 0..<lives {
            if life % 6 == 0 { try agent.configure(tenants(life / 6)) }
            try agent.start()
            let moment = Double.random(in: 0.1...1.6, using: &chance)
            let index = Int.random(in: 0..<3, using: &chance)
            // Not for something to happen: the moment of the end is what is tried.
            _ = wait(seconds: moment / 2) { false }
            if servers[index].process.isRunning {
                servers[index].process.crash()
            } else {
                servers[index] = try RedisServer(port: ports[index])
            }
            _ = wait(seconds: moment / 2) { false }
            disk?.fault = "C"
            // The power goes at the next write; where there is none, nothing can be lost.
            if disk != nil { agent.waitForEnd(seconds: 2) }
            agent.kill()
            disk?.fault = "."
        }
        for index in servers.indices where !servers[index].process.isRunning { servers[index] = try RedisServer(port: ports[index]) }
        try agent.start()
        // All that is committed is delivered in the end; MongoDB never was there, so that its alerts fire on.
        let isQuiet = { ((try? agent.say("deliveries", "--json").output) ?? "").contains("\"deliveries\":[]") }
        #expect(wait(seconds: 120) { Self.firing(agent)?.allSatisfy { $0["dependency"] == "mongo" || $0["flapping"] == true } == true })
        #expect(wait(seconds: 60, until: isQuiet), "\(agent.output)")
        // Nothing resolved stays firing: the last word on each alert is how it is.
        #expect(
            wait(seconds: 60) {
                Set((Self.firing(agent) ?? []).compactMap { $0["fingerprint"]?.text }) == Self.saidToFire(Self.told(receiver.requests))
            })
        #expect(agent.stop() == 0)
        try verify(agent, Self.told(receiver.requests))
    }

    /// The alerts that fire; nil when the agent does not say.
    private static func firing(_ agent: LivesOfAnAgent) -> [JSONObject]? {
        guard let output = try? agent.say("alerts", "--json").output else { return nil }
        return (try? JSONValue.parse(output.utf8.filter { $0 != 0x0A }))?.object?["alerts"]?.elements?.compactMap(\.object)
    }

    /// The alerts of which the receiver has heard last that they fire, by the order of first arrivals.
    private static func saidToFire(_ told: [Told]) -> Set<String> {
        var seen: Set<String> = []
        let words = told.filter { seen.insert($0.id).inserted }.flatMap(\.alerts)
        return Set(words.reduce(into: [:]) { $0[$1.fingerprint] = $1.status }.filter { $0.value == "firing" }.keys)
    }

    private func verify(_ agent: LivesOfAnAgent, _ told: [Told]) throws {
        let audit = try agent.audit()
        let queued = audit.filter { $0["event"] == "notification.queued" }.compactMap { $0["notification"]?.text }
        let first = told.reduce(into: [String: Told]()) { if $0[$1.id] == nil { $0[$1.id] = $1 } }
        #expect(Set(queued).subtracting(first.keys).isEmpty, "every committed notification arrived")
        #expect(Set(first.keys).subtracting(queued).isEmpty, "nothing arrived that was not committed")
        #expect(told.allSatisfy { first[$0.id]?.body == $0.body }, "what came twice says the same")
        // The audit log follows the commits: each step once, in order, over all lives.
        let steps = try agent.steps()
        #expect(steps == Array(1...steps.count))
        #expect(audit.compactMap { $0["sequence"] } == (1...audit.count).map { .integer($0) })
        // In the order of their first arrival, each group tells what was committed, in the order of the commits.
        let order = Dictionary(queued.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        let arrivals = told.filter { seen.insert($0.id).inserted }
        for (group, notifications) in Dictionary(grouping: arrivals, by: \.group) {
            let places = notifications.compactMap { order[$0.id] }
            #expect(places == places.sorted(), "\(group)")
        }
        // And whatever the group, what tells of one alert came in the order of the commits.
        let byAlert = arrivals.reduce(into: [String: [Int]]()) { places, told in
            for alert in told.alerts { order[told.id].map { places[alert.fingerprint, default: []].append($0) } }
        }
        for (fingerprint, places) in byAlert { #expect(places == places.sorted(), "\(fingerprint)") }
        print("kills: \(Self.kills), notifications: \(queued.count), posts: \(told.count), steps: \(steps.count)")
    }
}
