import Checking
import RealServers
import RedisProbe
import TenantCore
import Testing

/// What takes more than one answer of a Redis; single answers are rows of the server matrix.
struct RedisTests {
    private func redis(_ server: RedisServer, _ more: JSONObject = [:]) -> JSONObject {
        var keys: JSONObject = ["redis_addr": .string(server.address)]
        for member in more.members { keys[member.key] = member.value }
        return keys
    }

    @Test func `an open server is healthy, and a kept session answers again`() throws {
        let server = try RedisServer()
        let check = try #require(try checks(RedisProbeKind(), redis(server)).first)
        #expect((0..<3).map { _ in word(outcome(of: check)) } == ["healthy", "healthy", "healthy"])
    }

    @Test func `a frozen server times out and is healthy again once thawed`() throws {
        let server = try RedisServer()
        // Two checks on one kept session: one has the time that a busy machine may need, one is soon out of patience.
        let kind = RedisProbeKind()
        let check = try #require(try checks(kind, redis(server), timeout: .seconds(10)).first)
        let hasty = try #require(try checks(kind, redis(server), timeout: .milliseconds(500)).first)
        #expect(word(outcome(of: check)) == "healthy")
        server.process.freeze()
        #expect(word(outcome(of: hasty)) == "timeout")
        #expect(word(outcome(of: hasty)) == "timeout")
        server.process.thaw()
        #expect(word(outcome(of: check)) == "healthy")
    }

    @Test func `a restart of the server is not seen as a failure of a kept session`() throws {
        let first = try RedisServer()
        let check = try #require(try checks(RedisProbeKind(), redis(first)).first)
        #expect(word(outcome(of: check)) == "healthy")
        first.process.crash()
        #expect(word(outcome(of: check)) == "refused")
        let second = try RedisServer(port: first.port)
        #expect(word(outcome(of: check)) == "healthy")
        second.process.crash()
        let third = try RedisServer(port: first.port)
        #expect(word(outcome(of: check)) == "healthy")
        #expect(third.process.isRunning)
    }

    @Test func `phases tell where the time went`() throws {
        let server = try RedisServer(users: ["user default on >letmein ~* &* +@all"], certificate: "server")
        let ca: JSONValue = .string(try Ground.certificate("ca.pem"))
        let result = try ask(RedisProbeKind(), redis(server, ["redis_tls": true, "redis_ca_file": ca, "redis_password": "letmein"]))
        #expect(Set(try result.get().phases.keys) == [.resolve, .connect, .tls, .auth, .command])
    }

    @Test func `the second database's answer is never read after the first was refused`() throws {
        // Answers SELECT with an error and PING with PONG, as Redis does for an index that is out of range.
        let server = try ScriptedServer { _ in .send(Array("-ERR DB index is out of range\r\n+PONG\r\n".utf8)) }
        #expect(try verdict(RedisProbeKind(), ["redis_addr": .string(server.address), "redis_db": 9]) == "index_out_of_range")
    }

    private func count(_ word: String, in requests: [String]) -> Int {
        requests.map { $0.components(separatedBy: word).count - 1 }.reduce(0, +)
    }

    @Test func `database 0 is asked without SELECT, however often`() throws {
        let server = try ScriptedServer {
            $0.contains("INFO") ? .send(Array("-ERR no\r\n-ERR no\r\n-ERR no\r\n-ERR no\r\n".utf8)) : .send(Array("+PONG\r\n".utf8))
        }
        let kind = RedisProbeKind()
        let check = try #require(try checks(kind, ["redis_addr": .string(server.address)]).first)
        for _ in 0..<3 { #expect(word(outcome(of: check)) == "healthy") }
        #expect(count("SELECT", in: server.requests) == 0)
        #expect(count("PING", in: server.requests) == 3)
    }

    @Test func `a session goes to another database before it asks, and stays there`() throws {
        let server = try RedisServer()
        let kind = RedisProbeKind()
        let planned = try [0, 3, 5].map { index in (index, try checks(kind, redis(server, ["redis_db": .integer(index)]))) }
        func ask(_ index: Int) {
            for (own, check) in planned where own == index { #expect(check.map { word(outcome(of: $0)) } == ["healthy"]) }
        }
        // What commands did to the statistics: those of our own commands are counted from the start.
        func selections() throws -> String {
            try server.command("INFO", "commandstats").split(separator: "\r\n").first { $0.hasPrefix("cmdstat_select:") }
                .map { String($0.prefix { $0 != "," }) } ?? "none"
        }
        ask(0)
        #expect(try selections() == "none")
        ask(3)
        #expect(try selections() == "cmdstat_select:calls=1")
        ask(3)
        #expect(try selections() == "cmdstat_select:calls=1")
        ask(5)
        #expect(try selections() == "cmdstat_select:calls=2")
        ask(0)
        ask(3)
        #expect(try selections() == "cmdstat_select:calls=3")
    }

    @Test func `tenants with database 0 and others on a server that hangs up at SELECT do not disturb each other`() throws {
        let server = try RedisServer()
        let proxy = try RedisProxy(to: server.port)
        let kind = RedisProbeKind()
        let first = try #require(try checks(kind, ["redis_addr": .string(proxy.address)]).first)
        let third = try #require(try checks(kind, ["redis_addr": .string(proxy.address), "redis_db": 3]).first)
        for _ in 0..<3 {
            #expect(word(outcome(of: first)) == "healthy")
            #expect(word(outcome(of: third)) == "select_unavailable")
        }
    }

    @Test func `a server that hangs up at INFO is not asked with each new session`() throws {
        let server = try ScriptedServer { $0.contains("INFO") ? .close : .send(Array("+PONG\r\n".utf8)) }
        let check = try #require(try checks(RedisProbeKind(), ["redis_addr": .string(server.address)]).first)
        for _ in 0..<20 { #expect(word(outcome(of: check)) == "healthy") }
        #expect(count("INFO", in: server.requests) == 4)  // Once, and each section of that time.
    }

    @Test func `many logins ask a server about itself once`() throws {
        let server = try ScriptedServer { request in
            guard request.contains("INFO") else { return .send(Array((request.contains("AUTH") ? "+OK\r\n" : "+PONG\r\n").utf8)) }
            return .send(Array(("$11\r\nrole:master\r\n" + String(repeating: "$0\r\n\r\n", count: 3)).utf8))
        }
        let kind = RedisProbeKind()
        // All at once, as an agent plans them: what is known of the server lives as long as one of them.
        let planned = try (0..<20).flatMap { login in
            try checks(kind, ["redis_addr": .string(server.address), "redis_password": .string("password-\(login)")])
        }
        for check in planned { #expect(word(outcome(of: check)) == "healthy") }
        #expect(count("\r\nreplication\r\n", in: server.requests) == 1)
    }

    @Test func `a connection that ends once at SELECT says nothing about SELECT`() throws {
        let ends = Lock(1)
        let server = try ScriptedServer { request in
            guard request.contains("SELECT") else { return .send(Array("+PONG\r\n".utf8)) }
            let isEnd = ends.withLock { left in
                left -= 1
                return left >= 0
            }
            return isEnd ? .close : .send(Array("+OK\r\n+PONG\r\n".utf8))
        }
        #expect(try verdict(RedisProbeKind(), ["redis_addr": .string(server.address), "redis_db": 2]) == "healthy")
    }

    @Test func `a section that is too long is left out, and the others are asked`() throws {
        let long = "$70000\r\n" + String(repeating: "x", count: 70_000) + "\r\n"
        let server = try ScriptedServer { request in
            guard request.contains("INFO") else { return .send(Array("+PONG\r\n".utf8)) }
            let sections = ["replication", "memory", "persistence", "cluster"].filter { request.contains("\r\n\($0)\r\n") }
            let answers = sections.map {
                $0 == "memory" ? long : $0 == "replication" ? "$29\r\nrole:slave\r\nslave_read_only:1\r\n" : "$0\r\n\r\n"
            }
            return .send(Array(answers.joined().utf8))
        }
        let check = try #require(try checks(RedisProbeKind(), ["redis_addr": .string(server.address)]).first)
        for _ in 0..<3 { #expect(word(outcome(of: check)) == "read_only") }
        #expect(count("\r\nmemory\r\n", in: server.requests) == 1)
        #expect(count("\r\nreplication\r\n", in: server.requests) == 2)
    }

    @Test func `only sections that a finding comes from are asked for, never the whole of INFO`() throws {
        let server = try RedisServer()
        #expect(try verdict(RedisProbeKind(), redis(server)) == "healthy")
        let proxy = try ScriptedServer {
            $0.contains("INFO") ? .send(Array("$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n".utf8)) : .send(Array("+PONG\r\n".utf8))
        }
        _ = try verdict(RedisProbeKind(), ["redis_addr": .string(proxy.address)])
        let asked = proxy.requests.joined()
        #expect(count("*1\r\n$4\r\nINFO", in: [asked]) == 0)
        for section in ["replication", "memory", "persistence", "cluster"] {
            #expect(asked.contains("INFO\r\n$\(section.count)\r\n\(section)\r\n"))
        }
        for section in ["errorstats", "keyspace", "commandstats"] { #expect(!asked.contains(section)) }
    }
}
