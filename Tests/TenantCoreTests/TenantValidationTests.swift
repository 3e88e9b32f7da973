import TenantCore
import Testing

struct TenantValidationTests {
    @Test(arguments: ["tenant_id", "name", "mongo_uri", "mongo_database", "redis_addr"], [nil, .null, ""] as [JSONValue?])
    func `a required parameter that is absent, null or empty is one issue`(key: String, value: JSONValue?) {
        #expect(errorKeys(of: entry([key: value])) == [key])
    }

    @Test(arguments: ["redis_db", "frontend_url"], [nil, .null] as [JSONValue?])
    func `an optional parameter may be left out`(key: String, value: JSONValue?) throws {
        #expect(issues(in: [entry([key: value])]).isEmpty)
    }

    @Test func `the Redis database is 0 unless somebody says otherwise`() throws {
        #expect(try loadOne(entry(["redis_db": nil])).redis?.index == 0)
    }

    @Test(arguments: 0...15)
    func `a Redis database number is 0 to 15`(index: Int) throws {
        #expect(try loadOne(entry(["redis_db": .integer(index)])).redis?.index == index)
    }

    @Test(arguments: [-1, 16, .integer(.max), "0", .number(1.5), true, [], [:]] as [JSONValue])
    func `any other Redis database number is an issue`(value: JSONValue) {
        #expect(errorKeys(of: entry(["redis_db": value])) == ["redis_db"])
    }

    @Test(arguments: ["tenant_id", "name", "mongo_uri", "mongo_database", "redis_addr"], [5, true, ["x"]] as [JSONValue])
    func `a text of another kind is an issue`(key: String, value: JSONValue) {
        #expect(errorKeys(of: entry([key: value])) == [key])
    }

    @Test(arguments: ["a\nb", "a\u{0}b", "a\u{1B}[31mb", "a\u{202E}b", "a\u{2028}b"])
    func `a name with a control or bidirectional character is an issue`(name: String) {
        #expect(errorKeys(of: entry(["name": .string(name)])) == ["name"])
    }

    @Test(arguments: ["Acme & Söhne \"GmbH\"", "株式会社", "O'Neill \\ Sons", "<b>Acme</b>"])
    func `any other name is taken as it is`(name: String) throws {
        #expect(try loadOne(entry(["name": .string(name)])).name == name)
    }

    @Test(arguments: ["acme corp", "acme_sk", "a_sk_b", "acmé", String(repeating: "x", count: 64)])
    func `a bad id is an issue`(text: String) {
        #expect(errorKeys(of: entry(["tenant_id": .string(text)])) == ["tenant_id"])
    }

    @Test(arguments: ["a/b", "a b", "a.b", "a$b", "a\\b", "a\"b", String(repeating: "x", count: 64)])
    func `a bad database name is an issue`(name: String) {
        #expect(errorKeys(of: entry(["mongo_database": .string(name)])) == ["mongo_database"])
    }

    @Test(arguments: ["mongo:27017", "http://mongo", "mongodb://", "mongodb://mongo/?tlsAllow=true"])
    func `a bad connection string is an issue`(text: String) {
        #expect(errorKeys(of: entry(["mongo_uri": .string(text)])) == ["mongo_uri"])
    }

    @Test(
        arguments: [
            "acme.com", "ftp://acme.com", "https://user:pass@acme.com", "javascript:alert(1)", "*", "https://acme.com/#top", "a b",
            "https://a.com,https://b.com", ["https://a.com"], [:], 5, true,
        ] as [JSONValue])
    func `a bad frontend URL is a warning, and all dependencies are checked`(value: JSONValue) throws {
        let directory = try load([entry(["frontend_url": value])])
        #expect(directory.issues.map(\.path) == ["TENANT_CONFIGS[0].frontend_url"])
        #expect(directory.issues.map(\.severity) == [.warning])
        let tenant = try #require(directory.tenants.first)
        #expect(tenant.frontendURL == nil)
        #expect(tenant.notChecked.isEmpty)
    }

    @Test func `every issue of every tenant is reported at once`() {
        let found = issues(in: [
            entry(["name": nil, "redis_db": 16, "frontend_url": "acme.com"]), "not a tenant", entry(["tenant_id": "good"]),
            entry(["tenant_id": "a b", "mongo_uri": "mongo", "redis_addr": "redis", "oidc_issuer": "https://idp.example.com"]),
        ])
        #expect(
            Set(found.map(\.path)) == [
                "TENANT_CONFIGS[0].name", "TENANT_CONFIGS[0].redis_db", "TENANT_CONFIGS[0].frontend_url", "TENANT_CONFIGS[1]",
                "TENANT_CONFIGS[3].tenant_id", "TENANT_CONFIGS[3].mongo_uri", "TENANT_CONFIGS[3].redis_addr",
                "TENANT_CONFIGS[3].oidc_client_id", "TENANT_CONFIGS[3].oidc_client_secret", "TENANT_CONFIGS[3].oidc_redirect_url",
            ])
        #expect(found.count == 10)
    }

    @Test func `a bad connection string hides no issue of the parameters beside it`() {
        let keys = errorKeys(of: entry(["mongo_uri": "mongo", "mongo_database": "a/b"]))
        #expect(Set(keys) == ["mongo_uri", "mongo_database"])
    }

    @Test func `every issue says where it is, what is wrong and how to mend it`() {
        let found = issues(in: [
            entry(["tenant_id": nil, "name": 5, "mongo_uri": "x", "mongo_database": "a b", "redis_addr": "x", "redis_db": "x"]),
            ssoEntry(["oidc_issuer": "http://idp.example.com", "oidc_client_id": nil, "labels": ["tenant": "x"], "redis_dbb": 1]),
        ])
        #expect(found.count >= 9)
        for issue in found {
            #expect(issue.path.hasPrefix("TENANT_CONFIGS["))
            #expect(!issue.problem.isEmpty)
            #expect(!issue.fix.isEmpty)
            for part in [issue.path, issue.problem, issue.fix] { #expect(issue.description.contains(part)) }
        }
    }

    @Test func `a bad tenant does not keep a good one from being watched`() throws {
        let directory = try load([entry(["name": nil]), entry(["tenant_id": "good"])])
        #expect(directory.tenants.map(\.id) == [id("good")])
        #expect(directory.rejected.map(\.id) == [id("acme_corp")])
        #expect(directory.rejected.map(\.path) == ["TENANT_CONFIGS[0]"])
        #expect(directory.rejected.first?.issues.map(\.path) == ["TENANT_CONFIGS[0].name"])
        #expect(directory[id("acme_corp")] == nil)
    }

    @Test func `an array without a good tenant is loaded, so that what is wrong with each can be seen`() throws {
        let directory = try load([entry(["name": nil]), entry(["tenant_id": "b", "redis_addr": nil])])
        #expect(directory.tenants.isEmpty)
        #expect(directory.rejected.map(\.name) == ["acme_corp", "b"])
        #expect(directory.rejected.map(\.breaksGuide) == [true, true])
    }
}
