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
    ///   - review: what probes find wrong in a tenant that the core accepts; paths are relative to the tenant. An error at
    ///     a key like `mongo_…` leaves that dependency unchecked.
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
    /// - Parameter previous: what holds now; what cannot be read is kept from it.
    /// - Throws: `ConfigurationRejected` when nothing of the source can be read as tenants, or it holds none.
    public func load(after previous: TenantDirectory? = nil) throws(ConfigurationRejected) -> TenantDirectory {
        let contents = try read()
        let entries = Self.withoutDuplicates(contents.entries)
        var digest = contents.digest
        for secret in entries.flatMap({ $0.tenant?.secrets ?? [] }) {
            secret.reveal { digest.update(data: Array("\($0.utf8.count):\($0)".utf8)) }
        }
        let tenants = entries.compactMap(\.tenant)
        var issues = contents.issues + entries.flatMap(\.issues)
        let (defaultTenant, issue) = findDefault(among: entries)
        if let issue { issues.append(issue) }
        let paths = entries.filter { $0.tenant != nil }.map(\.path)
        let ids = tenants.map(\.id)
        issues += IsolationReview().findings(among: tenants).map { $0.issue(ids: ids, path: { paths[$0] }) }
        let origins = entries.compactMap { entry in entry.tenant.map { ($0.id, entry.origin) } }
        let loaded = TenantDirectory(
            tenants: tenants, rejected: contents.rejected + entries.filter { $0.tenant == nil }.map(\.rejected), issues: issues,
            defaultTenant: defaultTenant, digest: Self.written(digest), source: source.name,
            origins: Dictionary(origins, uniquingKeysWith: { first, _ in first }), unreadable: contents.unreadable)
        let directory = previous.map { loaded.keeping($0) } ?? loaded
        // A file that has never been readable is no reason to go on watching tenants whose own file is gone.
        let isBeingMended = previous != nil && !contents.unreadable.isEmpty
        guard !entries.isEmpty || !directory.tenants.isEmpty || isBeingMended else {
            throw ConfigurationRejected(contents.issues.isEmpty ? [emptySource] : contents.issues)
        }
        return directory
    }

    /// SHA-256 over what can be read of the source now, in hexadecimal: names a configuration that was rejected.
    public func sourceDigest() -> String {
        var digest = SHA256()
        for document in (try? source.documents()) ?? [] { document.add(to: &digest) }
        return Self.written(digest)
    }

    private static func written(_ digest: SHA256) -> String {
        digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension TenantLoader {
    /// One entry of the configuration, good or bad.
    private struct Entry {
        var path: String
        /// The file or variable that it stands in.
        var origin: String
        var id: TenantID?
        /// Whether the id was found in what is not JSON, so that it names the entry and rejects no other.
        var isGuessed = false
        /// The id as it is written, fit to be shown.
        var name: String?
        var tenant: Tenant?
        var issues: [ConfigurationIssue]
        var breaksGuide = false

        var rejected: TenantDirectory.Rejected {
            TenantDirectory.Rejected(path: path, id: id, name: name, issues: issues, breaksGuide: breaksGuide)
        }
    }

    /// What the texts of the source hold.
    private struct Contents {
        var entries: [Entry] = []
        /// What belongs to no entry.
        var issues: [ConfigurationIssue] = []
        /// The tenants whose ids stand in files without entries, and such files without an id.
        var rejected: [TenantDirectory.Rejected] = []
        var unreadable: [String: ConfigurationIssue] = [:]
        var digest = SHA256()
    }

    private func read() throws(ConfigurationRejected) -> Contents {
        var contents = Contents()
        for document in try source.documents() {
            document.add(to: &contents.digest)
            do throws(ConfigurationIssue) {
                let bytes = try document.bytes.get()
                let parts = try TenantDocument(bytes, path: document.path, takesOne: !readsEnvironment)
                contents.issues += parts.issues
                contents.entries += parts.entries.flatMap { decode($0, origin: document.path) }
            } catch {
                note(error, of: document, in: &contents)
            }
        }
        guard source.hasParts || contents.unreadable.isEmpty else { throw ConfigurationRejected(contents.issues) }
        return contents
    }

    /// Takes that a file has no entries that can be told apart.
    private func note(_ problem: ConfigurationIssue, of document: TenantSource.Document, in contents: inout Contents) {
        let ids = (try? document.bytes.get()).map { TenantIDSearch.ids(inText: $0) } ?? []
        var issue = problem
        if ids.count == 1 {
            issue.tenant = ids[0].rawValue
        } else if !ids.isEmpty {
            let more = ids.count > 3 ? " and \(ids.count - 3) more" : ""
            issue.problem += "; the file holds \(ids.prefix(3).map(\.rawValue).joined(separator: ", "))\(more)"
        }
        if source.hasParts { issue.effect = ids.count == 1 ? Self.notWatched : "none of its tenants is watched" }
        contents.issues.append(issue)
        contents.unreadable[document.path] = issue
        contents.rejected += ids.map { id in
            var own = issue
            own.tenant = id.rawValue
            if source.hasParts { own.effect = Self.notWatched }
            return TenantDirectory.Rejected(path: document.path, id: id, issues: [own])
        }
        if ids.isEmpty { contents.rejected.append(TenantDirectory.Rejected(path: document.path, id: nil, issues: [issue])) }
    }

    private func decode(_ part: TenantDocument.Entry, origin: String) -> [Entry] {
        switch part.value {
        case .success(let object): return [decode(object, at: part.path, origin: origin)]
        case .failure(var issue):
            issue.effect = Self.notWatched
            guard !part.ids.isEmpty else { return [Entry(path: part.path, origin: origin, issues: [issue])] }
            return part.ids.map { id in
                issue.tenant = id.rawValue
                return Entry(path: part.path, origin: origin, id: id, isGuessed: true, name: id.rawValue, issues: [issue])
            }
        }
    }

    private func decode(_ object: JSONObject, at path: String, origin: String) -> Entry {
        let decoded = decoder.decode(object, at: path)
        var tenant = decoded.tenant
        var issues = decoded.issues
        for found in tenant.map(review) ?? [] {
            var issue = ConfigurationIssue(found.severity, path: "\(path).\(found.path)", problem: found.problem, fix: found.fix)
            let dependency = decoder.dependencies.first { found.path.hasPrefix("\($0)_") }
            if let dependency, issue.severity == .error {
                issue.effect = "\(dependency) is not checked"
                tenant?.leaveUnchecked(dependency, because: issue)
            }
            issues.append(issue)
        }
        let written = object["tenant_id"]?.text
        let name = written.flatMap { $0.isEmpty ? nil : Scrubber().scrub($0, limit: 64) }
        for index in issues.indices {
            issues[index].tenant = name
            // It would be false that one dependency alone is not checked.
            if tenant == nil, issues[index].severity == .error { issues[index].effect = Self.notWatched }
        }
        tenant?.name(issuesAfter: name)
        return Entry(
            path: path, origin: origin, id: written.flatMap { TenantID($0) }, name: name, tenant: tenant, issues: issues,
            breaksGuide: decoded.breaksGuide)
    }

    private static let notWatched = "the tenant is not watched"

    /// Rejects all bearers of an id that occurs twice: which of them is meant cannot be known.
    private static func withoutDuplicates(_ entries: [Entry]) -> [Entry] {
        let paths = Dictionary(grouping: entries.filter { $0.id != nil && !$0.isGuessed }, by: { $0.id })
        return entries.map { entry in
            guard !entry.isGuessed, let id = entry.id, let bearers = paths[id], bearers.count > 1 else { return entry }
            let others = bearers.lazy.map(\.path).filter { $0 != entry.path }.prefix(3).joined(separator: ", ")
            var bad = entry
            bad.tenant = nil
            for index in bad.issues.indices where bad.issues[index].severity == .error { bad.issues[index].effect = notWatched }
            bad.breaksGuide = true
            bad.issues.append(
                ConfigurationIssue(
                    path: "\(entry.path).tenant_id", problem: "\(id) is also the id of \(others)",
                    fix: "Give each tenant an id of its own.", tenant: id.rawValue, effect: "none of them is watched"))
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

extension Tenant {
    /// Names the tenant in what keeps its dependencies from being checked.
    fileprivate mutating func name(issuesAfter name: String?) {
        for index in notChecked.indices { notChecked[index].issue.tenant = name }
    }
}

extension TenantLoader: CustomReflectable {
    /// Without the environment, which may hold anything.
    public var customMirror: Mirror { Mirror(self, children: ["source": source.name], displayStyle: .struct) }
}
