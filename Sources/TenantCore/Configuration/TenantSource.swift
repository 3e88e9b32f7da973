internal import Foundation

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

    /// One text with the path under which its issues are reported.
    struct Document {
        var path: String
        var bytes: [UInt8]
    }

    /// The texts of the source, or why one of them cannot be read.
    ///
    /// - Throws: `ConfigurationRejected` when one of them cannot be read.
    func documents() throws(ConfigurationRejected) -> [Result<Document, ConfigurationRejected>] {
        switch self {
        case .environment(let text): return [.success(Document(path: name, bytes: text.reveal { Array($0.utf8) }))]
        case .file(let path): return [.success(try Self.read(path))]
        case .directory(let path):
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: path)
            } catch {
                throw ConfigurationRejected([
                    ConfigurationIssue(
                        path: path, problem: "the directory cannot be read",
                        fix: "Check that it exists and that this service may read it.")
                ])
            }
            return names.sorted().filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { name in
                Result { () throws(ConfigurationRejected) in try Self.read("\(path)/\(name)") }
            }
        }
    }

    private static func read(_ path: String) throws(ConfigurationRejected) -> Document {
        // `Data(contentsOf:)` refuses what is no regular file, such as a pipe.
        guard let file = FileHandle(forReadingAtPath: path), let bytes = try? file.readToEnd() ?? Data() else {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: path, problem: "the file cannot be read",
                    fix: "Check that it exists and that this service may read it.")
            ])
        }
        return Document(path: path, bytes: Array(bytes))
    }
}
