internal import Crypto

/// Where tenants are configured.
public enum TenantSource: Sendable, Equatable {
    /// The environment variable `TENANT_CONFIGS`, as the platform reads it.
    case environment(Secret)
    /// One JSON file with one tenant or an array of tenants.
    case file(String)
    /// Every `*.json` in a directory, in the order of their names.
    case directory(String)

    /// The source that the environment names.
    ///
    /// - Throws: `ConfigurationRejected` when it names none or more than one.
    public static func find(in environment: [String: String]) throws(ConfigurationRejected) -> TenantSource {
        let named: [(name: String, source: (String) -> TenantSource)] = [
            ("TENANT_CONFIGS", { TenantSource.environment(Secret($0)) }),
            ("TENANTWATCH_TENANTS_FILE", TenantSource.file),
            ("TENANTWATCH_TENANTS_DIR", TenantSource.directory),
        ]
        let found = named.filter { !(environment[$0.name] ?? "").isEmpty }
        guard let first = found.first, let value = environment[first.name] else {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: "environment", problem: "no tenants are configured",
                    fix: "Set one of \(named.map(\.name).joined(separator: ", ")).")
            ])
        }
        guard found.count == 1 else {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: "environment", problem: "\(found.map(\.name).joined(separator: " and ")) are all set",
                    fix: "Keep one of them: two sources could disagree.")
            ])
        }
        return first.source(value)
    }

    /// How the source is called in messages.
    public var name: String {
        switch self {
        case .environment: "TENANT_CONFIGS"
        case .file(let path), .directory(let path): path
        }
    }

    /// Whether one part of the source can be read while another cannot.
    var hasParts: Bool { if case .directory = self { true } else { false } }

    /// One text with the path under which its issues are reported, or why it cannot be read.
    struct Document {
        var path: String
        var bytes: Result<[UInt8], ConfigurationIssue>

        /// Adds to `digest` where the text stands and what it is, or why it cannot be read, so that no two sources add the same.
        func add(to digest: inout SHA256) {
            let (kind, content): (String, [UInt8]) =
                switch bytes {
                case .success(let bytes): ("text", bytes)
                case .failure(let issue): ("problem", Array(issue.problem.utf8))
                }
            digest.update(data: Array("\(path.utf8.count):\(path) \(kind) \(content.count):".utf8))
            digest.update(data: content)
        }
    }

    /// The texts of the source.
    ///
    /// - Throws: `ConfigurationRejected` when the directory itself cannot be read.
    func documents() throws(ConfigurationRejected) -> [Document] {
        switch self {
        case .environment(let text): [Document(path: name, bytes: .success(text.reveal { Array($0.utf8) }))]
        case .file(let path): [TenantFiles.read(path, shownAs: path, allowsPipe: true)]
        case .directory(let path): try TenantFiles.readAll(in: path)
        }
    }
}
