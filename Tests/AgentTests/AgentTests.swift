import Foundation
import RealServers
import TenantCore
import Testing

/// The whole agent against real servers.
@Suite(.serialized) struct AgentTests {
    @Test func `it watches, alerts, resolves, and stops with 0`() throws {
        let (mongo, redis, oidc) = (try MongoServer(), try RedisServer(), try OIDCServer(issuers: ["acme"]))
        let catcher = try WebhookCatcher()
        let agent = try AgentProcess(
            [tenant("acme", mongo: mongo.uri, redis: redis.address, issuer: oidc.issuer("acme"), ["labels": ["tier": "gold"]])],
            webhooks: [catcher.url])
        #expect(agent.becomesReady(), "\(agent.process.output)")
        for dependency in ["mongo", "redis", "oidc"] {
            #expect(agent.metrics(show: "tenantwatch_up{tenant=\"acme\",dependency=\"\(dependency)\"} 1"))
        }
        #expect(agent.get("/health/acme").status == 200)

        redis.process.crash()
        #expect(catcher.waits(for: "firing acme/redis refused", seconds: 20), "\(agent.process.output)")
        #expect(agent.get("/health/acme").status == 503)
        #expect(agent.get("/health/acme/mongo").status == 200)
        #expect(agent.get("/health").status == 200)
        #expect(agent.get("/readyz").status == 200)
        #expect(agent.get("/metrics").body.contains("tenantwatch_failing{tenant=\"acme\",check=\"redis_liveness\",reason=\"refused\"} 1"))
        #expect(catcher.bodies.first?.contains("\"tier\":\"gold\"") == true)

        let second = try RedisServer(port: redis.port)
        #expect(catcher.waits(for: "resolved acme/redis refused", seconds: 20))
        #expect(wait(seconds: 5) { agent.get("/health/acme").status == 200 })
        #expect(second.process.isRunning)

        agent.process.signal(SIGTERM)
        #expect(agent.process.exitStatus(within: 10) == 0)
        let events = agent.audit.compactMap { $0["event"]?.text }
        #expect(events.first == "agent.started")
        #expect(events.last == "agent.stopped")
        #expect(
            Set(events).isSuperset(of: [
                "configuration.loaded", "tenant.added", "status.changed", "alert.fired", "alert.resolved", "delivery.succeeded",
            ]))
        #expect(agent.audit.compactMap { $0["sequence"] } == (1...agent.audit.count).map { .integer($0) })
    }

    @Test func `a kill reaches the webhook within the interval and 5 seconds`() throws {
        let redis = try RedisServer()
        let mongo = try MongoServer()
        let catcher = try WebhookCatcher()
        let agent = try AgentProcess(
            [tenant("acme", mongo: mongo.uri, redis: redis.address)], interval: "5s", timeout: "1s", webhooks: [catcher.url])
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"acme\",dependency=\"mongo\"} 1"))
        mongo.process.crash()
        #expect(catcher.waits(for: "firing acme/mongo refused", seconds: 10))
    }

    @Test func `a killed server is noticed by its closed connections, long before its tenants' turns`() throws {
        let (mongo, redis) = (try MongoServer(), try RedisServer())
        let catcher = try WebhookCatcher()
        let ids = ["acme", "globex", "initech"]
        let tenants = { (interval: JSONValue) in
            ids.enumerated().map { index, id in
                tenant(
                    id, mongo: mongo.uri, redis: redis.address,
                    ["redis_db": .integer(index), "mongo_interval": interval, "redis_interval": interval])
            }
        }
        let agent = try AgentProcess(tenants("1s"), webhooks: [catcher.url])
        for id in ids {
            for dependency in ["mongo", "redis"] {
                #expect(agent.metrics(show: "tenantwatch_up{tenant=\"\(id)\",dependency=\"\(dependency)\"} 1"))
            }
        }
        // From now on the next turns are up to an hour away.
        try agent.reload(tenants("1h"))
        #expect(agent.metrics(show: "tenantwatch_check_interval_seconds{tenant=\"initech\",check=\"redis_liveness\"} 3600"))
        for (dependency, server) in [("redis", redis.process), ("mongo", mongo.process)] {
            server.crash()
            for id in ids { #expect(catcher.waits(for: "firing \(id)/\(dependency) refused", seconds: 20)) }
        }
    }

    @Test func `a frozen server and a wrong password have their reasons, and resolve`() throws {
        let (mongo, redis) = (try MongoServer(), try RedisServer(users: ["user default on >right ~* &* +@all"]))
        let catcher = try WebhookCatcher()
        let agent = try AgentProcess(
            [
                tenant("good", mongo: mongo.uri, redis: redis.address, ["redis_password": "right"]),
                tenant("bad", mongo: mongo.uri, redis: redis.address, ["redis_password": "canary-wrong"]),
            ], webhooks: [catcher.url])
        #expect(catcher.waits(for: "firing bad/redis wrongpass", seconds: 20), "\(agent.process.output)")
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"good\",dependency=\"redis\"} 1"))
        mongo.process.freeze()
        #expect(catcher.waits(for: "firing good/mongo timeout", seconds: 30))
        #expect(catcher.waits(for: "firing bad/mongo timeout", seconds: 30))
        mongo.process.thaw()
        #expect(catcher.waits(for: "resolved good/mongo timeout", seconds: 30))
    }

    @Test func `a step down of the primary is no alarm`() throws {
        let set = try MongoReplicaSet(name: "rs0")
        let redis = try RedisServer()
        let catcher = try WebhookCatcher()
        let agent = try AgentProcess([tenant("acme", mongo: set.uri, redis: redis.address)], timeout: "1s", webhooks: [catcher.url])
        #expect(agent.metrics(show: "tenantwatch_status{tenant=\"acme\",dependency=\"mongo\",status=\"healthy\"} 1"))
        let before = checks(agent)
        try set.stepDown()
        // Far beyond the election and the threshold of three failures.
        #expect(wait(seconds: 60) { checks(agent) >= before + 12 })
        #expect(catcher.alerts.isEmpty)
        #expect(agent.get("/metrics").body.contains("tenantwatch_status{tenant=\"acme\",dependency=\"mongo\",status=\"healthy\"} 1"))
    }

    private func checks(_ agent: AgentProcess) -> Int {
        let line = agent.get("/metrics").body.split(separator: "\n").first {
            $0.hasPrefix("tenantwatch_checks_total{tenant=\"acme\",check=\"mongo_liveness\"}")
        }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
    }

    @Test func `SIGHUP applies the difference and keeps what is bad`() throws {
        let (mongo, redis) = (try MongoServer(), try RedisServer())
        let acme = tenant("acme", mongo: mongo.uri, redis: redis.address)
        let globex = tenant("globex", mongo: mongo.uri, redis: "127.0.0.1:\(Ground.freePort())")
        let catcher = try WebhookCatcher()
        let agent = try AgentProcess([acme, globex], webhooks: [catcher.url])
        #expect(catcher.waits(for: "firing globex/redis refused", seconds: 20))

        var broken = acme
        broken["redis_addr"] = "nonsense"
        try agent.reload([broken, tenant("initech", mongo: mongo.uri, redis: redis.address)])
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"initech\",dependency=\"mongo\"} 1"))
        let text = agent.get("/metrics").body
        #expect(text.contains("tenantwatch_up{tenant=\"acme\",dependency=\"redis\"} 1"), "the good version goes on")
        #expect(!text.contains("globex"), "a removed tenant's series are gone")
        #expect(text.contains("tenantwatch_tenants{state=\"rejected\"} 0"), "one dependency alone is bad")
        #expect(text.contains("tenantwatch_config_issues{severity=\"error\"} 1"))
        #expect(catcher.waits(for: "resolved globex/redis refused", seconds: 10), "its alert ends")
        #expect(agent.get("/health/globex").status == 404)

        try "{".write(to: agent.directory.appending(path: "tenants.json"), atomically: true, encoding: .utf8)
        agent.process.signal(SIGHUP)
        #expect(agent.metrics(show: "tenantwatch_config_last_reload_successful 0"))
        #expect(agent.get("/health/initech").status != 404)
        let rejected = agent.audit.first { $0["event"]?.text == "configuration.rejected" }
        #expect(rejected?["digest"]?.text?.hasPrefix("sha256:") == true)
    }

    @Test func `no secret is shown anywhere`() throws {
        let (redis, silent) = (try RedisServer(), try ScriptedServer { _ in .silence })
        let hook = try WebhookCatcher(status: 500)
        let secrets = ["canary-mongo", "canary-redis", "canary-oidc", "canary-hook"]
        let agent = try AgentProcess(
            [
                tenant(
                    "acme", mongo: "mongodb://u:canary-mongo@\(silent.address)/", redis: redis.address, issuer: "http://\(silent.address)",
                    ["redis_username": "nobody", "redis_password": "canary-redis"]),
                [
                    "tenant_id": "bad", "mongo_uri": "mongodb://u:canary-mongo@:x/", "redis_addr": "redis://:canary-redis@",
                    "oidc_client_secret": ["canary-oidc"],
                ],
            ], webhooks: [hook.url + "?token=canary-hook"])
        #expect(agent.metrics(show: "tenantwatch_alerts_firing{alertname=\"TenantwatchDependencyDown\"} 3", seconds: 30))
        #expect(wait(seconds: 10) { agent.audit.contains { $0["event"]?.text == "delivery.failed" } })
        let paths = ["/metrics", "/health", "/health/acme", "/health/acme/redis", "/readyz?verbose", "/"]
        let shown =
            paths.map { agent.get($0).body } + hook.bodies + [agent.process.output] + agent.audit.map { JSONValue.object($0).description }
        let lint = try commandOutput(["lint"], agent), check = try commandOutput(["check", "--timeout", "500ms"], agent)
        for text in shown + [lint, check] {
            #expect(!text.isEmpty)
            for secret in secrets { #expect(!text.contains(secret)) }
        }
    }

    private func commandOutput(_ arguments: [String], _ agent: AgentProcess) throws -> String {
        let result = try command(
            arguments, environment: ["TENANTWATCH_TENANTS_FILE": agent.directory.appending(path: "tenants.json").path])
        return result.output + result.errors
    }
}
