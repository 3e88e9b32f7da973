import TenantCore
import Testing

struct UnknownKeyTests {
    @Test func `an unknown key is worth a warning, and the tenant is watched`() throws {
        let directory = try load([entry(["billing_plan": "gold"])])
        #expect(directory.tenants.count == 1)
        #expect(directory.issues.map(\.severity) == [.warning])
        #expect(directory.issues.map(\.path) == ["TENANT_CONFIGS[0].billing_plan"])
    }

    @Test(arguments: [
        ("redis_pasword", "redis_password"), ("mongo_url", "mongo_uri"), ("oidc_scope", "oidc_scopes"), ("reddis_addr", "redis_addr"),
        ("label", "labels"), ("mongo_intervall", "mongo_interval"),
    ])
    func `a misspelt key comes with a suggestion`(key: String, meant: String) throws {
        let issue = try #require(issues(in: [entry([key: "x"])]).first { $0.severity == .warning })
        #expect(issue.fix.contains("Did you mean \"\(meant)\"?"))
    }

    @Test func `a key that resembles nothing comes without a suggestion`() throws {
        let issue = try #require(issues(in: [entry(["billing_plan": "x"])]).first)
        #expect(!issue.fix.contains("Did you mean"))
    }

    @Test func `a misspelt required key is both missing and unknown`() {
        let found = issues(in: [entry(["redis_addr": nil, "redis_adr": "redis:6379"])])
        #expect(found.filter { $0.severity == .error }.map(\.path) == ["TENANT_CONFIGS[0].redis_addr"])
        #expect(found.filter { $0.severity == .warning }.map(\.path) == ["TENANT_CONFIGS[0].redis_adr"])
    }

    @Test func `a key that a probe reads is no mistake and is handed on`() throws {
        let environment = ["TENANT_CONFIGS": JSONValue.array([entry(["kafka_brokers": "a:1"])]).description]
        let loader = try TenantLoader(environment: environment, dependencies: ["mongo"], knownExtras: ["kafka_brokers"])
        let directory = try loader.load()
        #expect(directory.issues.isEmpty)
        #expect(directory.tenants.first?.extras["kafka_brokers"] == "a:1")
    }

    @Test func `a key with unsafe characters is shown without them`() throws {
        let issue = try #require(issues(in: [entry(["evil\n\u{202E}key": "x"])]).first)
        #expect(!issue.description.unicodeScalars.contains { $0 == "\n" || $0 == "\u{202E}" })
    }

    @Test(
        arguments: [
            ("redis_adr", "redis_addr"), ("xyz", nil), ("", nil), ("ab", nil), ("mongo_database_name", nil),
        ] as [(String, String?)])
    func `a word is close to another when two mistakes at most lie between them`(word: String, close: String?) {
        #expect(nearest(to: word, among: ["redis_addr", "mongo_uri", "mongo_database"]) == close)
    }
}
