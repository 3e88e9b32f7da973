import Checking
import RealServers
import RedisProbe
import TenantCore
import Testing

/// Redis as its users configure it, each answered by a real server.
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

    @Test func `passwords and rights are told apart`() throws {
        let server = try RedisServer(users: [
            "user default on >letmein ~* &* +@all", "user acme on >secret ~acme:* -@all +ping +select",
            "user poor on >secret ~* -@all +select",
        ])
        let kind = RedisProbeKind()
        #expect(try verdict(kind, redis(server)) == "noauth")
        #expect(try verdict(kind, redis(server, ["redis_password": "letmein"])) == "healthy")
        #expect(try verdict(kind, redis(server, ["redis_password": "wrong"])) == "wrongpass")
        #expect(try verdict(kind, redis(server, ["redis_username": "acme", "redis_password": "secret", "redis_db": 3])) == "healthy")
        #expect(try verdict(kind, redis(server, ["redis_username": "acme", "redis_password": "wrong"])) == "wrongpass")
        #expect(try verdict(kind, redis(server, ["redis_username": "poor", "redis_password": "secret"])) == "noperm")
    }

    @Test func `a password that the server does not expect is said so`() throws {
        let server = try RedisServer()
        // Redis 6 and later accept any password of a default user without one; the reply is the same as for a wrong one.
        #expect(
            ["password_unexpected", "wrongpass", "healthy"].contains(try verdict(RedisProbeKind(), redis(server, ["redis_password": "x"]))))
    }

    @Test func `an index beyond the server's databases is out of range`() throws {
        let server = try RedisServer(options: ["--databases", "4"])
        #expect(try verdict(RedisProbeKind(), redis(server, ["redis_db": 3])) == "healthy")
        #expect(try verdict(RedisProbeKind(), redis(server, ["redis_db": 4])) == "index_out_of_range")
    }

    @Test func `a replica without its master answers masterdown`() throws {
        let server = try RedisServer(options: ["--replicaof", "127.0.0.1", "\(Ground.freePort())", "--replica-serve-stale-data", "no"])
        #expect(try verdict(RedisProbeKind(), redis(server)) == "masterdown")
    }

    @Test func `TLS is verified`() throws {
        let ca: JSONValue = .string(try Ground.certificate("ca.pem"))
        let evil: JSONValue = .string(try Ground.certificate("evil-ca.pem"))
        let (good, expired, wrong) = (
            try RedisServer(certificate: "server"), try RedisServer(certificate: "expired"), try RedisServer(certificate: "wrong")
        )
        let kind = RedisProbeKind()
        #expect(try verdict(kind, redis(good, ["redis_tls": true, "redis_ca_file": ca])) == "healthy")
        #expect(try verdict(kind, redis(good, ["redis_tls": true, "redis_ca_file": evil])) == "certificate_unknown")
        #expect(try verdict(kind, redis(good, ["redis_tls": true])) == "certificate_unknown")
        #expect(try verdict(kind, redis(expired, ["redis_tls": true, "redis_ca_file": ca])) == "certificate_expired")
        #expect(try verdict(kind, redis(wrong, ["redis_tls": true, "redis_ca_file": ca])) == "certificate_name")
        #expect(try verdict(kind, redis(good, ["redis_tls": true, "redis_ca_file": "/nowhere/ca.pem"])) == "tls")
        #expect(try verdict(kind, redis(good), timeout: .seconds(2)) == "disconnected")
        let plain = try RedisServer()
        #expect(
            ["tls", "timeout"].contains(try verdict(kind, redis(plain, ["redis_tls": true, "redis_ca_file": ca]), timeout: .seconds(1))))
    }

    @Test func `a frozen server times out and is healthy again once thawed`() throws {
        let server = try RedisServer()
        let check = try #require(try checks(RedisProbeKind(), redis(server), timeout: .milliseconds(500)).first)
        #expect(word(outcome(of: check)) == "healthy")
        server.process.freeze()
        #expect(word(outcome(of: check)) == "timeout")
        #expect(word(outcome(of: check)) == "timeout")
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

    @Test(arguments: [
        ("-LOADING Redis is loading the dataset in memory", "loading"), ("-ERR max number of clients reached", "maximum_clients"),
        ("-DENIED Redis is running in protected mode", "protected_mode"), ("-WHATEVER happens", "error_reply"), (":1", "protocol_error"),
        ("$-1", "protocol_error"), ("*1\r\n$1\r\nx", "protocol_error"), ("HTTP/1.1 400 Bad Request", "protocol_error"),
        ("*2147483647", "protocol_error"), ("+OK\r\n*536870912", "protocol_error"),
    ]) func `an unusual reply has its reason`(_ row: (reply: String, reason: String)) throws {
        let reply = row.reply
        let server = try ScriptedServer { _ in .send(Array("\(reply)\r\n".utf8)) }
        #expect(try verdict(RedisProbeKind(), ["redis_addr": .string(server.address)]) == row.reason)
    }
}
