import TenantCore
import Testing

/// `…_ca_file`, `…_cert_file` and `…_key_file`, which every dependency has.
struct TLSFilesTests {
    /// Members that make the dependency use TLS.
    private static let secure: [String: KeyValuePairs<String, JSONValue?>] = [
        "mongo": ["mongo_uri": "mongodb://mongo/?tls=true"], "redis": ["redis_addr": "rediss://redis"], "oidc": [:],
    ]

    private func entry(_ dependency: String, _ files: [String]) throws -> JSONValue {
        guard case .object(var object) = ssoEntry(try #require(Self.secure[dependency])) else { preconditionFailure("no object") }
        for file in files { object["\(dependency)_\(file)_file"] = .string("/etc/\(file).pem") }
        return .object(object)
    }

    private func settings(_ dependency: String, _ files: [String]) throws -> TLSSettings? {
        let tenant = try loadOne(entry(dependency, files))
        return switch dependency {
        case "mongo": tenant.mongo?.tls
        case "redis": tenant.redis?.tls
        default: tenant.oidc?.tls
        }
    }

    @Test(arguments: ["mongo", "redis", "oidc"])
    func `authority, certificate and key are taken as they are written`(dependency: String) throws {
        let all = TLSSettings(caFile: "/etc/ca.pem", certificateFile: "/etc/cert.pem", keyFile: "/etc/key.pem")
        #expect(try settings(dependency, ["ca", "cert", "key"]) == all)
    }

    @Test(arguments: ["mongo", "redis", "oidc"])
    func `a certificate may hold its key`(dependency: String) throws {
        #expect(try settings(dependency, ["cert"]) == TLSSettings(certificateFile: "/etc/cert.pem"))
    }

    @Test(arguments: ["mongo", "redis", "oidc"])
    func `a key without its certificate is an issue`(dependency: String) throws {
        #expect(errorKeys(of: try entry(dependency, ["key"])) == ["\(dependency)_key_file"])
    }

    @Test func `files for a connection in clear are issues, each by itself`() {
        let files: KeyValuePairs<String, JSONValue?> = [
            "redis_ca_file": "/a", "redis_cert_file": "/b", "redis_key_file": "/c", "mongo_cert_file": "/d",
        ]
        #expect(
            errorKeys(of: TenantCoreTests.entry(files)) == ["mongo_cert_file", "redis_ca_file", "redis_cert_file", "redis_key_file"])
    }

    @Test func `a certificate in the connection string counts, and must not differ from the key's`() throws {
        let uri = "mongodb://mongo/?tls=true&tlsCertificateKeyFile=/etc/both.pem"
        #expect(try loadOne(TenantCoreTests.entry(["mongo_uri": .string(uri)])).mongo?.tls?.certificateFile == "/etc/both.pem")
        #expect(
            errorKeys(of: TenantCoreTests.entry(["mongo_uri": .string(uri), "mongo_cert_file": "/etc/own.pem"])) == ["mongo_cert_file"])
    }
}
