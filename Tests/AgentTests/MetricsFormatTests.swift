import Foundation
import Glibc
import RealServers
import TenantCore
import TenantMetrics
import Testing

/// A page as curl has it, with its headers.
private func curl(_ agent: AgentProcess, _ arguments: String..., within seconds: Int = 10) throws -> (head: String, body: [UInt8]) {
    let directory = try Ground.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appending(path: "body")
    let head = try run(
        "curl", ["-sS", "-m", "\(seconds)", "-D", "-", "-o", file.path] + arguments + ["http://127.0.0.1:\(agent.port)/metrics"])
    return (head.lowercased(), Array(try Data(contentsOf: file)))
}

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

    @Test func `HEAD tells the length of the page that GET sends`() throws {
        let (agent, redis) = try Self.agent()
        for arguments in [[], ["-H", "Accept-Encoding: gzip"]] {
            let (page, other) = ("http://127.0.0.1:\(agent.port)/metrics", "http://127.0.0.1:\(agent.port)/livez")
            let common = ["-sS", "-m", "10"] + arguments
            let head = try run("curl", common + ["-I", page]).lowercased()
            let size = try run("curl", common + ["-o", "/dev/null", "-w", "%{size_download}", page])
            let lines = head.split(separator: "\r\n").filter { $0.hasPrefix("content-length: ") }
            let length = try #require(lines.first.flatMap { Int($0.dropFirst("content-length: ".count)) })
            // Figures change from one to the other, and so do their digits.
            #expect(abs(length - (try #require(Int(size)))) < 1000)
            #expect(lines.count == 1 && !head.contains("transfer-encoding"))
            // The connection is kept, so that whatever came behind the head would be in the way of the next answer.
            let next = try run("curl", common + ["-I", page, "--next"] + common + ["-w", "%{num_connects}", other])
            #expect(next.hasSuffix("\r\n\r\nok\n0"))
        }
        #expect(redis.process.isRunning)
    }
}

/// `/metrics` of a fleet whose page is far larger than what a connection buffers, so that a slow reader keeps it open.
@Suite(.serialized) struct MetricsReaderTests {
    /// What the agent may need for any number of readers: a copy of the fleet's figures for each of the few pages that it sends.
    private static let limit = 32 << 20

    /// Its servers refuse every connection, which is quick to find out.
    private static func agent(_ environment: [String: String] = [:]) throws -> AgentProcess {
        let name = JSONValue.string(String(repeating: "name ", count: 40))
        let tenants = (0..<2000).map { index in
            tenant("tenant-\(index)", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1", ["name": name])
        }
        return try AgentProcess(tenants, interval: "5s", timeout: "1s", environment: environment)
    }

    /// A connection that has asked for the page and reads none of it.
    private static func reader(_ agent: AgentProcess) -> Int32 {
        let descriptor = Ground.connect(to: agent.port)
        // The kernel would take megabytes for a client that reads nothing.
        var size: Int32 = 4096
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        #expect(send(descriptor, request, request.utf8.count, 0) == request.utf8.count)
        return descriptor
    }

    /// The first line of an answer.
    private static func status(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 12)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_WAITALL))
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    @Test func `a page of many portions arrives whole, compressed or not`() throws {
        let agent = try Self.agent()
        #expect(agent.becomesReady())
        let accept = "Accept: application/openmetrics-text;version=1.0.0"
        let packed = try curl(agent, "-H", accept, "-H", "Accept-Encoding: gzip", within: 20).body
        // gzip tells when something is missing, which curl does not.
        let unpacked = try run("gzip", ["-dc"], input: packed)
        for page in [String(decoding: try curl(agent, "-H", accept, within: 20).body, as: UTF8.self), unpacked] {
            let lines = page.components(separatedBy: "\n").dropLast()
            #expect(page.utf8.count > 4 << 20)
            #expect(lines.count { $0.hasPrefix("# TYPE ") } == Catalogue.all.count)
            for (name, count) in [
                ("status", 16_000), ("tenant_backend_info", 4000), ("tenant_info", 2000), ("isolation_findings", 2000),
                ("check_duration_seconds_sum", 4000), ("check_duration_seconds_count", 4000), ("checks_total", 4000),
                ("check_failures_total", 4000), ("last_success_timestamp_seconds", 4000), ("check_interval_seconds", 4000),
            ] {
                #expect(lines.count { $0.hasPrefix("tenantwatch_\(name){") } == count, "\(name)")
            }
            #expect(lines.count { $0 == "# EOF" } == 1 && page.hasSuffix("\n# EOF\n"))
            #expect(Set(lines).count == lines.count)
        }
    }

    @Test func `clients that read slowly keep nobody waiting, cost little and are let go`() throws {
        let memory = try HeldMemory()
        let agent = try Self.agent(memory.environment)
        #expect(agent.becomesReady())
        #expect(agent.get("/metrics").body.utf8.count > 4 << 20)
        let before = try memory.bytes
        let slow = (0..<50).map { index in
            let descriptor = Self.reader(agent)
            // Observations go on between the readers, so that each would have figures of its own.
            #expect(agent.get("/health").status != 0)
            return descriptor
        }
        #expect(agent.get("/livez").status == 200)
        let refused = agent.get("/metrics")
        #expect(refused.status == 503)
        #expect(refused.body == "8 pages of metrics are being read already. Ask again in a second.\n")
        #expect(try memory.bytes - before < Self.limit)
        let statuses = slow.map(Self.status)
        #expect(statuses.count { $0 == "HTTP/1.1 200" } == 8)
        #expect(statuses.count { $0 == "HTTP/1.1 503" } == 42)
        for descriptor in slow { close(descriptor) }
        #expect(wait(seconds: 5) { agent.get("/metrics").status == 200 })
    }
}
