import TenantCore
import Testing

/// A password stands in every secret field of good and broken configurations, and must show up nowhere.
struct SecrecyTests {
    private static let canary = "c4n4ry"

    private static let broken: [JSONValue] = [
        ssoEntry([
            "mongo_uri": "mongodb://app:c4n4ry@mongo:port/acme", "redis_addr": "redis://:c4n4ry@redis:99999",
            "redis_password": ["c4n4ry"], "oidc_client_secret": ["c4n4ry": "x"],
        ]),
        entry(["mongo_uri": "mongodb://app:c4n4ry/rest@mongo"]), entry(["mongo_uri": "mongodb://app:c4n4ry%zz@mongo"]),
        entry(["mongo_uri": "mongodb://app:c4n4ry@x@mongo"]), entry(["mongo_uri": "mongodb://app:c4n4ry@mongo/a b"]),
        entry(["mongo_uri": "mongodb://app:c4n4ry@mongo/?tlsInsecure=true"]), entry(["mongo_uri": "https://app:c4n4ry@mongo"]),
        entry(["mongo_uri": "c4n4ry"]), entry(["mongo_uri": ["c4n4ry"]]), entry(["mongo_uri": ["vault": "c4n4ry"]]),
        entry(["mongo_uri": "mongodb://mongo/?c4n4ry"]), entry(["mongo_uri": "mongodb://mongo/?authMechanism=c4n4ry"]),
        entry(["redis_addr": "app:c4n4ry@redis:6379"]), entry(["redis_addr": "redis://:c4n4ry@redis/16"]),
        entry(["redis_addr": "redis://:c4n4ry@redis/c4n4ry"]), entry(["redis_addr": "http://:c4n4ry@redis"]),
        entry(["redis_addr": "redis://:c4n4ry@redis?c4n4ry"]), entry(["redis_addr": "c4n4ry"]),
        entry(["redis_addr": "redis://:other@redis", "redis_password": "c4n4ry"]),
        entry(["redis_addr": "redis://:c4n4ry@redis", "redis_password": "other"]),
        entry(["redis_password": ["file": "/nonexistent", "env": "c4n4ry"]]), entry(["name": nil, "redis_password": "c4n4ry"]),
        ssoEntry(["oidc_issuer": "https://user:c4n4ry@idp.example.com"]), ssoEntry(["oidc_client_secret": [["c4n4ry"]]]),
        ssoEntry(["oidc_client_id": nil, "oidc_client_secret": "c4n4ry"]), entry(["oidc_client_secret": "c4n4ry", "name": 5]),
        entry(["frontend_url": "https://user:c4n4ry@app.acme.com"]), entry(["redis_pasword": "c4n4ry", "name": nil]),
        entry(["labels": ["team": ["c4n4ry"]]]), .array(["c4n4ry"]), "c4n4ry",
    ]

    private static let good = ssoEntry([
        "mongo_uri": "mongodb://app:c4n4ry@mongo", "redis_addr": "redis://:c4n4ry@redis", "redis_password": "c4n4ry",
        "oidc_client_secret": "c4n4ry",
    ])

    /// Everything that Swift can be made to show of a value, however deep.
    private func texts(of value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return [dumped, "\(value)", String(reflecting: value), mirrored(value)].joined(separator: "\n")
    }

    private func mirrored(_ value: Any) -> String {
        Mirror(reflecting: value).children.map { "\($0.label ?? ""): \($0.value)\n\(mirrored($0.value))" }.joined()
    }

    @Test(arguments: broken)
    func `no issue of a broken tenant shows a secret`(entry: JSONValue) {
        let found = issues(in: [entry])
        #expect(!found.isEmpty)
        for issue in found { #expect(!texts(of: issue).contains(Self.canary)) }
    }

    @Test(arguments: broken)
    func `a rejected configuration shows no secret`(entry: JSONValue) throws {
        let rejected = ConfigurationRejected(issues(in: [entry]))
        #expect(!texts(of: rejected).contains(Self.canary))
    }

    @Test(arguments: broken)
    func `a directory with a rejected tenant shows no secret`(broken: JSONValue) throws {
        let directory = try load([entry(["tenant_id": "good"]), broken])
        #expect(!texts(of: directory).contains(Self.canary))
    }

    @Test func `a directory of good tenants shows no secret`() throws {
        #expect(!texts(of: try load([Self.good])).contains(Self.canary))
    }

    @Test func `an unknown key of a watched tenant may be a misspelt secret and is not shown`() throws {
        #expect(!texts(of: try load([entry(["redis_pasword": "c4n4ry"])])).contains(Self.canary))
    }

    @Test(arguments: ["{\"p\": \"c4n4ry\",}", "[\"c4n4ry\"", "c4n4ry", "[{\"c4n4ry\": 1, \"c4n4ry\": 2}]"])
    func `a text that is no JSON shows no secret`(text: String) throws {
        do throws(ConfigurationRejected) {
            let directory = try load(environment: ["TENANT_CONFIGS": text])
            #expect(!directory.issues.isEmpty)
            #expect(!texts(of: directory).contains(Self.canary))
        } catch {
            #expect(!texts(of: error).contains(Self.canary))
        }
    }

    @Test func `two sources at once show no secret`() throws {
        let environment = ["TENANT_CONFIGS": JSONValue.array([Self.good]).description, "TENANTWATCH_TENANTS_FILE": "/etc/tenants.json"]
        let rejected = try #require(throws: ConfigurationRejected.self) { try load(environment: environment) }
        #expect(!texts(of: rejected).contains(Self.canary))
    }

    @Test func `a default tenant that is not known shows no secret`() throws {
        let directory = try load([Self.good], environment: ["DEFAULT_TENANT_ID": "c4n4ry-pasted"])
        #expect(!texts(of: directory.issues).contains(Self.canary))
    }

    @Test func `a loader shows neither its source nor its environment`() throws {
        let environment = ["TENANT_CONFIGS": JSONValue.array([Self.good]).description, "OTHER": "c4n4ry"]
        let loader = try TenantLoader(environment: environment, dependencies: [])
        #expect(!texts(of: loader).contains(Self.canary))
    }

    @Test func `what a request brings along is not shown`() {
        let request = RequestCredentials(token: Secret(Self.canary), apiKey: Secret("acme_sk_c4n4ry"), tenantHeader: "acme")
        #expect(!texts(of: request).contains(Self.canary))
    }
}
