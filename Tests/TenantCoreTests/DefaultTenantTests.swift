import TenantCore
import Testing

struct DefaultTenantTests {
    private let entries = [isolatedEntry("acme_corp"), isolatedEntry("globex_inc")]

    @Test(arguments: [[:], ["DEFAULT_TENANT_ID": ""]])
    func `the first tenant is the default one`(environment: [String: String]) throws {
        let directory = try load(entries, environment: environment)
        #expect(directory.defaultTenant == id("acme_corp"))
        #expect(directory.issues.isEmpty)
    }

    @Test func `the variable names the default tenant`() throws {
        let directory = try load(entries, environment: ["DEFAULT_TENANT_ID": "globex_inc"])
        #expect(directory.defaultTenant == id("globex_inc"))
        #expect(directory.issues.isEmpty)
    }

    @Test(arguments: ["unknown", "not an id", "ACME_CORP", "acme_corp "])
    func `an unknown default is an issue, and the first tenant takes its place`(text: String) throws {
        let directory = try load(entries, environment: ["DEFAULT_TENANT_ID": text])
        #expect(directory.defaultTenant == id("acme_corp"))
        #expect(directory.issues.map(\.path) == ["DEFAULT_TENANT_ID"])
        #expect(directory.tenants.count == 2)
    }

    @Test func `a misspelt default comes with a suggestion`() throws {
        let directory = try load(entries, environment: ["DEFAULT_TENANT_ID": "globex_icn"])
        #expect(directory.issues.first?.fix.contains("globex_inc") == true)
    }

    @Test func `a tenant that cannot be watched is no default`() throws {
        let directory = try load(
            [entry(["tenant_id": "bad", "name": nil]), entry(["tenant_id": "good"])], environment: ["DEFAULT_TENANT_ID": "bad"])
        #expect(directory.defaultTenant == id("good"))
        #expect(directory.issues.contains { $0.path == "DEFAULT_TENANT_ID" })
    }
}
