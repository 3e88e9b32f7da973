/// The rules of the tenant setup guide by which the platform itself refuses a tenant ("Parameter Validation").
///
/// A tenant that breaks one is not watched. Whatever else is wrong concerns one dependency or none, and reaches no further.
enum GuideRules {
    /// Whether every parameter is there that the guide requires.
    static func areKept(by object: JSONObject) -> Bool {
        let required = ["tenant_id", "name", "mongo_uri", "mongo_database", "redis_addr"]
        let login = ["oidc_client_id", "oidc_client_secret", "oidc_redirect_url"]
        return required.allSatisfy { isGiven($0, object) } && (!hasIssuer(object) || login.allSatisfy { isGiven($0, object) })
    }

    /// Whether the tenant asks for single sign-on.
    static func hasIssuer(_ object: JSONObject) -> Bool {
        switch object["oidc_issuer"] {
        case nil, .null, .string(""): false
        default: true
        }
    }

    /// Secrets may be references, which are objects.
    private static func isGiven(_ key: String, _ object: JSONObject) -> Bool {
        let isSecret = ["mongo_uri", "redis_addr", "oidc_client_secret"].contains(key)
        return switch object[key] {
        case .string(let text): !text.isEmpty
        case .object: isSecret
        default: false
        }
    }
}
