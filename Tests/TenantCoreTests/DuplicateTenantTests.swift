import TenantCore
import Testing

struct DuplicateTenantTests {
    @Test func `of two tenants with one id neither is watched`() throws {
        let directory = try load([entry(["tenant_id": "twin"]), entry(["tenant_id": "other"]), entry(["tenant_id": "twin"])])
        #expect(directory.tenants.map(\.id) == [id("other")])
        #expect(directory.rejected.map(\.id) == [id("twin"), id("twin")])
        #expect(directory.issues.map(\.path) == ["TENANT_CONFIGS[0].tenant_id", "TENANT_CONFIGS[2].tenant_id"])
    }

    @Test func `each bearer's issue names the others`() throws {
        let directory = try load([entry(["tenant_id": "twin"]), entry(["tenant_id": "twin"]), entry(["tenant_id": "other"])])
        let problems = directory.issues.map(\.problem)
        try #require(problems.count == 2)
        #expect(problems[0].contains("TENANT_CONFIGS[1]"))
        #expect(problems[1].contains("TENANT_CONFIGS[0]"))
    }

    @Test func `a bearer with other issues spoils the id all the same`() throws {
        let directory = try load([entry(["tenant_id": "twin"]), entry(["tenant_id": "twin", "name": nil]), entry(["tenant_id": "other"])])
        #expect(directory.tenants.map(\.id) == [id("other")])
    }

    @Test func `three bearers are all bad`() throws {
        let directory = try load([entry(), entry(), entry(), entry(["tenant_id": "other"])])
        #expect(directory.rejected.count == 3)
    }

    @Test func `ids that differ in case are two tenants`() throws {
        let directory = try load([isolatedEntry("acme"), isolatedEntry("ACME", ["mongo_database": "other", "redis_db": 1])])
        #expect(directory.tenants.count == 2)
        #expect(directory.issues.isEmpty)
    }
}
