import Checking
import Foundation
import TenantCore
import Testing

@testable import Audit

/// What a start or a reload of many tenants asks of the log at once.
struct QueueTests {
    private func directory(_ ids: [String], name: String = "Acme") throws -> TenantDirectory {
        let entry: JSONValue = [
            "tenant_id": "template", "name": .string(name), "mongo_uri": "mongodb://mongo", "mongo_database": "db",
            "redis_addr": "redis:6379",
        ]
        let environment = ["TENANT_CONFIGS": JSONValue.array([entry]).description]
        let template = try #require(try TenantLoader(environment: environment, dependencies: []).load().tenants.first)
        let tenants = ids.compactMap { TenantID($0) }.map { id in
            var tenant = template
            tenant.id = id
            return tenant
        }
        return TenantDirectory(tenants: tenants, rejected: [], issues: [], defaultTenant: nil, digest: "", source: "test")
    }

    private func change(to next: TenantDirectory, from previous: TenantDirectory? = nil) -> PlanChange {
        let cadence = Cadence(interval: .seconds(30), timeout: .seconds(5))
        var change = Plan(directory: next, kinds: [], cadence: cadence).change(from: nil)
        change.previous = previous
        return change
    }

    @Test func `a hundred thousand tenants are all noted, though fewer entries may wait`() throws {
        let folder = try Folder()
        let log = try AuditLog(to: .directory(folder.path, Rotation(size: 4 << 20)))
        log.note(AuditEntry(.configurationLoaded))
        log.adopt(change(to: try directory((1...100_000).map { "t\($0)" })))
        log.note(AuditEntry(.agentStopped))
        #expect(log.close(within: .seconds(300)))
        #expect(log.droppedCount == 0)
        let files = try folder.files()
        #expect(files.count > 3)
        let names = files.keys.filter { SegmentName($0) != nil }.sorted() + ["audit.jsonl"]
        let lines = names.compactMap { files[$0] }.joined().utf8.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 100_002)
        let isInOrder = lines.enumerated().allSatisfy { index, line in
            line.dropFirst(34).starts(with: ",\"sequence\":\(index + 1),\"step\":0,\"event\":".utf8)
        }
        #expect(isInOrder)
        #expect(lines.dropLast().last.flatMap { String($0) }?.contains("\"tenant.added\",\"tenant.id\":\"t100000\"") == true)
    }

    @Test func `a reload notes what it adds and changes, then what it removes, at the time of the reload`() throws {
        let old = try directory(["kept", "changed", "removed"])
        var tenants = old.tenants
        tenants[1].name = "Globex"
        tenants[2] = try #require(try directory(["added"]).tenants.first)
        let next = TenantDirectory(tenants: tenants, rejected: [], issues: [], defaultTenant: nil, digest: "", source: "test")
        let note = AuditNote(change(to: next, from: old))
        #expect(note.map(\.event) == [.tenantChanged, .tenantAdded, .tenantRemoved])
        #expect(note.map(\.tenant?.rawValue) == ["changed", "added", "removed"])
        #expect(Set(note.map(\.time)).count == 1)
    }

    @Test func `a reload that changes nothing notes nothing`() throws {
        let same = try directory(["acme"])
        #expect(AuditNote(change(to: same, from: same)).isEmpty)
    }
}
