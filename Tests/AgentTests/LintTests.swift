import RealServers
import TenantCore
import Testing

/// `tenantwatch lint` as a step of somebody's deployment sees it.
struct LintTests {
    private func lint(_ tenants: [JSONObject]) throws -> FinishedProcess {
        try command(["lint"], environment: ["TENANT_CONFIGS": JSONValue.array(tenants.map { .object($0) }).description])
    }

    private func isolated(_ id: String, _ more: JSONObject = [:]) -> JSONObject {
        tenant(id, mongo: "mongodb://mongo", redis: "\(id)-redis:6379", more)
    }

    @Test func `isolated tenants are clean`() throws {
        #expect(try lint([isolated("acme"), isolated("globex")]).status == 0)
    }

    @Test func `tenants that share a database are a warning, which says whose and what to do`() throws {
        let result = try lint([isolated("acme"), isolated("globex", ["mongo_database": "acme_db"])])
        #expect(result.status == 2)
        #expect(result.output.contains("TENANT_CONFIGS[1].mongo_database: shares the MongoDB database acme_db on mongo:27017, with acme."))
        #expect(result.output.contains("2 good tenants, 0 errors, 1 warnings"))
    }
}
