import RealServers
import TenantCore

extension MongoMatrix {
    private static func mongo(_ port: Int, login: String = "", query: String = "") -> JSONObject {
        ["mongo_uri": .string("mongodb://\(login)127.0.0.1:\(port)/\(query)")]
    }

    private typealias Script = @Sendable (String, [UInt8]) -> [(String, BSON)]?

    private static func scripted(
        _ name: String, _ settings: String = "", hello: [(String, BSON)] = ScriptedMongo.primary, login: String = "", query: String = "",
        script: @escaping Script = { _, _ in nil }
    ) -> Row {
        Row(name, settings, within: .seconds(10)) {
            mongo($0.keep(try ScriptedMongo.answering(hello: hello, script)).port, login: login, query: query)
        }
    }

    /// Services and proxies that speak MongoDB's protocol and not all of it.
    static var dialects: [Row] {
        /// A query is the driver's first greeting, without which it can do nothing.
        func refusing(_ commands: [String]) -> Script {
            { name, request in
                commands.contains(name) && !ScriptedMongo.isQuery(request) ? ScriptedMongo.refusal(59, "no such command") : nil
            }
        }
        let many: [(String, BSON)] = [
            ("cursor", .document([("firstBatch", .list((0..<40_000).map { .document([("name", .text("orders_\($0)"))]) }))])),
            ("ok", .double(1)),
        ]
        return [
            scripted("without `hello`", script: refusing(["hello"])),
            scripted("without `hello`, `ping` and `listCollections`", script: refusing(["hello", "isMaster", "ping", "listCollections"])),
            scripted("without options of `listCollections`") { name, request in
                guard name == "listCollections" else { return nil }
                let isPlain = ["filter", "nameOnly", "cursor"].allSatisfy { !ScriptedMongo.asks(request, $0) }
                return isPlain ? nil : ScriptedMongo.refusal(303, "Feature not supported: listCollections options")
            },
            scripted("answers 40,000 collections whatever the filter") { name, _ in name == "listCollections" ? many : nil },
            scripted(
                "gives every number as another type",
                hello: ScriptedMongo.description([
                    ("ismaster", .int32(1)), ("isWritablePrimary", .double(1)), ("minWireVersion", .double(0)), ("setName", .null),
                    ("maxWireVersion", .int64(17)), ("maxBsonObjectSize", .double(16_777_216)), ("ok", .int64(1)),
                ])),
            scripted(
                "says nothing but that it is primary",
                hello: [("ismaster", .truth(true)), ("maxWireVersion", .int32(6)), ("ok", .truth(true))]),
            scripted("a mongos", hello: ScriptedMongo.description([("msg", .text("isdbgrid"))])),
            scripted(
                "a mongos behind a load balancer", "`loadBalanced=true`",
                hello: ScriptedMongo.description([
                    ("msg", .text("isdbgrid")), ("serviceId", .objectID([UInt8](repeating: 7, count: 12))),
                ]), query: "?loadBalanced=true"),
            scripted(
                "a mongos", "`loadBalanced=true`", hello: ScriptedMongo.description([("msg", .text("isdbgrid"))]),
                query: "?loadBalanced=true"),
            scripted("a mongos without config servers") { name, _ in
                name == "listCollections" ? ScriptedMongo.refusal(133, "Could not find host matching read preference") : nil
            },
            scripted(
                "a mongos", "`replicaSet`", hello: ScriptedMongo.description([("msg", .text("isdbgrid"))]), query: "?replicaSet=rs0"),
            scripted("speaks versions 0 to 5 of the protocol", hello: ScriptedMongo.description([("maxWireVersion", .int32(5))])),
            scripted(
                "speaks versions 90 to 99 of the protocol",
                hello: ScriptedMongo.description([("minWireVersion", .int32(90)), ("maxWireVersion", .int32(99))])),
            scripted("read-only, by `queryableBackupMode`", hello: ScriptedMongo.description([("readOnly", .truth(true))])),
        ]
    }

    /// What servers answer when they cannot do what they are asked for.
    static var refusals: [Row] {
        func listing(_ name: String, _ code: Int32, _ text: String) -> Row {
            scripted(name) { command, _ in command == "listCollections" ? ScriptedMongo.refusal(code, text) : nil }
        }
        func login(_ name: String, _ code: Int32, _ text: String) -> Row {
            scripted(name, "a login", login: "acme:secret@", query: "acme_db") { command, _ in
                command == "saslStart" ? ScriptedMongo.refusal(code, text) : nil
            }
        }
        let throttled = "Message: {\"Errors\":[\"Request rate is large. More Request Units may be needed\"]}, RetryAfterMs=34, Details="
        return [
            listing("Cosmos DB out of request units", 16500, "Error=16500, RetryAfterMs=34, Details='Response status code: 429'"),
            listing("Cosmos DB, which gave up its own retries", 50, "Request timed out. Retries due to rate limiting: True."),
            scripted("Cosmos DB out of request units, at the first greeting") { _, _ in ScriptedMongo.refusal(16500, throttled) },
            scripted("Cosmos DB out of request units, at the login", "a login", login: "acme:secret@", query: "acme_db") { name, _ in
                name == "saslStart" ? ScriptedMongo.refusal(16500, throttled) : nil
            },
            scripted("overloaded, MongoDB 8.2") { name, _ in
                name == "ping" ? ScriptedMongo.refusal(462, "Request rate limit exceeded", labels: ["SystemOverloadedError"]) : nil
            },
            login("Atlas, a wrong password", 8000, "bad auth : authentication failed"),
            login("without the login's mechanism", 334, "Received authentication for mechanism SCRAM-SHA-1 which is not enabled"),
            login("with SCRAM switched off", 2, "SCRAM-SHA-1 authentication is disabled"),
            login("without logins", 59, "no such command: 'saslStart'"),
            listing("shutting down", 11600, "interrupted at shutdown"),
            listing("a lock that is not released", 24, "Unable to acquire lock"),
            listing("a disk without space", 14031, "available disk space is too low"),
            scripted("takes no more connections, and says so") { _, _ in
                ScriptedMongo.refusal(8, "connection refused because too many open connections")
            },
            scripted("takes TLS only, and says so") { _, _ in
                ScriptedMongo.refusal(141, "The server is configured to only allow SSL connections")
            },
            listing("any other error", 8, "UnknownError"),
        ]
    }
}
