import Foundation
import TenantCore
import Testing

struct TokenClaimsTests {
    private static let head = #"{"alg":"RS256","kid":"k1"}"#
    private static let payload = #"{"iss":"https://idp","tenant_id":"acme","aud":"client","exp":2000}"#

    private func token(_ head: String = head, _ payload: String = payload, signature: String = "c2ln") -> String {
        let parts = [head, payload].map {
            Data($0.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        return "\(parts[0]).\(parts[1]).\(signature)"
    }

    @Test func `a token says how it is signed, by whom, for whom and for how long`() throws {
        let claims = try TokenClaims.read(token())
        #expect([claims.algorithm, claims.keyID, claims.issuer, claims.tenant] == ["RS256", "k1", "https://idp", "acme"])
        #expect(claims.audiences == ["client"])
        #expect(claims.authorizedParty == nil)
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
            #""tenant_id":"acme","aud":"client","exp":2000"#, #""iss":"https://idp","aud":"client","exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":"client""#, #""iss":"https://idp","tenant_id":"acme","exp":2000"#,
            #""iss":"https://idp","tenant_id":["acme"],"aud":"client","exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":"client","exp":"2000""#,
            #""iss":"https://idp","tenant_id":"acme","tenant_id":"globex","aud":"client","exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":"client","exp":2000,"nbf":"now""#,
            #""iss":"https://idp","tenant_id":"acme","aud":"client","aud":"client","exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":"client","azp":1,"exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":null,"exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":[],"exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":["client",1],"exp":2000"#,
            #""iss":"https://idp","tenant_id":"acme","aud":{"client":1},"exp":2000"#,
        ])
    func `a payload without what is needed, or with it twice, is refused`(members: String) {
        #expect(throws: CredentialProblem.self) { try TokenClaims.read(token(Self.head, "{\(members)}")) }
    }

    @Test func `what is no signed token is refused`() {
        let padded = token().replacing(".", with: "=.", maxReplacements: 1)
        for text in ["", "a.b", "a.b.c.d", "\(token()).x", padded, token() + String(repeating: "x", count: 9000)] {
            #expect(throws: CredentialProblem.self, "\(text.prefix(40))") { try TokenClaims.read(text) }
        }
    }

    @Test(arguments: ["", "=", "a", "abcde", "c2ln=", "c2l+", "c2l/", "c2 n", "c2ln\n", "é"])
    func `a signature that is no base64url is refused`(signature: String) {
        #expect(throws: CredentialProblem("has no signature in base64url")) { try TokenClaims.read(token(signature: signature)) }
    }

    @Test(arguments: ["YQ", "YWI", "c2ln", "-_-_"])
    func `a signature in base64url is taken as it is`(signature: String) throws {
        #expect(try TokenClaims.read(token(signature: signature)).tenant == "acme")
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
        let payload = #"{"iss":"\#(issuer)","tenant_id":"\#(tenant)","aud":"inference-api-client","exp":1500}"#
        let verifier = ClaimedCredentials(directory: directory, now: now)
        do throws(CredentialProblem) {
            #expect(try verifier.tenantClaim(ofToken: Secret(token(Self.head, payload))) == tenant)
            #expect(problem == nil)
        } catch {
            #expect(problem.map { error.text.contains($0) } == true, "\(error.text)")
        }
    }

    @Test(
        arguments: [
            (#""aud":"inference-api-client""#, nil), (#""aud":["inference-api-client"]"#, nil),
            (#""aud":"inference-api-client","azp":"spa""#, nil),
            (#""aud":["account","inference-api-client"],"azp":"inference-api-client""#, nil),
            (#""aud":"account""#, "is for account (aud), but acme_corp has the oidc_client_id inference-api-client"),
            (#""aud":"inference-api-client ""#, "is for inference-api-client  (aud), but acme_corp has the"),
            (#""aud":"INFERENCE-API-CLIENT""#, "is for INFERENCE-API-CLIENT (aud), but acme_corp has the"),
            (#""aud":"account","azp":"inference-api-client""#, "is for account (aud), but"),
            (#""aud":["a","b"],"azp":"inference-api-client""#, "is for a, b (aud), but"), (#""aud":"""#, "is for  (aud), but"),
            (
                #""aud":["account","inference-api-client"]"#,
                "is for several audiences (aud) and does not say which of them may use it (azp)"
            ),
            (
                #""aud":["account","inference-api-client"],"azp":"account""#,
                "is for several audiences (aud) and may be used by account (azp), but acme_corp has the oidc_client_id inference-api-client"
            ),
            (#""iat":1"#, "names no audience (aud)"),
        ] as [(String, String?)])
    func `a token is for the client of its tenant`(members: String, problem: String?) throws {
        let payload = #"{"iss":"https://keycloak.example.com/realms/my-realm","tenant_id":"acme_corp","exp":1500,\#(members)}"#
        let verifier = ClaimedCredentials(directory: try load([ssoEntry()]), now: 0)
        do throws(CredentialProblem) {
            #expect(try verifier.tenantClaim(ofToken: Secret(token(Self.head, payload))) == "acme_corp")
            #expect(problem == nil)
        } catch {
            #expect(problem.map { error.text.hasPrefix($0) } == true, "\(error.text)")
        }
    }
}
