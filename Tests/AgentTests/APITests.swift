import Foundation
import RealServers
import TenantCore
import Testing

/// docs/openapi.yaml against a running agent: the document is true, and says everything.
@Suite(.serialized) struct APITests {
    private static let document = Ground.root.appending(path: "docs/openapi.yaml").path

    /// An agent with a tenant that is well, one that is not, and one that cannot be watched.
    private static func agent(webhooks: [String] = []) throws -> (agent: AgentProcess, redis: RedisServer) {
        let redis = try RedisServer()
        let good = tenant("acme", mongo: "mongodb://127.0.0.1:\(Ground.freePort())/", redis: redis.address, ["labels": ["tier": "gold"]])
        let hostile = tenant(
            "globex", mongo: "mongodb://127.0.0.1:\(Ground.freePort())/", redis: redis.address,
            ["name": "Globex \"<b>\\ and more", "redis_db": 1])
        let agent = try AgentProcess([good, hostile, ["tenant_id": "broken"]], webhooks: webhooks)
        #expect(agent.becomesReady(), "\(agent.process.output)")
        #expect(agent.listensToCommands())
        return (agent, redis)
    }

    private func check(_ answers: [APIAnswer]) throws {
        try run(Ground.python, [Ground.script("openapi.py"), "answers", Self.document], input: Array(lines(answers).utf8))
    }

    private func lines(_ answers: [APIAnswer]) -> String { answers.map(\.line).joined(separator: "\n") }

    @Test func `every path that is served is documented, and none besides`() throws {
        let (agent, redis) = try Self.agent()
        let printed = try run(Ground.python, [Ground.script("openapi.py"), "operations", Self.document])
        let documented = printed.split(separator: "\n").map(String.init)
        let everywhere = documented.filter { !$0.hasSuffix(" socket") }
        let onSocket = documented.map { $0.replacing(" socket", with: "") }.filter { $0.contains(" /api/v1") }
        #expect(try served(by: agent, onSocket: false) == everywhere.sorted())
        #expect(try served(by: agent, onSocket: true) == onSocket.sorted())
        #expect(redis.process.isRunning)
    }

    private func served(by agent: AgentProcess, onSocket: Bool) throws -> [String] {
        let routes = try agent.ask("/api/v1", onSocket: onSocket).json["routes"]?.elements?.compactMap(\.object) ?? []
        return routes.map { "\($0["method"]?.text ?? "") \($0["path"]?.text ?? "")" }.sorted()
    }

    @Test func `what is read is as the document says, over TCP and on the socket`() throws {
        let catcher = try WebhookCatcher(status: 500)
        let (agent, redis) = try Self.agent(webhooks: [catcher.url + "?canary-hook"])
        #expect(agent.alerts(become: ["firing acme/mongo", "firing broken/", "firing globex/mongo"]))
        var answers: [APIAnswer] = []
        for path in ["/", "/livez", "/readyz", "/metrics", "/health", "/api/v1"] { answers.append(try agent.ask(path)) }
        for tenant in ["acme", "globex", "nobody"] {
            answers.append(try agent.ask("/health/{tenant}", parts: [tenant]))
            answers.append(try agent.ask("/health/{tenant}/{dependency}", parts: [tenant, "redis"]))
        }
        for isOnSocket in [false, true] {
            answers += try Self.reads.map { try agent.ask($0.path, query: $0.query, onSocket: isOnSocket) }
        }
        try check(answers)
        #expect(!lines(answers).contains("canary-hook"))
        #expect(redis.process.isRunning)
    }

    private static let reads: [(path: String, query: String)] = [
        ("/api/v1", ""), ("/api/v1/alerts", ""), ("/api/v1/alerts", "?tenant=acme&state=firing&rule=TenantwatchDependencyDown&limit=1"),
        ("/api/v1/alerts/history", ""), ("/api/v1/alerts/history", "?tenant=acme&event=status.changed&before=1000&limit=1"),
        ("/api/v1/deliveries", ""), ("/api/v1/deliveries", "?state=dead"), ("/api/v1/silences", "?past=true"), ("/api/v1/receivers", ""),
        ("/api/v1/rules", "?tenant=acme"), ("/api/v1/tenants", "?status=down"),
    ]

    /// Queries that make no sense, and what the answer says about the way out.
    private static let badQueries: [(path: String, query: String, word: String)] = [
        ("/api/v1/alerts", "?tennant=acme", "Did you mean tenant?"), ("/api/v1/alerts", "?state=fired", "firing, pending, muted"),
        ("/api/v1/alerts", "?tenant=a%20b", "tenant"), ("/api/v1/alerts", "?tenant=a&tenant=b", "twice"),
        ("/api/v1/alerts", "?limit=0", "10000"), ("/api/v1/alerts", "?rule=TenantwatchDependencyDwn", "TenantwatchDependencyDown"),
        ("/api/v1/alerts/history", "?limit=1001", "1000"), ("/api/v1/alerts/history", "?before=0", "before"),
        ("/api/v1/alerts/history", "?event=silence.added", "status.changed"), ("/api/v1/deliveries", "?state=sent", "queued"),
        ("/api/v1/silences", "?past", "true"), ("/api/v1/receivers", "?name=x", "Leave it out."),
        ("/api/v1/tenants", "?status=sick", "healthy"),
    ]

    @Test func `a query that makes no sense is refused with a way out`() throws {
        let (agent, redis) = try Self.agent()
        var answers: [APIAnswer] = []
        for row in Self.badQueries {
            let answer = try agent.ask(row.path, query: row.query)
            #expect(answer.status == 400)
            #expect(answer.body.contains(row.word), "\(answer.body)")
            answers.append(answer)
        }
        try check(answers)
        #expect(redis.process.isRunning)
    }

    @Test func `what changes something is not served over TCP`() throws {
        let (agent, redis) = try Self.agent()
        let order = #"{"matchers":["tenant=\"acme\""],"duration":"1h","author":"x","reason":"y"}"#
        let changes = [
            ("POST", "/api/v1/silences", order), ("DELETE", "/api/v1/silences/sil_x?author=x", nil),
            ("POST", "/api/v1/deliveries/msg_x/replay?author=x", ""), ("POST", "/api/v1/receivers/x/test", ""),
            ("POST", "/api/v1/routes/test", #"{"labels":{"tenant":"acme"}}"#), ("GET", "/api/v2/alerts", nil), ("GET", "/nothing", nil),
        ]
        for (method, path, body) in changes {
            let answer = try agent.ask(path, method: method, body: body)
            // Silences are read at the same path.
            #expect(answer.status == (path == "/api/v1/silences" ? 405 : 404), "\(path)")
            #expect(answer.json["error"]?.object?["fix"]?.text?.contains("control socket") == true)
        }
        #expect(try agent.ask("/api/v1/silences").json["silences"]?.elements?.isEmpty == true)
        #expect(redis.process.isRunning)
    }

    @Test func `what changes something is as the document says`() throws {
        let catcher = try WebhookCatcher()
        let (agent, redis) = try Self.agent(webhooks: [catcher.url])
        func post(_ path: String, parts: [String] = [], query: String = "", _ body: String = "") throws -> APIAnswer {
            try agent.ask(path, method: "POST", parts: parts, query: query, body: body, onSocket: true)
        }
        let silences = "/api/v1/silences"
        let added = try post(silences, #"{"matchers":["tenant=acme,tier=~\"(g+)+old$\""],"duration":"1h","author":"ann","reason":"moved"}"#)
        #expect(added.status == 201, "\(added.body)")
        let id = added.json["silence"]?.object?["id"]?.text ?? ""
        let ended = try agent.ask("/api/v1/silences/{id}", method: "DELETE", parts: [id], query: "?author=ann", onSocket: true)
        #expect(ended.json["silence"]?.object?["state"] == "expired")
        let refused = try Self.badOrders.map { try post(silences, $0) }
        #expect(refused.map(\.status) == Self.badOrders.map { _ in 400 }, "\(refused.map(\.body))")
        let tooMany = try post(silences, #"{"matchers":["severity=critical"],"ends_at":"2999-01-01T00:00:00Z","author":"a","reason":"b"}"#)
        #expect(tooMany.status == 400)
        let many = try post(silences, #"{"matchers":["severity=critical"],"duration":"1h","author":"a","reason":"b","max_tenants":1}"#)
        #expect(many.status == 409)
        #expect(many.json["reach"]?.object?["tenants"] == 2)
        let large = try post(silences, String(repeating: " ", count: 70_000))
        #expect(large.status == 413)
        let test = "/api/v1/receivers/{name}/test"
        let tests = try ["webhook-1", "nobody", "acme%2Fnobody"].map { try post(test, parts: [$0], query: "?author=ann") }
        #expect(tests.map(\.status) == [200, 404, 404])
        #expect(try post(test, parts: ["webhook-1"]).status == 400)
        #expect(tests[0].json["outcome"] == "delivered")
        let routes = try [#"{"labels":{"tenant":"acme"}}"#, #"{"labels":{"tenant":"acne"}}"#, #"{"labels":{}}"#].map {
            try post("/api/v1/routes/test", $0)
        }
        #expect(routes.map(\.status) == [200, 404, 400])
        #expect(routes[0].json["labels"]?.object?["tier"] == "gold")
        let replay = try post("/api/v1/deliveries/{id}/replay", parts: ["msg_x"], query: "?author=ann")
        #expect(replay.status == 404)
        try check([added, ended, tooMany, many, large, replay] + refused + tests + routes)
        #expect(try agent.ask(silences, query: "?past=true", onSocket: true).json["silences"]?.elements?.count == 1)
        #expect(redis.process.isRunning)
    }

    /// Bodies of which nothing may be stored.
    private static let badOrders = [
        "", "[]", #"{"matchers":[],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tenant"],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tenant=~\"(a\""],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tier=~(x{1000}){1000}"],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tier='gold'"],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tier=gold,tennant=acme"],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tennant=acme"],"duration":"1h","author":"a","reason":"b"}"#,
        #"{"matchers":["tenant=acme"],"duration":"soon","author":"a","reason":"b"}"#,
        #"{"matchers":["tenant=acme"],"author":"a","reason":"b"}"#,
        #"{"matchers":["tenant=acme"],"duration":"1h","ends_at":"2999-01-01T00:00:00Z","author":"a","reason":"b"}"#,
        #"{"matchers":["tenant=acme"],"duration":"1h","author":" ","reason":"b"}"#,
        #"{"matchers":["tenant=acme"],"duration":"1h","author":"a"}"#,
        #"{"matchers":["tenant=acme"],"duration":"1h","author":"a","reason":"b","starts":"now"}"#,
        #"{"matchers":["tenant=acme"],"duration":"1h","duration":"2h","author":"a","reason":"b"}"#,
    ]
}
