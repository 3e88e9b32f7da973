import Glibc
import RealServers
import Testing

/// The health endpoints while somebody holds connections.
struct FloodTests {
    @Test func `a thousand half-sent requests do not keep a load balancer out`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(agent.becomesReady())
        // More than the server takes at a time, each with a head that never ends or with something that is none.
        let held = (0..<1100).map { _ in Ground.connect(to: agent.port) }
        defer { for descriptor in held { close(descriptor) } }
        for (index, descriptor) in held.enumerated() {
            let text = index % 2 == 0 ? "GET /metrics HTTP/1.1\r\nHost: x\r\n" : "GET /\0metrics\r\n"
            #expect(send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) > 0)
        }
        // Without a deadline for requests they would be held for 30 idle seconds, and a drip makes that for ever.
        #expect(wait(seconds: 20) { agent.get("/livez").status == 200 })
    }

    @Test func `a thousand requests whose body drips do not keep a load balancer out`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(agent.becomesReady())
        let bodies = [
            (header: "Transfer-Encoding: chunked", piece: "1\r\na\r\n"), (header: "Content-Length: 1000000", piece: "a"),
        ]
        let held = (0..<1030).map { (descriptor: Ground.connect(to: agent.port), body: bodies[$0 % bodies.count]) }
        defer { for (descriptor, _) in held { close(descriptor) } }
        for (descriptor, body) in held {
            let text = "GET /livez HTTP/1.1\r\nHost: x\r\n\(body.header)\r\n\r\n"
            #expect(send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) > 0)
        }
        // A server that gave every byte more time would be held for as long as they come.
        let isAnswered = wait(seconds: 20) {
            for (descriptor, body) in held { send(descriptor, body.piece, body.piece.utf8.count, Int32(MSG_NOSIGNAL)) }
            return agent.get("/livez").status == 200
        }
        #expect(isAnswered)
    }
}
