import Foundation
import TenantCore
import Testing

struct TokenClaimsTests {
    private static let head = #"{"alg":"RS256","kid":"k1"}"#
    private static let payload = #"{"iss":"https://idp","tenant_id":"acme","exp":2000}"#

    private func token(_ head: String = head, _ payload: String = payload, signature: String = "c2ln") -> String {
        let parts = [head, payload].map {
            Data($0.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        return "\(parts[0]).\(parts[1]).\(signature)"
    }

    @Test func `a token says how it is signed, by whom, for whom and for how long`() throws {
        let claims = try TokenClaims.read(token())
        #expect([claims.algorithm, claims.keyID, claims.issuer, claims.tenant] == ["RS256", "k1", "https://idp", "acme"])
        #expect(claims.expiresAt == 2000)
        #expect(claims.notBefore == nil)
    }

    @Test(
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"rs256"}"#, "{}", #"{"alg":"RS256","alg":"none"}"#,
            #"{"alg":"RS256","jku":"https://evil"}"#,
            #"{"alg":"RS256","x5u":"https://evil"}"#, #"{"alg":"RS256","jwk":{}}"#, #"{"alg":"RS256","crit":[]}"#, "[]", "nonsense",
        ])
    func `a head that would let the client choose how it is verified is refused`(head: String) {
        #expect(throws: CredentialProblem.self) { try TokenClaims.read(token(head)) }
    }

    @Test(
        arguments: [
            #"{"tenant_id":"acme","exp":2000}"#, #"{"iss":"https://idp","exp":2000}"#, #"{"iss":"https://idp","tenant_id":"acme"}"#,
            #"{"iss":"https://idp","tenant_id":["acme"],"exp":2000}"#, #"{"iss":"https://idp","tenant_id":"acme","exp":"2000"}"#,
            #"{"iss":"https://idp","tenant_id":"acme","tenant_id":"globex","exp":2000}"#,
            #"{"iss":"https://idp","tenant_id":"acme","exp":2000,"nbf":"now"}"#,
        ])
    func `a payload without what is needed, or with it twice, is refused`(payload: String) {
        #expect(throws: CredentialProblem.self) { try TokenClaims.read(token(Self.head, payload)) }
    }

    @Test func `what is no signed token is refused`() {
        let padded = token().replacing(".", with: "=.", maxReplacements: 1)
        for text in ["", "a.b", "a.b.c.d", token(signature: ""), "\(token()).x", padded, token() + String(repeating: "x", count: 9000)] {
            #expect(throws: CredentialProblem.self, "\(text.prefix(40))") { try TokenClaims.read(text) }
        }
    }

    @Test(
        arguments: [
            (0, "https://keycloak.example.com/realms/my-realm", "acme_corp", nil),
            (2000, "https://keycloak.example.com/realms/my-realm", "acme_corp", "expired"),
            (0, "https://keycloak.example.com/realms/other", "acme_corp", "comes from"),
            (0, "https://keycloak.example.com/realms/my-realm/", "acme_corp", "comes from"),
            (0, "https://keycloak.example.com/realms/my-realm", "globex", "no oidc_issuer"),
        ] as [(Double, String, String, String?)])
    func `an issuer speaks for its own tenant alone, and not for ever`(now: Double, issuer: String, tenant: String, problem: String?) throws
    {
        let directory = try load([ssoEntry(), isolatedEntry("globex")])
        let payload = #"{"iss":"\#(issuer)","tenant_id":"\#(tenant)","exp":1500}"#
        let verifier = ClaimedCredentials(directory: directory, now: now)
        do throws(CredentialProblem) {
            #expect(try verifier.tenantClaim(ofToken: Secret(token(Self.head, payload))) == tenant)
            #expect(problem == nil)
        } catch {
            #expect(problem.map { error.text.contains($0) } == true, "\(error.text)")
        }
    }
}
