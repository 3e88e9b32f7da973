import RealServers
import TenantCore

extension RedisMatrix {
    /// Servers that lack commands which no client needs, or answer more than anybody wants.
    static var commands: [Row] { renamed + long }

    private static var renamed: [Row] {
        func row(_ command: String, _ settings: String = "", _ more: JSONObject = [:]) -> Row {
            Row("`rename-command \(command) \"\"`", settings) {
                redis($0.keep(try RedisServer(options: ["--rename-command", command, ""])), more)
            }
        }
        return [
            row("SELECT"), row("SELECT", "`redis_db` 3", ["redis_db": 3]), row("PING"), row("PING", "`redis_db` 3", ["redis_db": 3]),
            row("INFO"), row("CLUSTER"), row("EXISTS"),
        ]
    }

    private static var long: [Row] {
        [
            Row("2,500 error codes of scripts in INFO") {
                let server = $0.keep(try RedisServer())
                let lines = (0..<2500).map { "EVAL \"return redis.error_reply('CODE\($0) x')\" 0\n" }
                try run("redis-cli", ["-p", "\(server.port)"], input: Array(lines.joined().utf8))
                guard try server.command("INFO", "errorstats").utf8.count > RedisServer.sectionLimit else {
                    throw ServerProblem(description: "INFO is short")
                }
                return redis(server)
            },
            Row("2,000 databases in use", "`redis_db` 3") {
                let server = $0.keep(try RedisServer(options: ["--databases", "2000"]))
                try server.command("EVAL", "for i = 0, 1999 do redis.call('SELECT', i); redis.call('SET', 'k', 1) end", "0")
                guard try server.command("INFO", "keyspace").utf8.count > RedisServer.sectionLimit else {
                    throw ServerProblem(description: "INFO is short")
                }
                return redis(server, ["redis_db": 3])
            },
        ]
    }

    /// What stands before a Redis, or knows where one is.
    static var proxies: [Row] {
        func proxy(_ settings: String = "", _ more: JSONObject = [:]) -> Row {
            Row("twemproxy", settings) { servers in
                let proxy = servers.keep(try RedisProxy(to: servers.open.get().port))
                var keys = more
                keys["redis_addr"] = .string(proxy.address)
                return keys
            }
        }
        func sentinel(_ settings: String = "", _ more: JSONObject = [:]) -> Row {
            Row("a Sentinel", settings) {
                var keys = more
                keys["redis_addr"] = .string($0.keep(try RedisSentinel()).address)
                return keys
            }
        }
        return [
            proxy(), proxy("`redis_db` 3", ["redis_db": 3]), proxy("a password", ["redis_password": "secret"]),
            proxy("a user and a password", ["redis_username": "acme", "redis_password": "secret"]),
            sentinel(), sentinel("`redis_db` 1", ["redis_db": 1]), sentinel("a password", ["redis_password": "secret"]),
            sentinel("a user and a password", ["redis_username": "acme", "redis_password": "secret"]),
        ]
    }

    /// Answers of servers that are not on this machine, from a script.
    static var answers: [Row] { informing + refusing + dialects }

    /// Servers that answer in forms which clients take.
    private static var dialects: [Row] {
        func answers(
            _ name: String, _ settings: String = "", _ more: JSONObject = [:], _ answer: @escaping @Sendable (String) -> String
        ) -> Row {
            Row(name, settings) {
                var keys = more
                keys["redis_addr"] = .string($0.keep(try ScriptedServer { .send(Array(answer($0).utf8)) }).address)
                return keys
            }
        }
        let user: JSONObject = ["redis_username": "acme", "redis_password": "secret"]
        return [
            answers("answers PING with a text, `$4`") { _ in "$4\r\nPONG\r\n" },
            answers("answers PING in small letters") { _ in "+pong\r\n" },
            answers("answers AUTH, SELECT and PING with texts", "a password, `redis_db` 2", ["redis_password": "secret", "redis_db": 2]) {
                $0.contains("AUTH") ? "$2\r\nOK\r\n" : $0.contains("SELECT") ? "$2\r\nok\r\n$4\r\nPONG\r\n" : "$4\r\nPONG\r\n"
            },
            answers("answers PING with another text") { _ in "$5\r\nhello\r\n" },
            answers("Redis 5", "a user and the password", user) {
                !$0.contains("AUTH")
                    ? "+PONG\r\n" : $0.contains("acme") ? "-ERR wrong number of arguments for 'auth' command\r\n" : "+OK\r\n"
            },
            answers("refuses PING with MISCONF, and INFO") {
                $0.contains("PING") ? "-MISCONF Errors writing to the AOF file\r\n" : $0.contains("EXISTS") ? ":0\r\n" : "-ERR no\r\n"
            },
            answers("Redis 2.6", "no password") { _ in "-ERR operation not permitted\r\n" },
        ]
    }

    /// A server that answers PING well, and each section of INFO so.
    private static var informing: [Row] {
        func row(_ name: String, within timeout: Duration = .seconds(10), _ answer: @escaping @Sendable (Int) -> ScriptedServer.Answer)
            -> Row
        {
            Row("answers INFO \(name)", within: timeout) {
                let server = try ScriptedServer { request in
                    let count = request.components(separatedBy: "\r\nINFO\r\n").count - 1
                    return count > 0 ? answer(count) : .send(Array("+PONG\r\n".utf8))
                }
                return ["redis_addr": .string($0.keep(server).address)]
            }
        }
        func says(_ name: String, _ reply: String) -> Row {
            row(name) { .send(Array(String(repeating: reply, count: $0).utf8)) }
        }
        return [
            says("with an error", "-ERR unknown command 'INFO'\r\n"), says("with nothing, `$-1`", "$-1\r\n"),
            says("with a number", ":7\r\n"), says("with a status", "+OK\r\n"), says("with an empty list", "*0\r\n"),
            says("with no list, `*-1`", "*-1\r\n"), says("with a list", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"),
            says("with nothing as RESP3 has it", "_\r\n"), says("with a map of RESP3", "%1\r\n+role\r\n+master\r\n"),
            says("with a text of RESP3", "=15\r\ntxt:role:master\r\n"), says("with a text of another kind", "$14\r\n{\"role\": null}\r\n"),
            says("with an empty text", "$0\r\n\r\n"),
            says("with a text of 1 MB", "$1048576\r\n\(String(repeating: "x", count: 1 << 20))\r\n"),
            says("with random bytes", "\u{1}\u{2}\u{3}"),
            row("by hanging up") { _ in .close }, row("with half a text, and hangs up") { _ in .sendAndClose(Array("$100\r\na".utf8)) },
            row("not at all", within: .milliseconds(500)) { _ in .silence },
        ]
    }

    /// A server whose every answer is this error.
    private static var refusing: [Row] {
        func says(_ name: String, _ settings: String, _ reply: String, _ more: JSONObject = [:]) -> Row {
            Row(name, settings) {
                var keys = more
                keys["redis_addr"] = .string($0.keep(try ScriptedServer { _ in .send(Array("-\(reply)\r\n".utf8)) }).address)
                return keys
            }
        }
        func after(_ name: String, _ settings: String, _ word: String, _ reply: String, _ more: JSONObject) -> Row {
            Row(name, settings) {
                let server = try ScriptedServer { request in
                    request.contains(word) ? .send(Array("-\(reply)\r\n+PONG\r\n".utf8)) : .send(Array("+PONG\r\n".utf8))
                }
                var keys = more
                keys["redis_addr"] = .string($0.keep(server).address)
                return keys
            }
        }
        return [
            says(
                "Redis 5", "a user and a wrong password", "ERR wrong number of arguments for 'auth' command",
                ["redis_username": "acme", "redis_password": "secret"]),
            says("Redis 5 without a password", "a password", "ERR Client sent AUTH, but no password is set", ["redis_password": "secret"]),
            says("no AUTH", "a password", "ERR unknown command 'AUTH'", ["redis_password": "secret"]),
            after("Envoy before it had SELECT", "`redis_db` 2", "SELECT", "unsupported command 'select'", ["redis_db": 2]),
            says("Envoy without upstream hosts", "", "no upstream host"),
            says("over its plan's limit of requests", "", "ERR max daily request limit exceeded. Limit: 10000, Usage: 10000."),
            says("throttles", "", "ERR Too many requests, please slow down"),
            Row("hangs up at PING") {
                let server = try ScriptedServer { request in request.contains("PING") ? .close : .send(Array(":0\r\n".utf8)) }
                return ["redis_addr": .string($0.keep(server).address)]
            },
            Row("hangs up at SELECT", "`redis_db` 2") {
                let server = try ScriptedServer { request in request.contains("SELECT") ? .close : .send(Array("+PONG\r\n".utf8)) }
                return ["redis_addr": .string($0.keep(server).address), "redis_db": 2]
            },
        ]
    }
}
