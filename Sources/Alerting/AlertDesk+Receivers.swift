internal import Platform
internal import TenantCore

extension AlertDesk {
    /// Takes the receivers of the settings and those that tenants have of their own; reads files.
    func adoptReceivers(_ tenants: TenantDirectory) -> ReceiverDirectory {
        var all = settings.receivers.filter { !$0.isMirror }
        var directory = ReceiverDirectory()
        let before = receivers.withLock { $0 }
        for tenant in tenants.tenants {
            var (own, areAll) = surroundings.receivers(tenant)
            if !areAll {
                directory.unreadable.insert(tenant.id)
                // Those that were good stay while they cannot be read, as while a secret is replaced.
                let names = Set(own.map(\.name))
                own += before.values.filter { $0.name.hasPrefix("\(tenant.id)/") && !names.contains($0.name) }.sorted { $0.name < $1.name }
            }
            own.removeAll(where: \.isMirror)
            if !own.isEmpty { directory.ofTenants[tenant.id] = own.map(\.name) }
            all += own
        }
        // One whose entry cannot be used is neither watched nor gone, and what waits for its receivers waits on.
        for entry in tenants.rejected { if let id = entry.id, tenants[id] == nil { directory.unreadable.insert(id) } }
        directory.names = Set(all.map(\.name))
        directory.deafToEnds = Set(all.filter { !$0.sendsResolved }.map(\.name))
        outbox.adopt(directory, senders: Self.senders(all, externalURL: settings.externalURL))
        let mirrors = settings.receivers.filter(\.isMirror)
        receivers.withLock { [all] in
            $0 = Dictionary((mirrors + all).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        return directory
    }
}
