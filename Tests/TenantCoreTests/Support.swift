import Foundation
import TenantCore
import Testing

/// The guide's basic tenant with some members replaced or, by nil, left out.
func entry(_ changes: KeyValuePairs<String, JSONValue?> = [:]) -> JSONValue {
    var object: JSONObject = [
        "tenant_id": "acme_corp", "name": "Acme Corporation",
        "mongo_uri": "mongodb://acme-mongo:27017", "mongo_database": "acme_corp_db",
        "redis_addr": "acme-redis:6379", "redis_db": 0, "frontend_url": "https://app.acme.com",
    ]
    for (key, value) in changes { object[key] = value }
    return .object(object)
}

/// The guide's tenant under another id, isolated from all others unless the changes say otherwise.
func isolatedEntry(_ id: String, _ changes: KeyValuePairs<String, JSONValue?> = [:]) -> JSONValue {
    guard
        case .object(var object) = entry([
            "tenant_id": .string(id), "mongo_database": .string("\(id)_db"), "redis_addr": .string("\(id)-redis:6379"),
        ])
    else { preconditionFailure("an entry is an object") }
    for (key, value) in changes { object[key] = value }
    return .object(object)
}

/// The guide's tenant with single sign-on, with some members replaced or left out.
func ssoEntry(_ changes: KeyValuePairs<String, JSONValue?> = [:]) -> JSONValue {
    guard case .object(var object) = entry() else { preconditionFailure("an entry is an object") }
    object["oidc_issuer"] = "https://keycloak.example.com/realms/my-realm"
    object["oidc_client_id"] = "inference-api-client"
    object["oidc_client_secret"] = "keycloak-secret"
    object["oidc_redirect_url"] = "https://api.platform.com/v1/auth/oidc/callback"
    for (key, value) in changes { object[key] = value }
    return .object(object)
}

/// Loads what the environment names.
func load(environment: [String: String]) throws(ConfigurationRejected) -> TenantDirectory {
    try TenantLoader(environment: environment, dependencies: ["mongo", "redis", "oidc"]).load()
}

/// Loads entries through `TENANT_CONFIGS`.
func load(
    _ entries: [JSONValue], environment: [String: String] = [:]
) throws(ConfigurationRejected) -> TenantDirectory {
    var environment = environment
    environment["TENANT_CONFIGS"] = JSONValue.array(entries).description
    return try load(environment: environment)
}

/// The tenant of an entry that must be good.
func loadOne(_ entry: JSONValue, environment: [String: String] = [:]) throws -> Tenant {
    try #require(load([entry], environment: environment).tenants.first)
}

/// Every issue of the entries, whether or not some tenant can be watched.
func issues(in entries: [JSONValue], environment: [String: String] = [:]) -> [ConfigurationIssue] {
    do throws(ConfigurationRejected) {
        return try load(entries, environment: environment).issues
    } catch {
        return error.issues
    }
}

/// Where the errors of one entry are, without the path of the entry.
func errorKeys(of entry: JSONValue, environment: [String: String] = [:]) -> [String] {
    issues(in: [entry], environment: environment).filter { $0.severity == .error }
        .map { $0.path.replacing("TENANT_CONFIGS[0].", with: "") }
}

/// The id that a test writes out; a mistake in it is the test's own.
func id(_ text: String) -> TenantID {
    guard let id = TenantID(text) else { preconditionFailure("\(text) is not a tenant id") }
    return id
}

extension Secret {
    /// Opened, for comparisons in tests.
    var opened: String { reveal { $0 } }
}

/// A directory for one test, removed when the test lets go of it.
final class Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "tenants-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    /// Writes a text file and returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }
}
