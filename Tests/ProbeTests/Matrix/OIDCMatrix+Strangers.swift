import Foundation
import RealServers
import TenantCore

extension OIDCMatrix {
    private static func scripted(
        _ name: String, greeting: [UInt8] = [], within timeout: Duration = .seconds(10), _ answer: ScriptedServer.Answer
    ) -> Row {
        Row(name, within: timeout) { oidc("http://\($0.keep(try ScriptedServer(greeting: greeting) { _ in answer }).address)") }
    }

    /// Issuers that answer with another HTTP status than 200.
    static var statuses: [Row] {
        let redirects = [301, 302, 303, 307, 308].map { status in
            scripted("redirects with HTTP \(status)", ScriptedServer.http(status, headers: ["Location: https://login.example.com/"]))
        }
        return redirects
            + [201, 203, 204, 400, 401, 403, 404, 406, 410, 420, 429, 500, 502, 503, 511, 521, 529].map {
                scripted("answers HTTP \($0)", ScriptedServer.http($0))
            }
    }

    /// What is no issuer, or does not answer like one.
    static var strangers: [Row] { dead + streams }

    private static var dead: [Row] {
        [
            Row("nobody listens") { _ in oidc("http://127.0.0.1:\(Ground.freePort())") },
            Row("a host that nobody knows", within: .seconds(20)) { _ in oidc("https://no-such-host.invalid") },
            Row("a host that leads to a link-local address") { _ in oidc("https://169.254.169.254/metadata") },
            scripted("hangs up at once", .close),
            scripted("a mail server", greeting: Array("220 mail.example ESMTP\r\n".utf8), .silence),
            scripted("answers random bytes", .sendAndClose((0..<512).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 167 &+ 89) })),
            scripted("answers HTTP/0.9, a body alone", .sendAndClose(Array("<html>hello</html>".utf8))),
            scripted("answers an HTTP status of letters", .sendAndClose(Array("HTTP/1.1 abc\r\n\r\n".utf8))),
            Row("garbage over TLS", "its authority in `oidc_ca_file`") {
                let issuer = $0.keep(try ScriptedIssuer(certificate: "server"))
                issuer.answer { _ in .sendAndClose(Array("220 mail.example ESMTP\r\n".utf8)) }
                return try trusting(issuer.url)
            },
        ]
    }

    private static var streams: [Row] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        func endless(_ name: String, _ begin: String, _ piece: String) -> Row {
            scripted(name, .endless(Array(begin.utf8), Array(piece.utf8)))
        }
        let chunk = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
        return [
            scripted("hangs up in the middle of the body", .sendAndClose(Array("\(head)Content-Length: 500\r\n\r\n{\"issuer\"".utf8))),
            scripted("hangs up in the middle of a chunk", .sendAndClose(Array("\(head)Transfer-Encoding: chunked\r\n\r\nff\r\n{".utf8))),
            scripted("hangs up in the middle of the headers", .sendAndClose(Array(head.utf8))),
            endless("a body without end", "\(head)\r\n", String(repeating: " ", count: 4096)),
            endless("chunks without end", "\(head)Transfer-Encoding: chunked\r\n\r\n", chunk),
            endless("headers without end", head, "X-Filler: \(String(repeating: "x", count: 1000))\r\n"),
            endless("one header without end", "\(head)X-Filler: ", "xxxxxxxx"),
            endless("early answers without end", "", "HTTP/1.1 100 Continue\r\n\r\n"),
            scripted(
                "headers of 40 KB",
                ScriptedServer.http(200, "{}", headers: (0..<40).map { "X-\($0): \(String(repeating: "x", count: 1000))" })),
            scripted("a body that drips in byte by byte", within: .milliseconds(500), .drip(Array("\(head)\r\n{".utf8), milliseconds: 50)),
            Row("100 MB of zeros in 100 KB of gzip") {
                let bytes = try compressedZeros()
                let issuer = $0.keep(try ScriptedIssuer())
                let length = "\(head)Content-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"
                issuer.answer { _ in .send(Array(length.utf8) + bytes) }
                return oidc(issuer.url)
            },
            Row("a good document with another answer behind it") {
                let issuer = $0.keep(try ScriptedIssuer())
                let body = JSONValue.object(ScriptedIssuer.document(of: issuer.url)).description
                issuer.answer { _ in
                    .send(Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)HTTP/1.1 500 Oops\r\n\r\n".utf8))
                }
                return oidc(issuer.url)
            },
        ]
    }

    private static func compressedZeros() throws -> [UInt8] {
        let file = try Ground.directory().appending(path: "zeros.gz")
        defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
        try run("bash", ["-c", "head -c 100M /dev/zero | gzip >'\(file.path)'"])
        return Array(try Data(contentsOf: file))
    }
}
