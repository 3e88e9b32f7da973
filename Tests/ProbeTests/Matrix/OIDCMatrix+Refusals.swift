import Foundation
import RealServers
import TenantCore

extension OIDCMatrix {
    /// Refusals whose bodies say what is wrong.
    static var refusals: [Row] {
        func says(_ name: String, _ status: Int, _ body: String, headers: [String] = []) -> Row {
            Row(name) {
                let issuer = $0.keep(try ScriptedIssuer())
                issuer.answer { _ in ScriptedServer.http(status, body, headers: headers) }
                return oidc(issuer.url)
            }
        }
        func entra(_ number: Int) -> String {
            "{\"error\":\"invalid_tenant\",\"error_description\":\"AADSTS\(number): no.\",\"error_codes\":[\(number)]}"
        }
        return [
            says("Entra, an unknown tenant", 400, entra(90002)), says("Entra, a tenant that is no name", 400, entra(900_023)),
            says("Entra, no tenant", 400, entra(50059)), says("Entra, another error", 400, entra(700_016)),
            says("Keycloak, an unknown realm", 404, "{\"error\":\"Realm does not exist\"}"),
            says("Keycloak, a realm that is switched off", 403, "{\"error\":\"Realm not enabled\"}"),
            says("Okta, an unknown authorization server", 404, "{\"errorCode\":\"E0000007\",\"errorSummary\":\"Not found\"}"),
            says("nginx, clear text at its port for TLS", 400, "The plain HTTP request was sent to HTTPS port"),
            says("a server in Go, clear text at its port for TLS", 400, "Client sent an HTTP request to an HTTPS server.\n"),
            says("an object store without the document", 404, "<Error><Code>NoSuchKey</Code></Error>"),
            says("an object store that lets nobody read", 403, "<Error><Code>AccessDenied</Code></Error>"),
            says("an ingress without a route", 404, "default backend - 404"),
            says("a proxy without a healthy provider", 503, "no healthy upstream"),
            says("a web application firewall", 403, "<title>Attention Required! | Cloudflare</title>"),
            says("asks to slow down in words", 403, "{\"message\":\"API rate limit exceeded\"}"),
            says("an object store that asks to slow down", 503, "<Error><Code>SlowDown</Code></Error>"),
            says("answers HTTP 503 with `Retry-After`", 503, "", headers: ["Retry-After: 120"]),
            says("answers HTTP 404 with a page about rate limits", 404, "<h1>Too many requests? Read about our limits</h1>"),
            says("answers HTTP 500 with a page about rate limits", 500, "Too many requests"),
            says(
                "answers HTTP 403 with a long page about rate limits", 403, "<html>\(String(repeating: "too many requests ", count: 100))"),
            says("answers HTTP 429 with `Retry-After`", 429, "", headers: ["Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"]),
            Row("answers no other `Accept` than `application/json`") {
                let issuer = $0.keep(try ScriptedIssuer())
                let text = JSONValue.object(ScriptedIssuer.document(of: issuer.url)).description
                issuer.answer { $0.contains("Accept: application/json\r\n") ? ScriptedServer.http(200, text) : ScriptedServer.http(406) }
                return oidc(issuer.url)
            },
        ]
            + [400, 403, 405, 415, 500, 501].map { status in
                Row("answers HTTP \(status) to each request with `Accept`") {
                    let issuer = $0.keep(try ScriptedIssuer())
                    let text = JSONValue.object(ScriptedIssuer.document(of: issuer.url)).description
                    issuer.answer { $0.contains("Accept:") ? ScriptedServer.http(status) : ScriptedServer.http(200, text) }
                    return oidc(issuer.url)
                }
            }
    }

    /// A good document, compressed without being asked.
    static var encodings: [Row] {
        func row(_ name: String, header: String, _ command: String, _ change: @escaping ([UInt8]) -> [UInt8] = { $0 }) -> Row {
            Row("a good document, \(name)") {
                let issuer = $0.keep(try ScriptedIssuer())
                let text = JSONValue.object(ScriptedIssuer.document(of: issuer.url)).description
                let body = change(try compressed(Array(text.utf8), command))
                let head = "HTTP/1.1 200 OK\r\nContent-Encoding: \(header)\r\nContent-Length: \(body.count)\r\n\r\n"
                issuer.answer { _ in .send(Array(head.utf8) + body) }
                return oidc(issuer.url)
            }
        }
        let zlib = "import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))"
        let raw =
            "import sys, zlib; c = zlib.compressobj(wbits=-15); sys.stdout.buffer.write(c.compress(sys.stdin.buffer.read()) + c.flush())"
        return [
            row("compressed with gzip", header: "gzip", "gzip"), row("compressed with `x-gzip`", header: "x-gzip", "gzip"),
            row("compressed with deflate", header: "deflate", "python3 -c '\(zlib)'"),
            row("compressed with deflate without its frame", header: "deflate", "python3 -c '\(raw)'"),
            row("compressed twice", header: "gzip, gzip", "gzip | gzip"), row("said to be `identity`", header: "identity", "cat"),
            row("said to be `UTF-8`", header: "UTF-8", "cat"), row("said to be compressed with gzip", header: "gzip", "cat"),
            row("compressed in a way that nobody knows", header: "x-rot13", "tr a-z n-za-m"),
            row("cut in the middle of gzip", header: "gzip", "gzip") { Array($0.prefix($0.count / 2)) },
        ]
    }

    private static func compressed(_ bytes: [UInt8], _ command: String) throws -> [UInt8] {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let (input, output) = (directory.appending(path: "in"), directory.appending(path: "out"))
        try Data(bytes).write(to: input)
        try run("bash", ["-c", "( \(command) ) <'\(input.path)' >'\(output.path)'"])
        return Array(try Data(contentsOf: output))
    }
}
