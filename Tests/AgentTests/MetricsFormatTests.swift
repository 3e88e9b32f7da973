import Foundation
import Glibc
import RealServers
import TenantCore
import Testing

/// `/metrics` as its readers ask for it, read by parsers that nobody here wrote.
@Suite(.serialized) struct MetricsFormatTests {
    private static let hostile = [
        #"quotes " and \ and \n and "#, "a\"} 1 # EOF", "# TYPE x counter", "{}", "ünïcödé 😀 e\u{301}", "a,b=\"c\"", "x\\",
        String(repeating: "long ", count: 200),
    ]

    /// An agent whose tenants have hostile names, each healthy or not as it is.
    private static func agent() throws -> (agent: AgentProcess, redis: RedisServer) {
        let redis = try RedisServer()
        let tenants = hostile.enumerated().map { index, name in
            tenant(
                "tenant-\(index)", mongo: "mongodb://127.0.0.1:1/", redis: redis.address,
                ["name": .string(name), "redis_db": .integer(index), "labels": ["team": .string(String(name.prefix(20)))]])
        }
        let agent = try AgentProcess(tenants)
        #expect(agent.becomesReady())
        return (agent, redis)
    }

    /// A page as curl has it, with its headers.
    private func curl(_ agent: AgentProcess, _ arguments: String...) throws -> (head: String, body: [UInt8]) {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "body")
        let head = try run(
            "curl", ["-sS", "-m", "10", "-D", "-", "-o", file.path] + arguments + ["http://127.0.0.1:\(agent.port)/metrics"])
        return (head.lowercased(), Array(try Data(contentsOf: file)))
    }

    private func parse(_ format: String, _ page: [UInt8]) throws -> [JSONValue] {
        let rows = try run(Ground.python, [Ground.script("parse-metrics.py"), format], input: page)
        return try rows.split(separator: "\n").map { try JSONValue.parse($0.utf8) }
    }

    @Test func `both formats are read by the strictest parsers, and hostile names come back`() throws {
        let (agent, redis) = try Self.agent()
        let accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        let text = try curl(agent)
        let openMetrics = try curl(agent, "-H", accept)
        #expect(text.head.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(openMetrics.head.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"))
        #expect(text.head.contains("vary: accept, accept-encoding\r\n"))
        for (format, page) in [("text", text.body), ("openmetrics", openMetrics.body)] {
            let samples = try parse(format, page)
            let infos = samples.filter { $0.elements?.first?.text == "tenantwatch_tenant_info" }.compactMap { $0.elements?.last?.object }
            #expect(infos.compactMap { $0["name"]?.text } == Self.hostile, "\(format)")
            #expect(infos.compactMap { $0["team"]?.text } == Self.hostile.map { String($0.prefix(20)) }, "\(format)")
            #expect(samples.count > 100)
        }
        // Its findings go to standard error, with an exit status of 3.
        try run("promtool", ["check", "metrics"], input: text.body)
        #expect(redis.process.isRunning)
    }

    @Test func `gzip holds the same page, and HEAD none`() throws {
        let (agent, redis) = try Self.agent()
        let packed = try curl(agent, "-H", "Accept-Encoding: gzip")
        #expect(packed.head.contains("content-encoding: gzip\r\n"))
        #expect(packed.body.starts(with: [0x1F, 0x8B]))
        let page = try run("gzip", ["-dc"], input: packed.body)
        #expect(try parse("text", Array(page.utf8)).count > 100)
        let plain = try curl(agent)
        #expect(!plain.head.contains("content-encoding"))
        #expect(packed.body.count * 3 < plain.body.count)
        let head = try run("curl", ["-sS", "-m", "10", "-I", "http://127.0.0.1:\(agent.port)/metrics"])
        #expect(head.hasPrefix("HTTP/1.1 200"))
        #expect(redis.process.isRunning)
    }

    @Test func `a client that reads slowly keeps nobody waiting and is not waited for`() throws {
        let (agent, redis) = try Self.agent()
        let slow = (0..<20).map { _ in Ground.connect(to: agent.port) }
        defer { for descriptor in slow { close(descriptor) } }
        let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        for descriptor in slow { #expect(send(descriptor, request, request.utf8.count, 0) == request.utf8.count) }
        #expect(agent.get("/livez").status == 200)
        #expect(agent.get("/metrics").body.contains("tenantwatch_build_info"))
        #expect(redis.process.isRunning)
    }
}
