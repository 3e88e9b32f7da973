/// What a request brings along to say whose it is.
public struct RequestCredentials: Sendable {
    /// The bearer token, without `Bearer `.
    public var token: Secret?
    /// The value of `x-api-key`, of the form `{tenant_id}_sk_…`.
    public var apiKey: Secret?
    /// The value of `x-tenant-id`.
    public var tenantHeader: String?

    /// Takes what the request has; nil stands for what it does not bring.
    public init(token: Secret? = nil, apiKey: Secret? = nil, tenantHeader: String? = nil) {
        self.token = token
        self.apiKey = apiKey
        self.tenantHeader = tenantHeader
    }
}

/// Verifies what a client claims. Without one, a token or a key resolves nothing.
public protocol CredentialVerifier: Sendable {
    /// The `tenant_id` claim of a token whose signature, issuer and times hold; nil for any other token.
    func tenantClaim(ofToken token: Secret) -> String?
    /// Whether `key` is a valid key of `tenant`; must take the same time for an unknown tenant.
    func isValid(apiKey key: Secret, of tenant: TenantID) -> Bool
}

/// Whose a request is, or why that cannot be said.
public enum Resolution: Sendable, Equatable {
    /// The way by which a tenant was found.
    public enum Method: String, Sendable {
        case token, apiKey, header
    }

    /// Why a request is refused.
    public enum Refusal: String, Sendable {
        /// A token or key is not valid, or names no tenant; the two must look the same from outside (401).
        case badCredential
        /// Two of the three name different tenants (403).
        case disagreement
        /// Nothing says whose the request is (401).
        case nothing
    }

    case tenant(TenantID, by: Method)
    case refused(Refusal)
}

/// Finds the tenant of a request: the JWT claim, then the API key, then the header.
///
/// A bad credential ends the request; nothing falls through to the next method. The default tenant never
/// resolves a request.
public struct TenantResolver: Sendable {
    private let directory: TenantDirectory
    private let verifier: (any CredentialVerifier)?
    private let trustsHeader: Bool

    /// - Parameters:
    ///   - verifier: verifies tokens and keys; nil refuses them all.
    ///   - trustsHeader: whether `x-tenant-id` counts by itself; only behind something that sets it.
    public init(directory: TenantDirectory, verifier: (any CredentialVerifier)?, trustsHeader: Bool) {
        self.directory = directory
        self.verifier = verifier
        self.trustsHeader = trustsHeader
    }

    /// Resolves one request.
    public func resolve(_ request: RequestCredentials) -> Resolution {
        var found: (id: TenantID, method: Resolution.Method)?
        if let token = request.token {
            guard let id = tenant(ofToken: token) else { return .refused(.badCredential) }
            found = (id, .token)
        }
        if let key = request.apiKey {
            guard let id = tenant(ofKey: key) else { return .refused(.badCredential) }
            if let earlier = found, earlier.id != id { return .refused(.disagreement) }
            found = found ?? (id, .apiKey)
        }
        guard let header = request.tenantHeader else {
            return found.map { .tenant($0.id, by: $0.method) } ?? .refused(.nothing)
        }
        if let found {
            return found.id.rawValue.utf8.elementsEqual(header.utf8)
                ? .tenant(found.id, by: found.method) : .refused(.disagreement)
        }
        guard trustsHeader else { return .refused(.nothing) }
        guard let id = known(header) else { return .refused(.badCredential) }
        return .tenant(id, by: .header)
    }

    private func tenant(ofToken token: Secret) -> TenantID? {
        verifier?.tenantClaim(ofToken: token).flatMap(known)
    }

    private func tenant(ofKey key: Secret) -> TenantID? {
        guard let claimed = key.reveal(Self.claimedTenant(ofKey:)), let verifier else { return nil }
        // The verifier is asked before the directory, so that an unknown tenant takes as long as a wrong key.
        let isValid = verifier.isValid(apiKey: key, of: claimed)
        return isValid && directory[claimed] != nil ? claimed : nil
    }

    private func known(_ text: String) -> TenantID? {
        TenantID(text).flatMap { directory[$0] == nil ? nil : $0 }
    }

    /// The tenant that an API key names: what stands before its first `_sk_`.
    public static func claimedTenant(ofKey key: String) -> TenantID? {
        guard let separator = key.firstRange(of: "_sk_"), separator.upperBound < key.endIndex else { return nil }
        return TenantID(String(key[..<separator.lowerBound]))
    }
}
