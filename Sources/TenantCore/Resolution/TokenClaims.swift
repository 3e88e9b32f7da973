internal import FoundationEssentials

/// What a JSON Web Token says of itself, before anybody has verified it.
public struct TokenClaims: Sendable, Equatable {
    /// The longest token that is looked at, in bytes.
    public static let sizeLimit = 8 * 1024
    /// Signatures by a private key; one by a shared secret could be made by whoever may verify it.
    private static let algorithms: Set<String> = ["RS256", "ES256", "EdDSA"]
    /// Members of the head that would let a token bring its own key.
    private static let ownKeys = ["jku", "x5u", "jwk", "x5c", "crit"]

    /// How it claims to be signed.
    public var algorithm: String
    /// Which of the issuer's keys it claims to be signed with.
    public var keyID: String?
    /// Who claims to have issued it.
    public var issuer: String
    /// Whose it claims to be.
    public var tenant: String
    /// For whom it is made out (`aud`); at least one.
    public var audiences: [String]
    /// Which of several audiences may use it (`azp`); nil when it does not say.
    public var authorizedParty: String?
    /// In seconds since 1970.
    public var expiresAt: Double
    /// In seconds since 1970; nil when it holds at once.
    public var notBefore: Double?

    /// Reads a token strictly: repeated members, deep nesting and every algorithm without a private key are refused.
    ///
    /// Of the signature only the form is looked at.
    ///
    /// - Throws: `CredentialProblem` that quotes nothing of the token.
    public static func read(_ token: String) throws(CredentialProblem) -> TokenClaims {
        guard token.utf8.count <= sizeLimit else { throw CredentialProblem("is longer than \(sizeLimit) bytes") }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw CredentialProblem("is no signed JSON Web Token of three parts") }
        guard decoded(parts[2])?.isEmpty == false else { throw CredentialProblem("has no signature in base64url") }
        let head = try object(parts[0], "head")
        let payload = try object(parts[1], "payload")
        guard let algorithm = head["alg"]?.text, algorithms.contains(algorithm) else {
            throw CredentialProblem("is signed by an algorithm other than \(algorithms.sorted().joined(separator: ", "))")
        }
        if let member = ownKeys.first(where: { head[$0] != nil }) { throw CredentialProblem("brings its own key or rules (\(member))") }
        guard let issuer = payload["iss"]?.text else { throw CredentialProblem("names no issuer (iss)") }
        guard let tenant = payload["tenant_id"]?.text else { throw CredentialProblem("has no claim tenant_id that is a text") }
        let audiences = try audiences(in: payload)
        if payload["azp"] != nil, payload["azp"]?.text == nil { throw CredentialProblem("has an azp that is no text") }
        guard let expiresAt = payload["exp"]?.seconds else { throw CredentialProblem("never expires (exp)") }
        if payload["nbf"] != nil, payload["nbf"]?.seconds == nil { throw CredentialProblem("has an nbf that is no number") }
        return TokenClaims(
            algorithm: algorithm, keyID: head["kid"]?.text, issuer: issuer, tenant: tenant, audiences: audiences,
            authorizedParty: payload["azp"]?.text, expiresAt: expiresAt, notBefore: payload["nbf"]?.seconds)
    }

    /// One text stands for a list of one (RFC 7519, section 4.1.3).
    private static func audiences(in payload: JSONObject) throws(CredentialProblem) -> [String] {
        guard let audience = payload["aud"] else { throw CredentialProblem("names no audience (aud)") }
        let elements = audience.elements ?? [audience]
        let audiences = elements.compactMap(\.text)
        guard !audiences.isEmpty, audiences.count == elements.count else {
            throw CredentialProblem("has an aud that is neither a text nor a list of texts")
        }
        return audiences
    }

    private static func object(_ part: Substring, _ name: String) throws(CredentialProblem) -> JSONObject {
        guard let bytes = decoded(part), let object = try? JSONValue.parse(bytes).object else {
            throw CredentialProblem("has a \(name) that is no strict JSON object in base64url")
        }
        return object
    }

    /// Base64url without padding, as RFC 7515 wants it.
    private static func decoded(_ part: Substring) -> [UInt8]? {
        let isAllowed = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard part.utf8.allSatisfy(isAllowed) else { return nil }
        let standard = part.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)).map { Array($0) }
    }
}

extension JSONValue {
    fileprivate var seconds: Double? {
        switch self {
        case .integer(let seconds): Double(seconds)
        case .number(let seconds): seconds
        default: nil
        }
    }
}
