import Crypto

/// Reads, validates and reports the whole tenant configuration.
public struct TenantLoader: Sendable {
    private let source: TenantSource
    private let environment: [String: String]
    private let decoder: TenantDecoder
    private let review: @Sendable (Tenant) -> [ConfigurationIssue]

    /// - Parameters:
    ///   - environment: the process's variables; the source, `DEFAULT_TENANT_ID` and referenced secrets are read from it.
    ///   - dependencies: the names that may precede `_interval` and `_timeout`.
    ///   - knownExtras: further keys that probes read, so that they are not taken for typing mistakes.
    ///   - review: what probes find wrong in a tenant that the core accepts; paths are relative to the tenant.
    /// - Throws: `ConfigurationRejected` when no source or more than one is named.
    public init(
        environment: [String: String], dependencies: [String], knownExtras: [String] = [],
        review: @escaping @Sendable (Tenant) -> [ConfigurationIssue] = { _ in [] }
    ) throws(ConfigurationRejected) {
        source = try TenantSource.find(in: environment)
        self.environment = environment
        self.review = review
        decoder = TenantDecoder(
            secretReader: SecretReader(environment: environment),
            dependencies: dependencies, knownExtras: knownExtras)
    }

    /// True when the source is the environment, which a running process cannot see change.
    public var readsEnvironment: Bool {
        if case .environment = source { true } else { false }
    }

    /// Loads all tenants.
    ///
    /// - Throws: `ConfigurationRejected` when the source cannot be read or parsed, or holds no good tenant.
    public func load() throws(ConfigurationRejected) -> TenantDirectory {
        var entries: [Entry] = []
        var digest = SHA256()
        var unusable: [ConfigurationIssue] = []
        for result in try source.documents() {
            do throws(ConfigurationRejected) {
                let document = try result.get()
                digest.update(data: document.bytes)
                try entries.append(contentsOf: decode(document))
            } catch {
                unusable += error.issues
            }
        }
        entries = withoutDuplicates(entries)
        // A file that cannot be used may hold any tenant, so that everything stays as it is; all issues are told.
        guard unusable.isEmpty else { throw ConfigurationRejected(unusable + entries.flatMap(\.issues)) }
        for secret in entries.flatMap({ $0.tenant?.secrets ?? [] }) {
            secret.reveal { digest.update(data: Array("\($0.utf8.count):\($0)".utf8)) }
        }
        let tenants = entries.compactMap(\.tenant)
        var issues = entries.flatMap(\.issues)
        let (defaultTenant, issue) = findDefault(among: entries)
        if let issue { issues.append(issue) }
        let paths = entries.filter { $0.tenant != nil }.map(\.path)
        let ids = tenants.map(\.id)
        issues += IsolationReview().findings(among: tenants).map { $0.issue(ids: ids, path: { paths[$0] }) }
        guard !tenants.isEmpty else { throw ConfigurationRejected(issues.isEmpty ? [emptySource] : issues) }
        return TenantDirectory(
            tenants: tenants,
            rejected: entries.filter { $0.tenant == nil }.map { TenantDirectory.Rejected(path: $0.path, id: $0.id, issues: $0.issues) },
            issues: issues, defaultTenant: defaultTenant,
            digest: digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(),
            source: source.name)
    }

    /// SHA-256 over what can be read of the source now, in hexadecimal: names a configuration that was rejected.
    public func sourceDigest() -> String {
        var digest = SHA256()
        for case .success(let document) in (try? source.documents()) ?? [] { digest.update(data: document.bytes) }
        return digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// One entry of the configuration, good or bad.
    private struct Entry {
        var path: String
        var id: TenantID?
        var tenant: Tenant?
        var issues: [ConfigurationIssue]
    }

    private func decode(_ document: TenantSource.Document) throws(ConfigurationRejected) -> [Entry] {
        let value: JSONValue
        do {
            value = try JSONValue.parse(document.bytes)
        } catch {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: "\(document.path):\(error.line):\(error.column)", problem: error.problem,
                    fix: "Mend the JSON there.")
            ])
        }
        if case .object = value, !readsEnvironment {
            return [entry(value, at: document.path)]
        }
        guard let elements = value.elements else {
            throw ConfigurationRejected([
                ConfigurationIssue(
                    path: document.path, problem: "is \(value.kind), not an array of tenants",
                    fix: "Put the tenants between [ and ].")
            ])
        }
        return elements.enumerated().map { entry($1, at: "\(document.path)[\($0)]") }
    }

    private func entry(_ value: JSONValue, at path: String) -> Entry {
        guard let object = value.object else {
            let issue = ConfigurationIssue(
                path: path, problem: "is \(value.kind), not a tenant", fix: "Write an object with tenant_id, name, …")
            return Entry(path: path, id: nil, tenant: nil, issues: [issue])
        }
        var (tenant, issues) = decoder.decode(object, at: path)
        let reviewed = (tenant.map(review) ?? []).map { issue in
            ConfigurationIssue(issue.severity, path: "\(path).\(issue.path)", problem: issue.problem, fix: issue.fix)
        }
        if reviewed.contains(where: { $0.severity == .error }) { tenant = nil }
        issues += reviewed
        return Entry(path: path, id: object["tenant_id"]?.text.flatMap { TenantID($0) }, tenant: tenant, issues: issues)
    }

    /// Rejects all bearers of an id that occurs twice: which of them is meant cannot be known.
    private func withoutDuplicates(_ entries: [Entry]) -> [Entry] {
        let paths = Dictionary(grouping: entries.filter { $0.id != nil }, by: { $0.id })
        return entries.map { entry in
            guard let id = entry.id, let bearers = paths[id], bearers.count > 1 else { return entry }
            let others = bearers.map(\.path).filter { $0 != entry.path }.prefix(3).joined(separator: ", ")
            var bad = entry
            bad.tenant = nil
            bad.issues.append(
                ConfigurationIssue(
                    path: "\(entry.path).tenant_id", problem: "\(id) is also the id of \(others)",
                    fix: "Give each tenant an id of its own; until then none of them is watched."))
            return bad
        }
    }

    private func findDefault(among entries: [Entry]) -> (TenantID?, ConfigurationIssue?) {
        guard let text = environment["DEFAULT_TENANT_ID"], !text.isEmpty else { return (nil, nil) }
        let id = TenantID(text)
        // A bad entry may be kept from an earlier load, and then is the default still.
        if let id, entries.contains(where: { $0.tenant?.id == id }) { return (id, nil) }
        let isRejected = entries.contains { $0.id == id }
        let suggestion = nearest(to: text, among: entries.compactMap { $0.tenant?.id.rawValue }).map { "Did you mean \"\($0)\"?" }
        let issue = ConfigurationIssue(
            path: "DEFAULT_TENANT_ID", problem: "names no tenant of \(source.name)",
            fix: suggestion ?? "Set it to the id of a good tenant, or leave it out for the first one.")
        return (isRejected ? id : nil, issue)
    }

    private var emptySource: ConfigurationIssue {
        ConfigurationIssue(path: source.name, problem: "holds no tenant", fix: "Add at least one tenant.")
    }
}

extension TenantLoader: CustomReflectable {
    /// Without the environment, which may hold anything.
    public var customMirror: Mirror { Mirror(self, children: ["source": source.name], displayStyle: .struct) }
}
