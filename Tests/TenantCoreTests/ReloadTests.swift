import Foundation
import TenantCore
import Testing

struct ReloadTests {
    private let before: TenantDirectory

    init() throws {
        before = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": "Old"]), entry(["tenant_id": "c"])])
    }

    @Test func `a tenant whose new settings are broken keeps its old ones`() throws {
        let after = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": nil])]).keeping(before)
        #expect(after[id("b")] == before[id("b")])
        #expect(after[id("b")]?.name == "Old")
    }

    @Test func `the mistake stays visible`() throws {
        let after = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": nil])]).keeping(before)
        #expect(after.rejected.map(\.id) == [id("b")])
        #expect(after.issues.map(\.path) == ["TENANT_CONFIGS[1].name"])
    }

    @Test func `a tenant that is no longer configured is gone`() throws {
        let after = try load([entry(["tenant_id": "a"])]).keeping(before)
        #expect(after.tenants.map(\.id) == [id("a")])
    }

    @Test func `good new settings take effect and new tenants begin`() throws {
        let after = try load([entry(["tenant_id": "b", "name": "New"]), entry(["tenant_id": "d"])]).keeping(before)
        #expect(after[id("b")]?.name == "New")
        #expect(after[id("d")] != nil)
    }

    @Test func `a new tenant that is broken has no old version to keep`() throws {
        let after = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "d", "name": nil])]).keeping(before)
        #expect(after[id("d")] == nil)
    }

    @Test func `an id that now occurs twice keeps its old settings once`() throws {
        let after = try load([
            entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": "One"]), entry(["tenant_id": "b", "name": "Two"]),
        ]).keeping(before)
        #expect(after.tenants.count { $0.id == id("b") } == 1)
        #expect(after[id("b")]?.name == "Old")
    }

    @Test func `old settings survive any number of reloads while the mistake stands`() throws {
        var directory = before
        for _ in 1...3 {
            directory = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": nil])]).keeping(directory)
        }
        #expect(directory[id("b")]?.name == "Old")
        #expect(directory.tenants.count == 2)
    }

    @Test func `a default tenant that is kept stays the default`() throws {
        let environment = ["DEFAULT_TENANT_ID": "b"]
        let first = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b"])], environment: environment)
        let second = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": nil])], environment: environment)
        #expect(second.keeping(first).defaultTenant == id("b"))
    }

    @Test func `one configuration has one digest and another has another`() throws {
        let again = try load([entry(["tenant_id": "a"]), entry(["tenant_id": "b", "name": "Old"]), entry(["tenant_id": "c"])])
        let other = try load([entry(["tenant_id": "a"])])
        #expect(again.digest == before.digest)
        #expect(other.digest != before.digest)
        #expect(before.digest.count == 64)
        #expect(before.digest.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test func `a secret that changes behind its reference changes the digest`() throws {
        let tenant = entry(["redis_password": ["env": "PASSWORD"]])
        let old = try load([tenant], environment: ["PASSWORD": "old"])
        let new = try load([tenant], environment: ["PASSWORD": "new"])
        #expect(old.digest != new.digest)
    }

    @Test func `a file that goes, moves or cannot be read changes the digest`() throws {
        func digest(_ change: (Folder) throws -> Void) throws -> String {
            try change(folder)
            return try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path]).digest
        }
        let folder = try Folder()
        try folder.write(entry().description, to: "a.json")
        let digests = [
            try digest { _ in },
            try digest { try $0.write("[]", to: "b.json") },
            try digest { try FileManager.default.moveItem(atPath: "\($0.path)/b.json", toPath: "\($0.path)/c.json") },
            try digest {
                try FileManager.default.removeItem(atPath: "\($0.path)/c.json")
                try FileManager.default.createDirectory(atPath: "\($0.path)/b.json", withIntermediateDirectories: false)
            },
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test func `secrets that change places change the digest`() throws {
        let tenant = ssoEntry(["redis_password": ["env": "ONE"], "oidc_client_secret": ["env": "TWO"]])
        let old = try load([tenant], environment: ["ONE": "ab", "TWO": "c"])
        let new = try load([tenant], environment: ["ONE": "a", "TWO": "bc"])
        #expect(old.digest != new.digest)
    }
}
