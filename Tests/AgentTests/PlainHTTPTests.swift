import Foundation
import Glibc
import RealServers
import TenantCore
import Testing

/// The status server as seen by any client that writes bytes to its socket.
@Suite(.serialized) struct PlainHTTPTests {
    /// A request as it is sent, and how the answer must begin, contain and end.
    struct Row: CustomTestStringConvertible, Sendable {
        var request: String
        var status: String
        var contains: [String] = []
        var lacks: [String] = []
        /// Whether the server closes the connection by itself.
        var closes = true
        var testDescription: String { request.debugDescription }
    }

    private static let index = "GET, HEAD, OPTIONS"
    private static let rows = [
        // Methods.
        Row(
            request: "OPTIONS /livez HTTP/1.1\r\nHost: a\r\n", status: "204 No Content", contains: ["Allow: \(index)"],
            lacks: ["Content-Length: 0", "chunked"]),
        Row(request: "OPTIONS /health/acme HTTP/1.1\r\nHost: a\r\n", status: "204", contains: ["Allow: \(index)"]),
        Row(request: "OPTIONS /health/acme/redis HTTP/1.1\r\nHost: a\r\n", status: "204", contains: ["Allow: \(index)"]),
        Row(request: "OPTIONS * HTTP/1.1\r\nHost: a\r\n", status: "204", contains: ["Allow: \(index)"]),
        Row(request: "OPTIONS /api/v1/alerts HTTP/1.1\r\nHost: a\r\n", status: "204", contains: ["Allow: \(index)"]),
        Row(request: "OPTIONS /nowhere HTTP/1.1\r\nHost: a\r\n", status: "404"),
        Row(
            request: "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n", status: "405 Method Not Allowed",
            contains: ["Allow: \(index)", "POST is not served"]),
        Row(request: "PUT /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n", status: "405", contains: ["Allow: \(index)"]),
        Row(request: "DELETE /health HTTP/1.1\r\nHost: a\r\n", status: "405", contains: ["Allow: \(index)"]),
        Row(request: "PATCH /readyz HTTP/1.1\r\nHost: a\r\n", status: "405", contains: ["Allow: \(index)"]),
        Row(request: "TRACE / HTTP/1.1\r\nHost: a\r\n", status: "405", contains: ["Allow: \(index)"]),
        Row(request: "PROPFIND /metrics HTTP/1.1\r\nHost: a\r\n", status: "405", contains: ["Allow: \(index)"]),
        Row(request: "POST /nowhere HTTP/1.1\r\nHost: a\r\n", status: "404"),
        Row(request: "HEAD /livez HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["Content-Length: 3"], lacks: ["ok\n"]),
        Row(
            request: "HEAD /metrics HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["Content-Length: "],
            lacks: ["# HELP", "chunked"]),
        Row(request: "HEAD /nowhere HTTP/1.1\r\nHost: a\r\n", status: "404"),
        // Versions.
        Row(
            request: "GET /metrics HTTP/1.0\r\n", status: "200 OK", contains: ["# HELP tenantwatch_up", "Connection: close"],
            lacks: ["chunked"]),
        Row(
            request: "GET /metrics HTTP/1.0\r\nAccept-Encoding: gzip\r\n", status: "200 OK", contains: ["Connection: close"],
            lacks: ["chunked"]),
        Row(
            request: "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n", status: "200 OK", contains: ["Connection: close", "ok\n"],
            lacks: ["keep-alive"]),
        Row(request: "GET /livez HTTP/1.0\r\nHost: a\r\n", status: "200 OK", contains: ["Connection: close"]),
        Row(request: "HEAD /metrics HTTP/1.0\r\n", status: "200 OK", lacks: ["chunked", "# HELP"]),
        Row(request: "OPTIONS /livez HTTP/1.0\r\n", status: "204", contains: ["Allow: \(index)", "Connection: close"]),
        Row(request: "POST /livez HTTP/1.0\r\n", status: "405", contains: ["Connection: close"]),
        Row(request: "GET /metrics HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["chunked"], closes: false),
        Row(
            request: "GET /livez HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["ok\n"], lacks: ["Connection: close"], closes: false
        ),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n", status: "200 OK", contains: ["Connection: close"]),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: TE, close\r\n", status: "200 OK", contains: ["Connection: close"]),
        Row(request: "GET /livez HTTP/2.0\r\nHost: a\r\n", status: "400"),
        // Hosts.
        Row(request: "GET /livez HTTP/1.1\r\n", status: "400 Bad Request"),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n", status: "400"),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a\r\nhost: a\r\n", status: "400"),
        Row(request: "GET /livez HTTP/1.0\r\nHost: a\r\nHost: b\r\n", status: "400"),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a b\r\n", status: "400"),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a/b\r\n", status: "400"),
        Row(request: "GET /livez HTTP/1.1\r\nHost: a@b\r\n", status: "400"),
        Row(request: "GET /livez HTTP/1.1\r\nHost:\r\n", status: "200 OK", closes: false),
        Row(request: "GET /livez HTTP/1.1\r\nHost: [::1]:9780\r\n", status: "200 OK", closes: false),
        Row(request: "GET /livez HTTP/1.1\r\nHost: tenantwatch.example.com:9780\r\n", status: "200 OK", closes: false),
        // Targets.
        Row(request: "GET http://tenantwatch:9780/livez HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["ok\n"], closes: false),
        Row(
            request: "GET HTTPS://tenantwatch/readyz?verbose HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["loop scheduler"],
            closes: false),
        Row(request: "GET http://tenantwatch HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["/health/{tenant}"], closes: false),
        Row(request: "GET http://tenantwatch?x HTTP/1.1\r\nHost: a\r\n", status: "200 OK", contains: ["/health/{tenant}"], closes: false),
        Row(request: "GET http:///livez HTTP/1.1\r\nHost: a\r\n", status: "400"),
        Row(request: "GET ftp://tenantwatch/livez HTTP/1.1\r\nHost: a\r\n", status: "400"),
        Row(request: "GET livez HTTP/1.1\r\nHost: a\r\n", status: "400"),
        Row(request: "GET * HTTP/1.1\r\nHost: a\r\n", status: "400"),
        Row(request: "GET /livez#top HTTP/1.1\r\nHost: a\r\n", status: "400"),
        Row(request: "GET /li vez HTTP/1.1\r\nHost: a\r\n", status: "400"),
        Row(request: "GET //livez HTTP/1.1\r\nHost: a\r\n", status: "200 OK", closes: false),
        Row(request: "GET /%zz HTTP/1.1\r\nHost: a\r\n", status: "404", closes: false),
        Row(request: "GET /livez?x=%zz&&= HTTP/1.1\r\nHost: a\r\n", status: "200 OK", closes: false),
        // A body of two lengths.
        Row(request: "POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n", status: "400"),
        Row(request: "NONSENSE\r\n", status: "400"),
    ]

    @Test func `every kind of request is answered as RFC 9110 and 9112 say`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(agent.becomesReady(), "\(agent.process.output)")
        for row in Self.rows {
            // What is not kept open by a rule is closed because it was asked for.
            let isAsked = row.closes && row.request.contains("HTTP/1.1") && !row.request.contains("Connection:") && row.status != "400"
            let request = row.request + (isAsked ? "Connection: close\r\n" : "") + "\r\n"
            let (answer, isClosed) = try #require(exchange(request, port: agent.port))
            #expect(
                answer.hasPrefix("HTTP/1.1 \(row.status)") || answer.hasPrefix("HTTP/1.0 \(row.status)"),
                "\(row.request.debugDescription): \(answer.prefix(300))")
            for text in row.contains {
                #expect(answer.lowercased().contains(text.lowercased()), "\(row.request.debugDescription): \(answer.prefix(600))")
            }
            for text in row.lacks {
                #expect(!answer.lowercased().contains(text.lowercased()), "\(row.request.debugDescription): \(answer.prefix(600))")
            }
            #expect(isClosed == row.closes, "\(row.request.debugDescription): \(answer.prefix(300))")
        }
    }

    @Test func `what is refused is refused in its turn, and nothing behind it is answered`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(agent.becomesReady(), "\(agent.process.output)")
        let good = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        for last in ["GET /livez HTTP/1.1\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"] {
            let (answer, isClosed) = try #require(exchange(good + good + last + good, port: agent.port))
            let statuses = answer.split(separator: "\r\n").filter { $0.contains("HTTP/1.") }.map {
                $0.suffix(from: $0.range(of: "HTTP/1.")!.lowerBound).prefix(12)
            }
            #expect(statuses == ["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 400"])
            #expect(isClosed)
        }
        let (old, isClosed) = try #require(exchange("GET /livez HTTP/1.0\r\n\r\n" + good, port: agent.port))
        #expect(old.components(separatedBy: "HTTP/1.").count == 2, "after an answer to HTTP/1.0 comes nothing: \(old)")
        #expect(isClosed)
    }

    @Test func `the control socket names the methods that change something`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(agent.becomesReady(), "\(agent.process.output)")
        func ask(_ method: String, _ path: String) throws -> String {
            let socket = agent.directory.appending(path: "state/control.sock").path
            return try run("curl", ["-s", "-i", "-X", method, "--unix-socket", socket, "http://agent\(path)"])
        }
        #expect(try ask("OPTIONS", "/api/v1/silences").contains("GET, HEAD, OPTIONS, POST"))
        #expect(try ask("PUT", "/api/v1/silences").hasPrefix("HTTP/1.1 405"))
        #expect(try ask("GET", "/api/v1/silences/sil_1").hasPrefix("HTTP/1.1 405"))
        #expect(try ask("OPTIONS", "/api/v1/silences/sil_1").contains("DELETE, OPTIONS"))
    }

    /// Sends bytes and reads until the server closes, or has said nothing for a while.
    private func exchange(_ request: String, port: Int) -> (answer: String, isClosed: Bool)? {
        let descriptor = Ground.connect(to: port)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard request.withCString({ send(descriptor, $0, request.utf8.count, Int32(MSG_NOSIGNAL)) }) == request.utf8.count else {
            return nil
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, bytes.isEmpty ? 10_000 : 1500) > 0 else { return (String(decoding: bytes, as: UTF8.self), false) }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return (String(decoding: bytes, as: UTF8.self), true) }
            bytes += buffer.prefix(count)
        }
    }
}
