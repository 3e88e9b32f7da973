import TenantCore
import Testing

struct OIDCSettingsTests {
    @Test func `a tenant without an issuer has no single sign-on`() throws {
        #expect(try loadOne(entry()).oidc == nil)
    }

    @Test(arguments: ["oidc_client_id", "oidc_client_secret", "oidc_redirect_url"], [nil, .null, ""] as [JSONValue?])
    func `with an issuer the client's parameters are required`(key: String, value: JSONValue?) {
        #expect(errorKeys(of: ssoEntry([key: value])) == [key])
    }

    @Test(arguments: [nil, .null, ""] as [JSONValue?])
    func `the scopes have a default`(value: JSONValue?) throws {
        #expect(try loadOne(ssoEntry(["oidc_scopes": value])).oidc?.scopes == "openid profile email")
    }

    @Test func `scopes and authority are taken as they are written`() throws {
        let oidc = try loadOne(ssoEntry(["oidc_scopes": "openid groups", "oidc_ca_file": "/etc/ca.pem"])).oidc
        #expect(oidc?.scopes == "openid groups")
        #expect(oidc?.tls.caFile == "/etc/ca.pem")
    }

    @Test(arguments: [
        "https://idp.example.com", "https://idp.example.com/", "https://IdP.example.com:8443/Realm/", "http://localhost:8080/realms/a",
        "http://127.0.0.1:8080", "http://[::1]:8080/",
    ])
    func `an issuer is kept byte for byte`(text: String) throws {
        #expect(try loadOne(ssoEntry(["oidc_issuer": .string(text)])).oidc?.issuer.url == text)
    }

    @Test(arguments: [
        "idp.example.com", "http://169.254.169.254/", "https://idp.example.com/.well-known/openid-configuration",
        "https://user:pass@idp.example.com",
        "https://idp.example.com/?a=b", "https://idp.example.com/#a", "file:///etc/passwd", "https://",
    ])
    func `any other issuer is an issue`(text: String) {
        #expect(errorKeys(of: ssoEntry(["oidc_issuer": .string(text)])) == ["oidc_issuer"])
    }

    @Test(arguments: ["http://idp.example.com", "http://10.0.0.1/", "http://keycloak:8080/realms/a"])
    func `an issuer over http is asked all the same, with a warning`(text: String) throws {
        let directory = try load([ssoEntry(["oidc_issuer": .string(text)])])
        #expect(directory.tenants.first?.oidc?.issuer.url == text)
        #expect(directory.issues.map(\.severity) == [.warning])
        #expect(directory.issues.map(\.path) == ["TENANT_CONFIGS[0].oidc_issuer"])
    }

    @Test(arguments: ["api.example.com", "ftp://api.example.com", "https://api.example.com/#a"])
    func `a bad redirect URL is an issue, and the issuer is asked`(text: String) throws {
        #expect(errorKeys(of: ssoEntry(["oidc_redirect_url": .string(text)])) == ["oidc_redirect_url"])
        #expect(try loadOne(ssoEntry(["oidc_redirect_url": .string(text)])).oidc?.redirectURL == nil, "no check needs it")
    }

    @Test(
        arguments: [
            ["oidc_client_id": "client"], ["oidc_client_secret": "hunter2"], ["oidc_redirect_url": "https://api.example.com/cb"],
        ] as [KeyValuePairs<String, JSONValue?>])
    func `a client without an issuer is worth a warning and no more`(changes: KeyValuePairs<String, JSONValue?>) throws {
        let directory = try load([entry(changes)])
        #expect(directory.issues.map(\.severity) == [.warning])
        #expect(directory.issues.map(\.path) == ["TENANT_CONFIGS[0].oidc_issuer"])
        #expect(directory.tenants.first?.oidc == nil)
    }
}
