import Foundation
import RealServers
import TenantCore
import Testing

/// The audit log of the whole agent over a crash.
struct AuditRotationTests {
    private static let tenants = 600

    /// The executable over the state in `directory`, asking servers that are not there so rarely that it hardly notices.
    private func agent(in directory: URL) throws -> ServerProcess {
        try ServerProcess(
            Ground.products.appending(path: "tenantwatch").path,
            ["run", "--listen", "127.0.0.1:\(Ground.freePort())", "--interval", "1h", "--audit-max-size", "64KB"],
            environment: [
                "TENANTWATCH_TENANTS_FILE": directory.appending(path: "tenants.json").path,
                "TENANTWATCH_STATE_DIR": directory.appending(path: "state").path,
            ], in: directory)
    }

    /// The rotated files in the order of their names, then the one that grows.
    private func files(in directory: URL) -> [URL] {
        let audit = directory.appending(path: "state/audit")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: audit.path)) ?? []
        let rotated = names.filter { $0.hasPrefix("audit-") && $0.hasSuffix(".jsonl") }.sorted()
        return (rotated + ["audit.jsonl"]).map { audit.appending(path: $0) }
    }

    /// Every line of the log; nil for one that is no JSON object.
    private func entries(in directory: URL) -> [JSONObject?] {
        files(in: directory).flatMap { file in
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map { try? JSONValue.parse($0.utf8).object }
        }
    }

    private func count(_ event: String, in directory: URL) -> Int {
        entries(in: directory).count { $0?["event"]?.text == event }
    }

    @Test func `the files of a log hold one sequence without a gap, over a crash that tears its last line`() throws {
        let directory = try Ground.directory()
        let address = "127.0.0.1:\(Ground.freePort())"
        let tenants = (1...Self.tenants).map { JSONValue.object(tenant("t\($0)", mongo: "mongodb://\(address)/", redis: address)) }
        try JSONValue.array(tenants).description.write(
            to: directory.appending(path: "tenants.json"), atomically: true, encoding: .utf8)

        let first = try agent(in: directory)
        #expect(wait(seconds: 30) { count("tenant.added", in: directory) == Self.tenants }, "\(first.output)")
        first.crash()
        let live = try FileHandle(forWritingTo: directory.appending(path: "state/audit/audit.jsonl"))
        try live.seekToEnd()
        try live.write(contentsOf: Data("{\"time\":\"2026-".utf8))
        try live.close()

        let second = try agent(in: directory)
        #expect(wait(seconds: 30) { count("tenant.added", in: directory) == 2 * Self.tenants }, "\(second.output)")
        second.signal(SIGTERM)
        #expect(second.exitStatus(within: 10) == 0)

        let entries = entries(in: directory)
        #expect(entries.map { $0?["sequence"] } == (1...entries.count).map { .integer($0) })
        #expect(entries.count { $0?["event"] == "audit.repaired" } == 1)
        #expect(entries.last??["event"] == "agent.stopped")
        let files = files(in: directory)
        #expect(files.count >= 3)
        #expect(!first.isRunning)  // Holds the directory until here.
        for file in files {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect(attributes[.size] as? Int ?? .max <= 64 << 10)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test(arguments: [
        ("--audit-max-size", "64KB", true), ("--audit-max-size", "10GB", true), ("--audit-max-size", "63KB", false),
        ("--audit-max-size", "11GB", false), ("--audit-max-size", "64", false), ("--audit-max-size", "64mb", false),
        ("--audit-max-size", "1.5GB", false), ("--audit-max-size", "99999999999999999999GB", false),
        ("--audit-max-age", "1m", true), ("--audit-max-age", "87600h", true), ("--audit-max-age", "59s", false),
        ("--audit-max-age", "87601h", false), ("--audit-max-age", "1d", true), ("--audit-max-age", "1fortnight", false),
        ("--audit-keep", "all", true), ("--audit-keep", "1", true), ("--audit-keep", "0", false), ("--audit-keep", "some", false),
    ]) func `sizes, ages and numbers of files are read, or refused with their flag`(
        _ row: (flag: String, value: String, isGood: Bool)
    ) throws {
        let good = tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1")
        let environment = ["TENANT_CONFIGS": JSONValue.array([.object(good)]).description]
        let result = try command(["lint", row.flag, row.value], environment: environment)
        #expect(result.status == (row.isGood ? 0 : 1))
        #expect(result.output.contains(row.flag) == !row.isGood)
    }
}
