import Foundation
import RealServers
import TenantCore
import Testing

/// The commands that talk to a running agent, as somebody on call uses them.
@Suite(.serialized) struct AlertCommandTests {
    /// Tenants on one Redis, whose MongoDB is not there.
    private static func agent(_ ids: [String] = ["acme"], webhooks: [String] = [], arguments: [String] = []) throws -> (
        agent: AgentProcess, redis: RedisServer
    ) {
        let redis = try RedisServer()
        let mongo = "mongodb://127.0.0.1:\(Ground.freePort())/"
        let tenants = ids.enumerated().map { index, id in
            tenant(id, mongo: mongo, redis: redis.address, ["redis_db": .integer(index), "labels": ["tier": "gold"]])
        }
        let agent = try AgentProcess(tenants, webhooks: webhooks, arguments: arguments)
        #expect(agent.listensToCommands(), "\(agent.process.output)")
        return (agent, redis)
    }

    @Test func `alerts shows what fires, why, since when and who is told`() throws {
        let catcher = try WebhookCatcher()
        let (agent, redis) = try Self.agent(["acme", "globex"], webhooks: [catcher.url])
        #expect(agent.alerts(become: ["firing acme/mongo", "firing globex/mongo"]))
        redis.process.crash()
        #expect(agent.alerts(become: ["firing acme/mongo", "firing acme/redis", "firing globex/mongo", "firing globex/redis"]))
        let table = try agent.control("alerts", "--tenant", "acme")
        #expect(table.status == 0)
        let lines = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.first == ["STATE", "SEVERITY", "TENANT", "DEPENDENCY", "RULE", "SINCE", "REASON", "RECEIVERS"])
        let first = try #require(lines.dropFirst().first)
        #expect(first.prefix(5) == ["firing", "critical", "acme", "mongo", "TenantwatchDependencyDown"])
        #expect(first.suffix(2) == ["refused", "webhook-1"])
        #expect(table.output.hasSuffix("2 firing, 0 muted, 0 pending\n"))
        #expect(try agent.control("alerts", "--tenant", "nobody").output == "nothing fires\n")
    }

    @Test func `history shows what has happened, the newest first`() throws {
        let (agent, redis) = try Self.agent()
        #expect(agent.alerts(become: ["firing acme/mongo"]))
        redis.process.crash()
        #expect(agent.alerts(become: ["firing acme/mongo", "firing acme/redis"]))
        let second = try RedisServer(port: redis.port)
        #expect(agent.alerts(become: ["firing acme/mongo"]))
        let steps = try agent.listed("steps", by: "alerts", "history", "--tenant", "acme")
        #expect(steps.first?["event"] == "alert.resolved")
        #expect(steps.contains { $0["event"] == "status.changed" })
        let table = try agent.control("alerts", "history", "--limit", "1").output
        #expect(table.split(separator: "\n").count <= 3)
        #expect(table.contains("alert.resolved"))
        #expect(second.process.isRunning)
    }

    @Test func `a silence mutes its tenant and no other, and says who and why`() throws {
        let catcher = try WebhookCatcher()
        let (agent, redis) = try Self.agent(["acme", "globex"], webhooks: [catcher.url])
        #expect(agent.alerts(become: ["firing acme/mongo", "firing globex/mongo"]))
        let added = try agent.control("silence", "add", "--tenant", "acme", "--for", "2h", "--reason", "Redis is moved")
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.output.contains("this silences 1 tenant (1 alert fires now)"))
        #expect(agent.alerts(become: ["firing globex/mongo", "muted acme/mongo"]))
        redis.process.crash()
        #expect(agent.alerts(become: ["firing globex/mongo", "firing globex/redis", "muted acme/mongo", "muted acme/redis"]))
        #expect(catcher.waits(for: "firing globex/redis refused", seconds: 20))
        #expect(!catcher.alerts.contains("firing acme/redis refused"))

        let silence = try #require(try agent.listed("silences", by: "silence", "list").first)
        #expect(silence["author"] == "ann")
        #expect(silence["reason"] == "Redis is moved")
        let id = silence["id"]?.text ?? ""
        #expect(try agent.control("alerts").output.contains("none: silence \(id)"))
        #expect(try agent.control("silence", "expire", id, "--author", "bob").status == 0)
        #expect(agent.alerts(become: ["firing acme/mongo", "firing acme/redis", "firing globex/mongo", "firing globex/redis"]))
        #expect(try agent.control("silence", "expire", id).status == 1)
        #expect(try agent.control("silence", "list").output == "nothing is silenced\n")
        #expect(try agent.control("silence", "list", "--past").output.contains("expired"))
        #expect(wait(seconds: 5) { agent.audit.contains { $0["event"] == "silence.expired" && $0["actor"] == "bob" } })
    }

    @Test(arguments: [
        ("2999-02-01T03:00:00Z", "2999-02-01T03:00:00.000Z"), ("2999-02-01T04:30:00+01:30", "2999-02-01T03:00:00.000Z"),
        ("2996-02-29t22:59:59.25-04:00", "2996-03-01T02:59:59.250Z"),
    ]) func `a silence begins when it is told to`(written: String, start: String) throws {
        let (agent, redis) = try Self.agent()
        let added = try agent.control(
            "silence", "add", "--tenant", "acme", "--for", "2h", "--reason", "x", "--starting", written)
        #expect(added.status == 0, "\(added.errors)")
        #expect(try agent.listed("silences", by: "silence", "list").first?["starts_at"]?.text == start)
        #expect(redis.process.isRunning)
    }

    @Test func `a flag that is repeated means any of its values`() throws {
        let (agent, redis) = try Self.agent(["a-1", "b+2", "c"].map { $0.replacing("+", with: "_") })
        let added = try agent.control("silence", "add", "--tenant", "a-1", "--tenant", "b_2", "--for", "2h", "--reason", "x")
        #expect(added.output.contains("this silences 2 tenants"), "\(added.errors)")
        #expect(redis.process.isRunning)
    }

    @Test func `more than ten tenants are silenced with yes alone`() throws {
        let (agent, redis) = try Self.agent((1...11).map { "tenant-\($0)" })
        let words = ["silence", "add", "--dependency", "mongo", "--for", "10m", "--reason", "x"]
        func add(_ more: String...) throws -> FinishedProcess {
            try command(words + more, environment: ["TENANTWATCH_STATE_DIR": agent.stateDirectory.path, "SUDO_USER": "eve"])
        }
        let refused = try add()
        #expect(refused.status == 1)
        #expect(refused.errors.contains("this silences 11 tenants"))
        #expect(try agent.listed("silences", by: "silence", "list").isEmpty)
        #expect(try add("--yes").status == 0)
        #expect(try agent.listed("silences", by: "silence", "list").first?["author"] == "eve")
        #expect(redis.process.isRunning)
    }

    @Test(
        arguments: [
            (["--for", "2x", "--tenant", "acme"], 64, "30m"), (["--for", "2h"], 64, "--matcher"),
            (["--for", "2h", "--matcher", "tennant=x"], 1, "Did you mean tenant?"),
            (["--for", "2h", "--tenant", "acne"], 1, "Did you mean acme?"),
            (["--for", "2h", "--tenant", "acme", "--tenant", "acne"], 1, "Did you mean acme?"),
            (["--for", "2h", "--rule", "Foo"], 1, "Use one of"),
            (["--for", "2h", "--severity", "high", "--tenant", "acme"], 1, "critical"),
            (["--for", "2h", "--dependency", "mango"], 1, "Did you mean mongo?"),
            (["--for", "2h", "--matcher", "tenant=~\"(\""], 1, "regular"),
            (["--for", "2h", "--tenant", "acme", "--starting", "soon"], 1, "2026-01-31"),
            (["--for", "2h", "--tenant", "acme", "--starting", "2027-02-31T03:00:00Z"], 1, "is not a time"),
            (["--for", "2h", "--tenant", "acme", "--starting", "2027-02-01T25:00:00Z"], 1, "is not a time"),
            (["--for", "2h", "--tenant", "acme", "--starting", "2027-02-01T03:00:00Zgarbage"], 1, "is not a time"),
        ] as [([String], Int32, String)])
    func `a silence that makes no sense is refused with a way out`(_ row: (arguments: [String], status: Int32, word: String)) throws {
        let (agent, redis) = try Self.agent()
        let result = try command(
            ["silence", "add", "--reason", "x", "--author", "ann"] + row.arguments,
            environment: ["TENANTWATCH_STATE_DIR": agent.stateDirectory.path])
        #expect(result.status == row.status)
        #expect(result.errors.contains(row.word), "\(result.errors)")
        #expect(redis.process.isRunning)
    }

    @Test func `receivers are tested, and what they do not take is told without what they hide`() throws {
        let (good, status) = (try WebhookCatcher(), Lock(410))
        let bad = try ScriptedServer { _ in ScriptedServer.http(status.withLock { $0 }) }
        let (agent, redis) = try Self.agent(webhooks: [good.url, "http://\(bad.address)/hook?canary-hook"])
        #expect(try agent.control("receivers", "test", "webhook-1").status == 0)
        #expect(good.bodies.filter { $0.contains("TenantwatchTest") }.map { $0.contains("\"resolved\"") } == [false, true])
        #expect(wait(seconds: 5) { agent.audit.contains { $0["event"] == "receiver.tested" && $0["actor"] == "ann" } })
        let failed = try agent.control("receivers", "test", "webhook-2")
        #expect(failed.status == 1)
        #expect(failed.errors.contains("410"))
        #expect(try agent.control("receivers", "test", "webhook2").errors.contains("Did you mean webhook-2?"))
        #expect(agent.alerts(become: ["firing acme/mongo"]))
        #expect(wait(seconds: 20) { (try? agent.control("receivers").output.contains("off")) == true })
        let dead = try #require(try agent.listed("deliveries", by: "deliveries", "--dead").first)
        let id = dead["id"]?.text ?? ""
        #expect(try agent.control("deliveries", "--dead", "--limit", "1").output.contains(id))
        #expect(try agent.control("deliveries", "replay", id).errors.contains("`tenantwatch receivers test webhook-2` comes first"))
        status.withLock { $0 = 200 }
        #expect(try agent.control("receivers", "test", "webhook-2").status == 0)
        #expect(try agent.control("deliveries", "replay", id).status == 0)
        #expect(try agent.control("deliveries", "replay", "msg_nothing").status == 1)
        #expect(wait(seconds: 5) { agent.audit.contains { $0["event"] == "delivery.replayed" && $0["actor"] == "ann" } })
        let shown = try [["receivers"], ["deliveries"], ["deliveries", "--dead"]].map {
            try command($0, environment: ["TENANTWATCH_STATE_DIR": agent.stateDirectory.path]).output
        }
        #expect(!(shown.joined() + failed.errors + agent.process.output).contains("canary-hook"))
        #expect(redis.process.isRunning)
    }

    @Test func `routes test says who would hear, by the tenant's own labels too`() throws {
        let directory = try Ground.directory()
        let file = directory.appending(path: "settings.yaml")
        let settings = """
            receivers:
              - {name: gold, webhook: {url: "http://127.0.0.1:1/gold"}}
              - {name: rest, webhook: {url: "http://127.0.0.1:1/rest"}}
            routes:
              - {matchers: ['tier="gold"', 'severity="critical"'], receivers: [gold]}
              - {matchers: ['severity="critical"'], receivers: [rest]}
            """
        try settings.write(to: file, atomically: true, encoding: .utf8)
        let (agent, redis) = try Self.agent(arguments: ["--settings", file.path])
        let words = ["routes", "test", "--severity", "critical"]
        func heard(_ more: String...) throws -> (status: Int32, receivers: [String]) {
            let result = try command(words + more + ["--json"], environment: ["TENANTWATCH_STATE_DIR": agent.stateDirectory.path])
            let receivers = try JSONValue.parse(result.output.utf8.filter { $0 != 0x0A }).object?["receivers"]?.elements ?? []
            return (result.status, receivers.compactMap { $0.object?["name"]?.text })
        }
        #expect(try heard("--tenant", "acme") == (0, ["gold"]))
        #expect(try heard("--label", "tier=iron") == (0, ["rest"]))
        #expect(try agent.control("routes", "test", "--tenant", "acme").errors.contains("every alert has a severity"))
        #expect(try agent.control("routes", "test", "--severity", "info").status == 1)
        #expect(try agent.control("routes", "test", "--severity", "critical", "--tenant", "acne").errors.contains("Did you mean acme?"))
        #expect(try agent.control("routes", "test", "--severity", "critcal").errors.contains("Did you mean critical?"))
        #expect(try agent.control("routes", "test", "--rule", "TenantwatchDependancyDown").errors.contains("Did you mean"))
        #expect(try agent.control("routes", "test", "--rule", "TenantwatchDependencyDown").output.contains("rest"))
        #expect(redis.process.isRunning)
        try FileManager.default.removeItem(at: directory)
    }

    @Test func `the socket is for the agent's user alone, and a killed agent's is replaced`() throws {
        let (agent, redis) = try Self.agent()
        let attributes = try FileManager.default.attributesOfItem(atPath: agent.controlSocket.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        agent.process.crash()
        let gone = try agent.control("alerts")
        #expect(gone.status == 69)
        #expect(gone.errors.contains(agent.controlSocket.path))
        #expect(gone.errors.contains("tenantwatch run"))
        #expect(FileManager.default.fileExists(atPath: agent.controlSocket.path))
        let next = try ServerProcess(
            Ground.products.appending(path: "tenantwatch").path, ["run", "--listen", "127.0.0.1:\(Ground.freePort())"],
            environment: [
                "TENANTWATCH_TENANTS_FILE": agent.directory.appending(path: "tenants.json").path,
                "TENANTWATCH_STATE_DIR": agent.stateDirectory.path,
            ], in: try Ground.directory())
        #expect(agent.listensToCommands(), "\(next.output)")
        #expect(redis.process.isRunning)
    }

    @Test func `a state directory with a path too long for a socket is refused in words`() throws {
        let result = try command(["alerts", "--state-dir", "/tmp/" + String(repeating: "x", count: 120)])
        #expect(result.status == 78)
        #expect(result.errors.contains("choose a shorter state directory"))
    }

    @Test func `texts from servers and tenants cannot steer the terminal`() throws {
        let (agent, redis) = try Self.agent(webhooks: ["http://127.0.0.1:1/x"])
        let result = try agent.control(
            "silence", "add", "--tenant", "acme", "--for", "1h", "--reason", "a\u{1B}[31m\nb\u{202E}c", "--author", "ann\u{9B}2J")
        #expect(result.status == 0)
        let shown = try agent.control("silence", "list").output + agent.control("silence", "list", "--json").output
        #expect(!shown.unicodeScalars.contains { ["\u{1B}", "\u{9B}", "\u{202E}"].contains($0) })
        #expect(redis.process.isRunning)
    }
}
