import Checking
import OIDCProbe
import RealServers
import TenantCore
import Testing

/// OpenID Connect issuers: a real provider for what providers do, a scripted one for what they should not.
struct OIDCTests {
    private static let good: JSONObject = [
        "authorization_endpoint": "http://localhost/a", "token_endpoint": "http://localhost/t", "jwks_uri": "http://localhost/j",
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "none"],
    ]

    /// The verdict on an issuer that answers the document, or whatever `answer` makes of it.
    private func verdict(path: String = "", _ change: (inout JSONObject) -> Void = { _ in }) throws -> String {
        var document = Self.good
        let body = Lock("")
        let server = try ScriptedServer { _ in ScriptedServer.http(200, body.withLock { $0 }) }
        document["issuer"] = .string("http://\(server.address)\(path)")
        change(&document)
        body.withLock { $0 = JSONValue.object(document).description }
        return try ProbeTests.verdict(OIDCProbeKind(), ["oidc_issuer": .string("http://\(server.address)\(path)")])
    }

    @Test func `two issuers of one provider are healthy, in clear on loopback and over TLS`() throws {
        let plain = try OIDCServer(issuers: ["acme", "globex"])
        let secure = try OIDCServer(issuers: ["acme"], certificate: "server")
        let kind = OIDCProbeKind()
        let ca: JSONValue = .string(try Ground.certificate("ca.pem"))
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(plain.issuer("acme"))]) == "healthy")
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(plain.issuer("globex"))]) == "healthy")
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(plain.issuer("nobody"))]) == "http_status")
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(secure.issuer("acme")), "oidc_ca_file": ca]) == "healthy")
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(secure.issuer("acme"))]) == "certificate_unknown")
        plain.process.freeze()
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(plain.issuer("acme"))], timeout: .seconds(1)) == "timeout")
        plain.process.thaw()
        #expect(try ProbeTests.verdict(kind, ["oidc_issuer": .string(plain.issuer("acme"))]) == "healthy")
    }

    @Test func `a good document is healthy, with a path or a final slash`() throws {
        #expect(try verdict() == "healthy")
        #expect(try verdict(path: "/realms/one") == "healthy")
        #expect(try verdict(path: "/") == "healthy")
    }

    @Test func `the issuer must be the configured one, byte for byte`() throws {
        #expect(try verdict { $0["issuer"] = "http://localhost/other" } == "issuer_mismatch")
        #expect(try verdict(path: "/Realms/One") { $0["issuer"] = .string(($0["issuer"]?.text ?? "").lowercased()) } == "issuer_mismatch")
        #expect(try verdict { $0["issuer"] = .string(($0["issuer"]?.text ?? "") + "/") } == "issuer_mismatch")
        #expect(
            try verdict(path: "/common/v2.0") { $0["issuer"] = .string(($0["issuer"]?.text ?? "").replacing("common", with: "{tenantid}")) }
                == "healthy")
    }

    @Test(arguments: OIDCTests.good.keys + ["issuer"]) func `a required member must be there and of its type`(_ name: String) throws {
        #expect(try verdict { $0[name] = nil } == "missing_member")
        #expect(try verdict { $0[name] = 7 } == "bad_member")
    }

    @Test func `RS256 must be offered`() throws {
        #expect(try verdict { $0["id_token_signing_alg_values_supported"] = ["ES256"] } == "rs256_not_offered")
    }

    @Test(arguments: [
        (301, "redirect_refused"), (302, "redirect_refused"), (307, "redirect_refused"), (404, "http_status"), (500, "http_status"),
        (429, "rate_limited"), (204, "http_status"),
    ]) func `a status other than 200 has its reason`(_ row: (status: Int, reason: String)) throws {
        let status = row.status
        let server = try ScriptedServer { _ in ScriptedServer.http(status, headers: ["Location: http://127.0.0.1:1/"]) }
        let result = try ask(OIDCProbeKind(), ["oidc_issuer": .string("http://\(server.address)")])
        #expect(word(result) == row.reason)
        if case .failure(let failure) = result { #expect(failure.isUndecided == (status == 429)) }
    }

    @Test func `a body that is not strict JSON, too deep or too large is refused`() throws {
        let bodies = ["<html>", "", "[1]", #"{"issuer":"a","issuer":"b"}"#, String(repeating: "[", count: 40)]
        for body in bodies {
            let server = try ScriptedServer { _ in ScriptedServer.http(200, body) }
            #expect(
                try ProbeTests.verdict(OIDCProbeKind(), ["oidc_issuer": .string("http://\(server.address)")]) == "not_json",
                "\(body.prefix(20))")
        }
        let large = String(repeating: " ", count: 300 * 1024)
        let server = try ScriptedServer { _ in ScriptedServer.http(200, large) }
        #expect(try ProbeTests.verdict(OIDCProbeKind(), ["oidc_issuer": .string("http://\(server.address)")]) == "too_large")
    }
}
