/// Believes signatures and keys, which nobody here can verify, and verifies everything else that a token says.
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

    /// The claim of a token that has not expired and names the issuer of the tenant that it claims: an issuer must not
    /// speak for another's tenants.
    public func tenantClaim(ofToken token: Secret) throws(CredentialProblem) -> String {
        let claims = try token.reveal { text throws(CredentialProblem) in try TokenClaims.read(text) }
        guard claims.expiresAt > now else { throw CredentialProblem("has expired") }
        if let notBefore = claims.notBefore, notBefore > now { throw CredentialProblem("does not hold yet") }
        guard let tenant = TenantID(claims.tenant).flatMap({ directory[$0] }) else { return claims.tenant }
        guard let issuer = tenant.oidc?.issuer else { throw CredentialProblem("claims \(tenant.id), which has no oidc_issuer") }
        guard issuer.url.utf8.elementsEqual(claims.issuer.utf8) else {
            throw CredentialProblem(
                "comes from \(Scrubber().scrub(claims.issuer, limit: 128)), but \(tenant.id) has the issuer \(issuer.url)")
        }
        return claims.tenant
    }

    /// Believes every key.
    public func verify(apiKey key: Secret, of tenant: TenantID) throws(CredentialProblem) {}
}
