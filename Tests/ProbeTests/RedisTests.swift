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
}
