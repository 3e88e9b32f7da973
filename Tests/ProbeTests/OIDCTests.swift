import Checking
import OIDCProbe
import RealServers
import TenantCore
import Testing

/// What takes more than one answer of an issuer; single answers are rows of the server matrix.
struct OIDCTests {
    @Test func `a frozen provider times out and is healthy again once thawed`() throws {
        let server = try OIDCServer(issuers: ["acme"])
        // Two checks on one kept session: one has the time that a busy machine may need, one is soon out of patience.
        let (kind, keys): (_, JSONObject) = (OIDCProbeKind(), ["oidc_issuer": .string(server.issuer("acme"))])
        let check = try #require(try checks(kind, keys, timeout: .seconds(10)).first)
        let hasty = try #require(try checks(kind, keys, timeout: .seconds(1)).first)
        #expect(word(outcome(of: check)) == "healthy")
        server.process.freeze()
        #expect(word(outcome(of: hasty)) == "timeout")
        server.process.thaw()
        #expect(word(outcome(of: check)) == "healthy")
    }

    @Test func `a provider that is away for hours is down, and asked again within a minute`() throws {
        let issuer = try ScriptedIssuer()
        issuer.answer { _ in ScriptedServer.http(503, headers: ["Retry-After: 7200"]) }
        guard case .failure(let failure) = try ask(OIDCProbeKind(), OIDCMatrix.oidc(issuer.url)) else {
            throw ServerProblem(description: "healthy")
        }
        #expect(!failure.isUndecided)
        #expect(failure.retryAfter == .seconds(60))
    }

    @Test func `phases tell where the time went`() throws {
        let issuer = try ScriptedIssuer(certificate: "server")
        let result = try ask(OIDCProbeKind(), OIDCMatrix.trusting(issuer.url))
        #expect(Set(try result.get().phases.keys) == [.resolve, .connect, .tls, .command])
    }
}
