/// What a request brings along to say whose it is.
public struct RequestCredentials: Sendable {
    /// The bearer token, without `Bearer `.
    public var token: Secret?
    /// The value of `x-api-key`, of the form `{tenant_id}_sk_…`.
    public var apiKey: Secret?
    /// The value of `x-tenant-id`.
    public var tenantHeader: String?
    /// Which of the three the request brings in a form that cannot be read; each refuses it when its turn comes.
    public var problems: [Resolution.Method: CredentialProblem] = [:]

    /// Takes what the request has; nil stands for what it does not bring.
    public init(token: Secret? = nil, apiKey: Secret? = nil, tenantHeader: String? = nil) {
        self.token = token
        self.apiKey = apiKey
        self.tenantHeader = tenantHeader
    }
}

/// Why a token, key or header is not accepted: a phrase that continues "it …" and never quotes a secret.
public struct CredentialProblem: Error, Equatable, Sendable {
    /// For operators alone: a client is not told which of its credentials is wrong, or how.
    public var text: String
    /// A problem in these words.
    public init(_ text: String) { self.text = text }
}

/// Verifies what a client claims. Without one, a token or a key resolves nothing.
public protocol CredentialVerifier: Sendable {
    /// The `tenant_id` claim of a token.
    ///
    /// - Throws: `CredentialProblem` unless its signature, times, issuer and audience hold.
    func tenantClaim(ofToken token: Secret) throws(CredentialProblem) -> String
    /// Verifies that `key` is a key of `tenant`; must take the same time for an unknown tenant.
    ///
    /// - Throws: `CredentialProblem` when it is not.
    func verify(apiKey key: Secret, of tenant: TenantID) throws(CredentialProblem)
}

/// Whose a request is, or why that cannot be said.
public enum Resolution: Sendable, Equatable {
    /// The way by which a tenant was found.
    public enum Method: String, Sendable {
        case token, apiKey, header
    }

    /// Why a request is refused.
    public enum Refusal: String, Sendable {
        /// One of the three is not valid, or names no tenant; the two must look the same from outside (401).
        case badCredential
        /// Two of the three name different tenants (403).
        case disagreement
        /// Nothing says whose the request is (401).
        case nothing
    }

    case tenant(TenantID, by: Method)
    case refused(Refusal)
}

/// How a request was resolved, step by step, for operators.
public struct ResolutionTrace: Sendable, Equatable {
    /// What one of the three ways came to.
    public struct Step: Sendable, Equatable {
        /// The way that was looked at.
        public var method: Resolution.Method
        /// A phrase that continues its name; without secrets.
        public var text: String
    }

    /// One for each way, in the order in which they count.
    public var steps: [Step] = []
    /// What it came to.
    public var resolution = Resolution.refused(.nothing)
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
    public func resolve(_ request: RequestCredentials) -> Resolution { explain(request).resolution }

    /// Resolves one request and tells how it went.
    public func explain(_ request: RequestCredentials) -> ResolutionTrace {
        var trace = ResolutionTrace()
        var found: (id: TenantID, method: Resolution.Method)?
        for method in [Resolution.Method.token, .apiKey, .header] {
            do throws(Stop) {
                let (id, text) = try look(at: method, of: request, after: found)
                trace.steps.append(.init(method: method, text: text))
                if found == nil { found = id.map { ($0, method) } }
            } catch {
                trace.steps.append(.init(method: method, text: error.text))
                trace.resolution = .refused(error.refusal)
                let rest = [Resolution.Method.token, .apiKey, .header].drop { $0 != method }.dropFirst()
                trace.steps += rest.map { .init(method: $0, text: "is not looked at: the \(method.words) has ended the request") }
                return trace
            }
        }
        if let found { trace.resolution = .tenant(found.id, by: found.method) }
        return trace
    }

    /// What ends a request, whatever else it brings.
    private struct Stop: Error {
        var refusal: Resolution.Refusal
        var text: String

        static func refused(_ problem: CredentialProblem) -> Stop {
            Stop(refusal: .badCredential, text: "is refused: it \(problem.text)")
        }
    }

    /// The tenant that one way names, nil when it names none, and what is to be said about it.
    private func look(
        at method: Resolution.Method, of request: RequestCredentials, after found: (id: TenantID, method: Resolution.Method)?
    ) throws(Stop) -> (TenantID?, String) {
        if let problem = request.problems[method] { throw .refused(problem) }
        let named: TenantID?
        switch method {
        case .token: named = try request.token.map { token throws(Stop) in try tenant(ofToken: token) }
        case .apiKey: named = try request.apiKey.map { key throws(Stop) in try tenant(ofKey: key) }
        case .header: return try look(atHeader: request.tenantHeader, after: found)
        }
        guard let named else { return (nil, "is not given") }
        guard let found else { return (named, "names \(named), which is watched") }
        guard named == found.id else {
            throw Stop(refusal: .disagreement, text: "names \(named), but the \(found.method.words) names \(found.id)")
        }
        return (named, "names \(named) too")
    }

    private func look(
        atHeader header: String?, after found: (id: TenantID, method: Resolution.Method)?
    ) throws(Stop) -> (TenantID?, String) {
        guard let header else { return (nil, "is not given") }
        let named = header.isEmpty ? "is empty" : "names \(Scrubber().scrub(header, limit: 64))"
        if let found {
            guard found.id.rawValue.utf8.elementsEqual(header.utf8) else {
                throw Stop(refusal: .disagreement, text: "\(named), but the \(found.method.words) names \(found.id)")
            }
            return (found.id, "names \(found.id) too")
        }
        guard trustsHeader else {
            throw Stop(refusal: .nothing, text: "\(named), but counts only beside a credential, for it is not trusted by itself")
        }
        guard !header.isEmpty else { throw .refused(CredentialProblem("is empty")) }
        guard let id = known(header) else { throw Stop(refusal: .badCredential, text: "\(named), which is not watched") }
        return (id, "names \(id), which is watched")
    }

    private func tenant(ofToken token: Secret) throws(Stop) -> TenantID {
        guard let verifier else { throw Stop(refusal: .badCredential, text: "is refused: nothing can verify it") }
        do throws(CredentialProblem) {
            let claim = try verifier.tenantClaim(ofToken: token)
            guard let id = known(claim) else {
                throw CredentialProblem("claims \(Scrubber().scrub(claim, limit: 64)), which is not watched")
            }
            return id
        } catch {
            throw .refused(error)
        }
    }

    private func tenant(ofKey key: Secret) throws(Stop) -> TenantID {
        do throws(CredentialProblem) {
            guard !key.isEmpty else { throw CredentialProblem("is empty") }
            guard let claimed = key.reveal(Self.claimedTenant(ofKey:)) else {
                throw CredentialProblem("is not of the form {tenant_id}_sk_…")
            }
            guard let verifier else { throw CredentialProblem("cannot be verified here") }
            // The verifier is asked before the directory, so that an unknown tenant takes as long as a wrong key.
            try verifier.verify(apiKey: key, of: claimed)
            guard directory[claimed] != nil else { throw CredentialProblem("is a key of \(claimed), which is not watched") }
            return claimed
        } catch {
            throw .refused(error)
        }
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

extension Resolution.Method {
    /// As it stands in a sentence.
    public var words: String {
        switch self {
        case .token: "token"
        case .apiKey: "API key"
        case .header: "header"
        }
    }
}
