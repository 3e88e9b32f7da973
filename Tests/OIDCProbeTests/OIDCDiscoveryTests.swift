import BlockingIO
import Checking
import TenantCore
import Testing
import Transport

@testable import OIDCProbe

struct OIDCDiscoveryTests {
    // Section 4.1 of OpenID Connect Discovery 1.0.
    @Test(arguments: [
        ("https://idp.example.com", "https://idp.example.com/.well-known/openid-configuration"),
        ("https://idp.example.com/", "https://idp.example.com/.well-known/openid-configuration"),
        ("https://idp.example.com/realms/acme", "https://idp.example.com/realms/acme/.well-known/openid-configuration"),
        ("https://idp.example.com/realms/acme/", "https://idp.example.com/realms/acme/.well-known/openid-configuration"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a/.well-known/openid-configuration"),
        ("https://IdP.example.com:443/A", "https://IdP.example.com:443/A/.well-known/openid-configuration"),
    ])
    func `the document is looked for beneath the issuer`(issuer: String, url: String) throws {
        let probe = OIDCDiscovery(
            issuer: try WebAddress.parse(issuer), tls: TLSSettings(), pool: SessionPool(backend: Backend(rawValue: "idp")))
        #expect(probe.url == url)
    }
}

struct OIDCProbeKindTests {
    private let cadence = Cadence(interval: .seconds(60), timeout: .seconds(5))

    private func checks(_ changes: JSONObject) throws -> [Check] {
        var entry: JSONObject = [
            "tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "db", "redis_addr": "redis:6379",
            "oidc_client_id": "client", "oidc_client_secret": "c4n4ry", "oidc_redirect_url": "https://api.example.com/cb",
        ]
        for member in changes.members { entry[member.key] = member.value }
        let environment = ["TENANT_CONFIGS": JSONValue.array([.object(entry)]).description]
        let loader = try TenantLoader(environment: environment, dependencies: ["oidc"])
        return OIDCProbeKind().checks(for: try #require(try loader.load().tenants.first), cadence: cadence)
    }

    @Test func `a tenant without an issuer has no check`() throws {
        #expect(try checks([:]).isEmpty)
    }

    @Test func `a tenant with an issuer has one, keyed by the issuer's host`() throws {
        let check = try #require(try checks(["oidc_issuer": "https://IdP.example.com/realms/acme"]).first)
        #expect(check.id.subject.dependency.rawValue == "oidc")
        #expect(check.backend.rawValue == "idp.example.com:443")
        #expect(check.interval == .seconds(60))
        #expect(check.timeout == .seconds(5))
    }

    @Test(arguments: [("https://idp.example.com", true), ("http://127.0.0.1:8080", false)])
    func `somebody else's host is owed courtesy, our own is not`(issuer: String, isPolite: Bool) throws {
        let check = try #require(try checks(["oidc_issuer": .string(issuer)]).first)
        #expect((check.spacing > .zero) == isPolite)
    }

    @Test func `another issuer or authority is another check, a new client secret is not`() throws {
        let plain = try #require(try checks(["oidc_issuer": "https://idp.example.com/a"]).first)
        let other = try #require(try checks(["oidc_issuer": "https://idp.example.com/b"]).first)
        let trusting = try #require(try checks(["oidc_issuer": "https://idp.example.com/a", "oidc_ca_file": "/etc/ca.pem"]).first)
        let renewed = try #require(try checks(["oidc_issuer": "https://idp.example.com/a", "oidc_client_secret": "new"]).first)
        #expect(plain.settings != other.settings)
        #expect(plain.settings != trusting.settings)
        #expect(plain.trust != trusting.trust)
        #expect(plain.settings == renewed.settings)
    }

    @Test func `a check shows no secret`() throws {
        let check = try #require(try checks(["oidc_issuer": "https://idp.example.com"]).first)
        var text = "\(check)"
        dump(check, to: &text)
        #expect(!text.contains("c4n4ry"))
    }

    @Test func `the catalogue knows each reason once`() {
        let reasons = OIDCProbeKind().catalogue.values.flatMap { $0 }
        #expect(Set(reasons).count == reasons.count)
        #expect(Set(reasons).isSuperset(of: [.issuerMismatch, .missingMember, .badMember, .notJSON, .rs256NotOffered, .timeout, .refused]))
    }
}
