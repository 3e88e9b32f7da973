import TenantCore
import Testing

/// Knows a few tokens and keys by heart.
private struct KnownCredentials: CredentialVerifier {
    /// The tenant that each valid token claims.
    var tokens = ["token-acme": "acme", "token-globex": "globex", "token-gone": "gone", "token-odd": "not an id"]
    /// The tenant of each valid key.
    var keys = ["acme_sk_1": "acme", "globex_sk_1": "globex", "gone_sk_1": "gone", "acme_sk_a_sk_b": "acme"]

    func tenantClaim(ofToken token: Secret) throws(CredentialProblem) -> String {
        guard let claim = tokens[token.opened] else { throw CredentialProblem("is unknown") }
        return claim
    }

    func verify(apiKey key: Secret, of tenant: TenantID) throws(CredentialProblem) {
        guard keys[key.opened] == tenant.rawValue else { throw CredentialProblem("is unknown") }
    }
}

/// Says no, and tells that it was asked.
private struct AskedVerifier: CredentialVerifier {
    let asked: @Sendable () -> Void
    func tenantClaim(ofToken token: Secret) throws(CredentialProblem) -> String { throw CredentialProblem("is unknown") }
    func verify(apiKey key: Secret, of tenant: TenantID) throws(CredentialProblem) {
        asked()
        throw CredentialProblem("is unknown")
    }
}

struct TenantResolverTests {
    private let directory: TenantDirectory

    init() throws {
        directory = try load([entry(["tenant_id": "acme"]), entry(["tenant_id": "globex"])])
    }

    private func resolve(
        token: String? = nil, key: String? = nil, header: String? = nil, trustsHeader: Bool = false
    ) -> Resolution {
        let resolver = TenantResolver(directory: directory, verifier: KnownCredentials(), trustsHeader: trustsHeader)
        return resolver.resolve(RequestCredentials(token: token.map { Secret($0) }, apiKey: key.map { Secret($0) }, tenantHeader: header))
    }

    @Test func `a token says whose a request is`() {
        #expect(resolve(token: "token-globex") == .tenant(id("globex"), by: .token))
    }

    @Test func `without a token the API key says it`() {
        #expect(resolve(key: "globex_sk_1") == .tenant(id("globex"), by: .apiKey))
    }

    @Test func `without both the header says it, where it is trusted`() {
        #expect(resolve(header: "globex", trustsHeader: true) == .tenant(id("globex"), by: .header))
        #expect(resolve(header: "globex", trustsHeader: false) == .refused(.nothing))
    }

    @Test(arguments: [true, false])
    func `with nothing at all a request is refused and the default tenant does not stand in`(trustsHeader: Bool) {
        #expect(directory.defaultTenant == id("acme"))
        #expect(resolve(trustsHeader: trustsHeader) == .refused(.nothing))
    }

    @Test(arguments: [true, false])
    func `the first of several that agree counts`(trustsHeader: Bool) {
        #expect(
            resolve(token: "token-acme", key: "acme_sk_1", header: "acme", trustsHeader: trustsHeader) == .tenant(id("acme"), by: .token))
        #expect(resolve(key: "acme_sk_1", header: "acme", trustsHeader: trustsHeader) == .tenant(id("acme"), by: .apiKey))
    }

    @Test(arguments: ["token-bad", "token-gone", "token-odd", ""])
    func `a bad token ends the request, whatever else is there`(token: String) {
        #expect(resolve(token: token) == .refused(.badCredential))
        #expect(resolve(token: token, key: "acme_sk_1", header: "acme", trustsHeader: true) == .refused(.badCredential))
    }

    @Test(arguments: ["acme_sk_2", "gone_sk_1", "acme", "acme_sk_", "_sk_1", "", "acme-sk-1", "not an id_sk_1", "globex_sk_1 "])
    func `a bad key ends the request, whatever else is there`(key: String) {
        #expect(resolve(key: key) == .refused(.badCredential))
        #expect(resolve(key: key, header: "acme", trustsHeader: true) == .refused(.badCredential))
        #expect(resolve(token: "token-acme", key: key) == .refused(.badCredential))
    }

    @Test func `a token and a key of two tenants are refused`() {
        #expect(resolve(token: "token-acme", key: "globex_sk_1") == .refused(.disagreement))
    }

    @Test(arguments: ["globex", "gone", "ACME", "acme ", "аcme"], [true, false])
    func `a header that disagrees with a credential is refused`(header: String, trustsHeader: Bool) {
        #expect(resolve(token: "token-acme", header: header, trustsHeader: trustsHeader) == .refused(.disagreement))
        #expect(resolve(key: "acme_sk_1", header: header, trustsHeader: trustsHeader) == .refused(.disagreement))
    }

    @Test(arguments: ["gone", "ACME", "", "not an id", "acme\u{0}"])
    func `a header that names no tenant resolves nothing`(header: String) {
        guard case .refused = resolve(header: header, trustsHeader: true) else {
            Issue.record("the header was taken")
            return
        }
    }

    @Test(
        arguments: [
            ([("Authorization", ""), ("x-tenant-id", "acme")], .token),
            ([("Authorization", "Bearer"), ("x-api-key", "acme_sk_1")], .token),
            ([("Authorization", "Basic eA=="), ("x-api-key", "acme_sk_1")], .token),
            ([("x-api-key", ""), ("x-tenant-id", "acme")], .apiKey),
            ([("Authorization", "Bearer token-acme"), ("x-api-key", "")], .apiKey),
            ([("Authorization", "Bearer token-acme"), ("x-api-key", "a"), ("x-api-key", "b")], .apiKey),
            ([("x-api-key", "acme_sk_1"), ("x-tenant-id", "acme"), ("x-tenant-id", "globex")], .header),
            ([("x-tenant-id", "acme"), ("x-tenant-id", "globex")], .header), ([("x-tenant-id", "")], .header),
        ] as [([(String, String)], Resolution.Method)])
    func `an empty, broken or doubled header ends the request at its turn`(headers: [(String, String)], method: Resolution.Method) {
        let resolver = TenantResolver(directory: directory, verifier: KnownCredentials(), trustsHeader: true)
        let trace = resolver.explain(RequestCredentials(headers: headers.map { (name: $0.0, value: $0.1) }))
        #expect(trace.resolution == .refused(.badCredential))
        #expect(trace.steps.filter { $0.text.hasPrefix("is refused: it ") }.map(\.method) == [method])
        #expect(trace.steps.map(\.method) == [.token, .apiKey, .header])
    }

    @Test(arguments: [("acme_sk_1", "is empty, but the API key names acme"), (nil, "is empty, but counts only beside a credential")])
    func `an empty header is called empty`(key: String?, text: String) throws {
        let resolver = TenantResolver(directory: directory, verifier: KnownCredentials(), trustsHeader: false)
        let trace = resolver.explain(RequestCredentials(apiKey: key.map { Secret($0) }, tenantHeader: ""))
        #expect(try #require(trace.steps.last).text.hasPrefix(text))
    }

    @Test(arguments: [true, false])
    func `without a verifier a token or a key resolves nothing`(trustsHeader: Bool) {
        let resolver = TenantResolver(directory: directory, verifier: nil, trustsHeader: trustsHeader)
        let requests = [
            RequestCredentials(token: Secret("token-acme")), RequestCredentials(apiKey: Secret("acme_sk_1")),
            RequestCredentials(token: Secret("token-acme"), tenantHeader: "acme"),
            RequestCredentials(apiKey: Secret("acme_sk_1"), tenantHeader: "acme"),
        ]
        for request in requests { #expect(resolver.resolve(request) == .refused(.badCredential)) }
    }

    @Test(
        arguments: [
            ("token-acme", nil, nil, ["names acme, which is watched", "is not given", "is not given"]),
            ("token-acme", "acme_sk_1", "acme", ["names acme, which is watched", "names acme too", "names acme too"]),
            (
                "token-acme", "globex_sk_1", nil,
                [
                    "names acme, which is watched", "names globex, but the token names acme",
                    "is not looked at: the API key has ended the request",
                ]
            ),
            (
                "token-bad", "acme_sk_1", "acme",
                [
                    "is refused: it is unknown", "is not looked at: the token has ended the request",
                    "is not looked at: the token has ended the request",
                ]
            ),
            (
                "token-gone", nil, nil,
                [
                    "is refused: it claims gone, which is not watched", "is not looked at: the token has ended the request",
                    "is not looked at: the token has ended the request",
                ]
            ),
            (nil, "acme_sk_1", "globex", ["is not given", "names acme, which is watched", "names globex, but the API key names acme"]),
            (
                nil, nil, "acme",
                ["is not given", "is not given", "names acme, but counts only beside a credential, for it is not trusted by itself"]
            ),
            (nil, nil, nil, ["is not given", "is not given", "is not given"]),
        ] as [(String?, String?, String?, [String])])
    func `each of the three ways is told`(token: String?, key: String?, header: String?, texts: [String]) {
        let resolver = TenantResolver(directory: directory, verifier: KnownCredentials(), trustsHeader: false)
        let trace = resolver.explain(
            RequestCredentials(token: token.map { Secret($0) }, apiKey: key.map { Secret($0) }, tenantHeader: header))
        #expect(trace.steps.map(\.text) == texts)
        #expect(trace.steps.map(\.method) == [.token, .apiKey, .header])
    }

    @Test func `a key of an unknown tenant is verified all the same, so that it takes as long`() async {
        await confirmation { asked in
            let verifier = AskedVerifier { asked() }
            let resolver = TenantResolver(directory: directory, verifier: verifier, trustsHeader: false)
            #expect(resolver.resolve(RequestCredentials(apiKey: Secret("nobody_sk_1"))) == .refused(.badCredential))
        }
    }

    @Test(
        arguments: [
            ("acme_sk_secret", "acme"), ("a_sk_b_sk_c", "a"), ("sk_sk_x", "sk"), ("acme_sk_sk_x", "acme"), ("acme_sk__sk_", "acme"),
            ("_sk_x", nil), ("acme_sk_", nil), ("acme_sk", nil), ("acme", nil), ("", nil), ("ac me_sk_x", nil), ("acme_SK_x", nil),
            (String(repeating: "x", count: 64) + "_sk_x", nil),
        ] as [(String, String?)])
    func `a key is split at its first separator`(key: String, tenant: String?) {
        #expect(TenantResolver.claimedTenant(ofKey: key)?.rawValue == tenant)
    }
}
