import Checking
import TenantCore
import Testing

@testable import OIDCProbe

struct DiscoveryDocumentTests {
    /// The failure that a document must lead to.
    private func failure(_ document: JSONObject, issuer: String = "https://idp.example.com/realms/acme") throws -> ProbeFailure {
        try #require(throws: ProbeFailure.self) { try judge(document, issuer: issuer) }
    }

    @Test func `a document that keeps every rule is well`() throws {
        #expect(try judge(document()).isEmpty)
    }

    @Test(arguments: ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"])
    func `a required member that is missing is named`(name: String) throws {
        let failure = try failure(document([name: nil]))
        #expect(failure.reason == .missingMember)
        #expect(failure.detail.contains(name))
        #expect(!failure.remedy.isEmpty)
    }

    @Test(
        arguments: ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"], [5, true, .null, ["https://a"], [:]] as [JSONValue])
    func `a text of another kind is named`(name: String, value: JSONValue) throws {
        let failure = try failure(document([name: value]))
        #expect(failure.reason == .badMember)
        #expect(failure.detail.contains(name))
    }

    @Test(
        arguments: ["response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"],
        ["RS256", 5, .null, [], [5], ["RS256", .null], [:]] as [JSONValue])
    func `a list that is empty or holds something else than texts is noteworthy, and no client needs it`(
        name: String, value: JSONValue
    ) throws {
        let findings = try judge(document([name: value]))
        #expect(findings.map(\.reason) == [.badMember])
        #expect(findings.allSatisfy { $0.detail.contains(name) && !$0.remedy.isEmpty })
    }

    @Test(arguments: ["response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"])
    func `a list that is missing is noteworthy, and no client needs it`(name: String) throws {
        let findings = try judge(document([name: nil]))
        #expect(findings.map(\.reason) == [.missingMember])
        #expect(findings.allSatisfy { $0.detail.contains(name) && !$0.remedy.isEmpty })
    }

    @Test(
        arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri"],
        [
            "", "/auth", "idp.example.com/auth", "ftp://idp.example.com", "javascript:alert(1)", "https://", "https:///auth",
            "https://a b/auth",
        ])
    func `an endpoint that is no URL is named`(name: String, value: String) throws {
        let failure = try failure(document([name: .string(value)]))
        #expect(failure.reason == .badMember)
        #expect(failure.detail.contains(name))
    }

    @Test(arguments: ["authorization_endpoint", "token_endpoint", "jwks_uri"])
    func `an endpoint in clear can be used, and is noteworthy`(name: String) throws {
        let findings = try judge(document([name: "http://idp.example.com/auth"]))
        #expect(findings.map(\.reason) == [.badMember])
        #expect(findings.allSatisfy { $0.detail.contains(name) })
    }

    @Test(arguments: [
        "HTTPS://idp.example.com/auth", "https://idp.example.com/auth#x", "https://idp.example.com/ä b", "https://[::1]:8443/a",
    ])
    func `an endpoint is judged as clients read URLs`(value: String) throws {
        #expect(try judge(document(["token_endpoint": .string(value)])).isEmpty)
    }

    @Test func `an endpoint may have a query and another host`() throws {
        #expect(try judge(document(["authorization_endpoint": "https://login.example.net/auth?policy=acme"])).isEmpty)
    }

    @Test func `on loopback endpoints in clear are fine`() throws {
        let issuer = "http://127.0.0.1:8080/realms/acme"
        let changes: KeyValuePairs<String, JSONValue?> = [
            "issuer": .string(issuer), "authorization_endpoint": "http://127.0.0.1:8080/auth",
            "token_endpoint": "http://127.0.0.1:8080/token",
            "jwks_uri": "http://127.0.0.1:8080/certs",
        ]
        #expect(try judge(document(changes), issuer: issuer).isEmpty)
    }

    @Test(arguments: [
        "https://idp.example.com/realms/acme/", "https://idp.example.com/realms/ACME", "https://IDP.example.com/realms/acme",
        "http://idp.example.com/realms/acme", "https://idp.example.com:443/realms/acme", "https://idp.example.com/realms/globex",
        "https://evil.example.com/realms/acme", " https://idp.example.com/realms/acme", "",
    ])
    func `an issuer that is not the configured one, byte for byte, is told`(issuer: String) throws {
        #expect(try failure(document(["issuer": .string(issuer)])).reason == .issuerMismatch)
    }

    @Test func `an issuer that only looks the same is told`() throws {
        // The Kelvin sign, which Swift takes for a K when it compares texts.
        let failure = try failure(
            document(["issuer": "https://idp.example.com/realms/\u{212A}"]), issuer: "https://idp.example.com/realms/K")
        #expect(failure.reason == .issuerMismatch)
    }

    @Test(arguments: [
        ("https://login.microsoftonline.com/common/v2.0", true), ("https://login.microsoftonline.com/organizations/v2.0", true),
        ("https://login.microsoftonline.com/abc123/v2.0", false), ("https://login.microsoftonline.com/common/v1.0", false),
        ("https://evil.example.com/common/v2.0", false),
    ])
    func `Entra's placeholder stands for its endpoints of all tenants and for nothing else`(configured: String, isTaken: Bool) throws {
        let document = document(["issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"])
        if isTaken {
            #expect(try judge(document, issuer: configured).isEmpty)
        } else {
            #expect(try failure(document, issuer: configured).reason == .issuerMismatch)
        }
    }

    @Test func `a provider without RS256 works and is noteworthy`() throws {
        let findings = try judge(document(["id_token_signing_alg_values_supported": ["ES256", "EdDSA"]]))
        #expect(findings.map(\.reason) == [.rs256NotOffered])
        #expect(findings.allSatisfy { !$0.detail.isEmpty && !$0.remedy.isEmpty })
    }

    @Test(arguments: [
        "", "<!DOCTYPE html><html>login</html>", "null", "[]", "\"text\"", "{\"issuer\": \"a\",}", "{} {}", "\u{FEFF}", "\u{FEFF}<html>",
        String(repeating: "[", count: 10_000),
    ])
    func `what is no JSON object is told`(text: String) throws {
        let failure = try #require(throws: ProbeFailure.self) { try judge(Array(text.utf8)) }
        #expect(failure.reason == .notJSON)
    }

    private static let text = JSONValue.object(document()).description

    @Test(arguments: [
        "\u{FEFF}" + text, "{\"issuer\": \"https://other\"," + text.dropFirst(), "{\"x\": \"\\ud800\"," + text.dropFirst(),
    ])
    func `what some clients read is noteworthy`(text: String) throws {
        let findings = try judge(Array(text.utf8))
        #expect(findings.map(\.reason) == [.laxJSON])
        #expect(findings.allSatisfy { !$0.detail.contains("other") && !$0.remedy.isEmpty })
    }

    @Test func `bytes that are no UTF-8 are read as clients read them`() throws {
        let body = Array("{\"x\": \"".utf8) + [0xE4, 0xFF] + Array("\",".utf8) + Array(Self.text.utf8.dropFirst())
        #expect(try judge(body).map(\.reason) == [.laxJSON])
    }

    @Test(arguments: ["\n", " \t\r\n ", "\n\n"]) func `space around the document says nothing`(space: String) throws {
        #expect(try judge(Array((space + Self.text + space).utf8)).isEmpty)
    }

    @Test func `the last of two issuers counts, as it does for clients`() throws {
        let text = Self.text.dropLast() + ", \"issuer\": \"https://evil.example.com\"}"
        let failure = try #require(throws: ProbeFailure.self) { try judge(Array(text.utf8)) }
        #expect(failure.reason == .issuerMismatch)
    }

    @Test func `a hostile issuer is shown short and without what breaks lines`() throws {
        let failure = try failure(document(["issuer": .string("https://evil\n\u{202E}" + String(repeating: "x", count: 10_000))]))
        #expect(failure.detail.utf8.count < 1000)
        #expect(!failure.detail.unicodeScalars.contains { $0 == "\n" || $0 == "\u{202E}" })
    }

    @Test(arguments: [document(["issuer": nil]), document(["jwks_uri": 5]), document(["issuer": "https://other"])])
    func `a bad document is this tenant's alone, and decided`(document: JSONObject) throws {
        let failure = try failure(document)
        #expect(failure.scope == .subject)
        #expect(!failure.isUndecided)
    }
}
