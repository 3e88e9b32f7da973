import RealServers
import TenantCore

extension RedisMatrix {
    /// What is no Redis, or does not answer like one.
    static var strangers: [Row] {
        func scripted(
            _ name: String, greeting: [UInt8] = [], within timeout: Duration = .seconds(10), _ answer: ScriptedServer.Answer
        ) -> Row {
            Row(name, within: timeout) {
                ["redis_addr": .string($0.keep(try ScriptedServer(greeting: greeting) { _ in answer }).address)]
            }
        }
        func says(_ name: String, _ reply: String) -> Row { scripted(name, .send(Array("\(reply)\r\n".utf8))) }
        return [
            Row("nobody listens") { _ in ["redis_addr": .string("127.0.0.1:\(Ground.freePort())")] },
            Row("a host that nobody knows", within: .seconds(20)) { _ in ["redis_addr": "no-such-host.invalid:6379"] },
            Row("a host that leads to a link-local address") { _ in ["redis_addr": "169.254.169.254:6379"] },
            // On loopback no server is in protected mode.
            says("protected mode", "-DENIED Redis is running in protected mode because protected mode is enabled"),
            says("an error without a reason of its own", "-NOREPLICAS Not enough good replicas to write"),
            scripted("hangs up at once", .close),
            scripted("a web server", ScriptedServer.http(400, "Bad Request")),
            scripted("a web server that expects TLS", ScriptedServer.http(400, "The plain HTTP request was sent to HTTPS port")),
            scripted("an SSH server", greeting: Array("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".utf8), .silence),
            scripted("a server that expects TLS, and says so with an alert", .sendAndClose([21, 3, 1, 0, 2, 2, 70])),
            scripted("a mail server", greeting: Array("220 mail.example ESMTP\r\n".utf8), .silence),
            scripted("answers random bytes", .send((0..<512).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 167 &+ 89) })),
            says("answers a number", ":1"),
            says("answers nothing, `$-1`", "$-1"),
            says("claims an array of two thousand million elements", "*2147483647"),
            says("claims a text of 500 MB", "$524288000"),
            scripted("answers a text without end", .endless(Array("$".utf8), Array("9999".utf8))),
            scripted("answers a line without end", .endless(Array("+".utf8), [UInt8](repeating: UInt8(ascii: "x"), count: 4096))),
            scripted("answers OK without end", .endless([], Array("+OK\r\n".utf8))),
            scripted("answers half and hangs up", .sendAndClose(Array("+O".utf8))),
            scripted("answers half and no more", within: .milliseconds(500), .send(Array("+O".utf8))),
            Row("INFO without end") {
                let server = $0.keep(
                    try ScriptedServer { request in
                        request.contains("INFO")
                            ? .endless(Array("$60000\r\n".utf8), Array("a:1\r\n".utf8)) : .send(Array("+PONG\r\n".utf8))
                    })
                return ["redis_addr": .string(server.address)]
            },
            Row("garbage over TLS", "its authority in `redis_ca_file`") {
                let server = $0.keep(try ScriptedServer { _ in ScriptedServer.http(200) })
                let proxy = $0.keep(try TLSProxy(to: server.port))
                return [
                    "redis_addr": .string("rediss://localhost:\(proxy.port)"), "redis_ca_file": .string(try Ground.certificate("ca.pem")),
                ]
            },
        ]
    }
}
