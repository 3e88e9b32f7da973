import TenantCore
import Testing

struct TenantLoaderTests {
    private func environment(_ entries: JSONValue...) -> [String: String] {
        ["TENANT_CONFIGS": JSONValue.array(entries).description]
    }

    @Test func `only the variable is read from the environment`() throws {
        let variable = try TenantLoader(environment: environment(entry()), dependencies: [])
        let file = try TenantLoader(environment: ["TENANTWATCH_TENANTS_FILE": "/etc/tenants.json"], dependencies: [])
        #expect(variable.readsEnvironment)
        #expect(!file.readsEnvironment)
    }

    @Test func `a file is read anew by each load`() throws {
        let folder = try Folder()
        let file = try folder.write(entry(["name": "Old"]).description, to: "tenants.json")
        let loader = try TenantLoader(environment: ["TENANTWATCH_TENANTS_FILE": file], dependencies: [])
        let old = try loader.load()
        try folder.write(entry(["name": "New"]).description, to: "tenants.json")
        #expect(old.tenants.map(\.name) == ["Old"])
        #expect(try loader.load().tenants.map(\.name) == ["New"])
    }

    @Test func `what a probe finds wrong keeps that dependency from being checked`() throws {
        let loader = try TenantLoader(
            environment: environment(isolatedEntry("a"), isolatedEntry("b")), dependencies: ["mongo", "redis"]
        ) { tenant in
            tenant.id == id("a") ? [ConfigurationIssue(path: "mongo_uri", problem: "is odd", fix: "Even it.")] : []
        }
        let directory = try loader.load()
        #expect(directory.tenants.map { $0.notChecked.map(\.dependency) } == [["mongo"], []])
        #expect(
            directory.issues.map(\.description) == ["error: tenant a: TENANT_CONFIGS[0].mongo_uri: is odd; mongo is not checked. Even it."])
    }

    @Test func `what a probe merely warns of does not`() throws {
        let loader = try TenantLoader(environment: environment(entry()), dependencies: []) { _ in
            [ConfigurationIssue(.warning, path: "mongo_uri", problem: "is odd", fix: "Even it.")]
        }
        let directory = try loader.load()
        #expect(directory.tenants.count == 1)
        #expect(directory.issues.map(\.severity) == [.warning])
    }

    @Test func `an issue is one line with its severity, place, problem and remedy`() {
        let issue = ConfigurationIssue(path: "a.b", problem: "is odd", fix: "Even it.")
        #expect(issue.description == "error: a.b: is odd. Even it.")
    }

    @Test func `a directory finds its tenants by id and keeps their order`() throws {
        let directory = try TenantLoader(
            environment: environment(entry(["tenant_id": "z"]), entry(["tenant_id": "a"])), dependencies: []
        ).load()
        #expect(directory.tenants.map(\.id) == [id("z"), id("a")])
        #expect(directory[id("a")]?.id == id("a"))
        #expect(directory[id("x")] == nil)
    }
}
