/// Believes signatures and keys, which nobody here can verify; verifies the form, times, issuer and audience of a token.
///
/// For operators who ask what a request would come to; it must never decide about a request.
public struct ClaimedCredentials: CredentialVerifier {
    private let directory: TenantDirectory
    private let now: Double

    /// - Parameter now: in seconds since 1970.
    public init(directory: TenantDirectory, now: Double) {
        self.directory = directory
        self.now = now
    }

    /// The claim of a token that holds now, comes from the issuer of the tenant that it claims, for an issuer must not speak
    /// for another's tenants, and is made out for that tenant's `oidc_client_id`.
    ///
    /// A claim of a tenant that is not watched is handed back as it is: there is nothing to hold it against.
    public func tenantClaim(ofToken token: Secret) throws(CredentialProblem) -> String {
        let claims = try token.reveal { text throws(CredentialProblem) in try TokenClaims.read(text) }
        guard claims.expiresAt > now else { throw CredentialProblem("has expired") }
        if let notBefore = claims.notBefore, notBefore > now { throw CredentialProblem("does not hold yet") }
        guard let tenant = TenantID(claims.tenant).flatMap({ directory[$0] }) else { return claims.tenant }
        // A tenant with an issuer has a client id, too.
        guard let oidc = tenant.oidc else { throw CredentialProblem("claims \(tenant.id), which has no oidc_issuer") }
        guard Self.isSame(oidc.issuer.url, claims.issuer) else {
            throw CredentialProblem("comes from \(Self.shown(claims.issuer)), but \(tenant.id) has the issuer \(oidc.issuer.url)")
        }
        guard oidc.issuer.usesTLS || oidc.issuer.isLoopback else {
            throw CredentialProblem("comes from \(Self.shown(oidc.issuer.url)), which uses http:// and so authenticates nobody")
        }
        try Self.checkAudience(of: claims, clientID: oidc.clientID, tenant: tenant.id)
        return claims.tenant
    }

    /// Believes every key.
    public func verify(apiKey key: Secret, of tenant: TenantID) throws(CredentialProblem) {}

    /// Source: OpenID Connect Core 1.0, section 3.1.3.7, steps 3 to 5.
    private static func checkAudience(of claims: TokenClaims, clientID: String, tenant: TenantID) throws(CredentialProblem) {
        let wanted = "\(tenant) has the oidc_client_id \(shown(clientID))"
        guard claims.audiences.contains(where: { isSame($0, clientID) }) else {
            throw CredentialProblem("is for \(shown(claims.audiences.joined(separator: ", "))) (aud), but \(wanted)")
        }
        guard claims.audiences.count > 1 else { return }
        guard let party = claims.authorizedParty else {
            throw CredentialProblem("is for several audiences (aud) and does not say which of them may use it (azp)")
        }
        guard isSame(party, clientID) else {
            throw CredentialProblem("is for several audiences (aud) and may be used by \(shown(party)) (azp), but \(wanted)")
        }
    }

    /// As bytes, for Swift takes some texts for equal that differ.
    private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    private static func shown(_ text: String) -> String { Scrubber().scrub(text, limit: 128) }
}
