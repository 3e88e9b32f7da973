extension TenantDirectory {
    /// This directory, with what `previous` knew of all that cannot be read now.
    ///
    /// A reload must not stop watching a tenant because somebody mistyped its new settings, or because its file is being
    /// written; the mistake stays among the issues, so that it is seen. A tenant that is good elsewhere is taken from there.
    public func keeping(_ previous: TenantDirectory) -> TenantDirectory {
        var (effects, merged) = mergingDependencies(of: previous)
        var kept: [Tenant] = []
        var origins = origins
        var seen = Set(tenants.map(\.id))
        func keep(_ tenant: Tenant, _ origin: String?) {
            guard seen.insert(tenant.id).inserted else { return }
            kept.append(tenant)
            origins[tenant.id] = origin
        }
        var rejected = rejected
        for index in rejected.indices {
            guard let id = rejected[index].id, let old = previous[id], self[id] == nil else { continue }
            keep(old, previous.origins[id])
            for position in rejected[index].issues.indices where rejected[index].issues[position].severity == .error {
                effects[rejected[index].issues[position]] = Self.asBefore
                rejected[index].issues[position].effect = Self.asBefore
            }
        }
        let named = Set(rejected.compactMap(\.id))
        for tenant in previous.tenants {
            guard let file = previous.origins[tenant.id], var issue = unreadable[file], self[tenant.id] == nil else { continue }
            keep(tenant, file)
            effects[issue] = issue.tenant == nil ? "its tenants are watched as before" : Self.asBefore
            issue.tenant = tenant.id.rawValue
            issue.effect = Self.asBefore
            if !named.contains(tenant.id) { rejected.append(Rejected(path: file, id: tenant.id, issues: [issue])) }
        }
        // A file without a name in it is named by the tenants that it held.
        let known = Set(rejected.filter { $0.id != nil }.map(\.path))
        rejected.removeAll { $0.name == nil && unreadable[$0.path] != nil && known.contains($0.path) }
        return TenantDirectory(
            tenants: merged + kept, rejected: rejected, issues: issues.map { $0.with(effect: effects[$0]) },
            defaultTenant: wantedDefault, digest: digest, source: source, origins: origins, unreadable: unreadable)
    }

    private static let asBefore = "the tenant is watched as before"

    private func mergingDependencies(of previous: TenantDirectory) -> (effects: [ConfigurationIssue: String], tenants: [Tenant]) {
        var effects: [ConfigurationIssue: String] = [:]
        let merged = tenants.map { tenant -> Tenant in
            guard !tenant.notChecked.isEmpty, let old = previous[tenant.id] else { return tenant }
            let (next, kept) = tenant.keepingDependencies(of: old)
            for issue in kept {
                let dependency = tenant.notChecked.first { $0.issue == issue }?.dependency ?? "the dependency"
                effects[issue] = "\(dependency) is checked as before"
            }
            return next
        }
        return (effects, merged)
    }
}

extension ConfigurationIssue {
    /// The same with another effect, unless that is nil.
    fileprivate func with(effect: String?) -> ConfigurationIssue {
        guard let effect else { return self }
        var issue = self
        issue.effect = effect
        return issue
    }
}
