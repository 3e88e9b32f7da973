internal import Platform
internal import TenantCore

extension AlertDesk {
    /// Takes the receivers of the settings and those that tenants have of their own; reads files.
    func adoptReceivers(_ tenants: TenantDirectory) -> ReceiverDirectory {
        var all = settings.receivers.filter { !$0.isMirror }
        var directory = ReceiverDirectory()
        // Those that were good stay while they cannot be read. Grouped once: thousands of entries may be rejected at once.
        let before = Dictionary(grouping: receivers.withLock { $0 }.values.filter { $0.name.contains("/") }) { receiver in
            String(receiver.name.prefix { $0 != "/" })
        }
        for tenant in tenants.tenants {
            let (own, areAll) = surroundings.receivers(tenant)
            take(own, of: tenant.id, keeping: areAll ? [] : before[tenant.id.rawValue] ?? [], into: &directory, &all)
            if !areAll { directory.unreadable.insert(tenant.id) }
        }
        // One whose entry cannot be used is neither watched nor gone, and what waits for its receivers waits on.
        for id in tenants.rejected.compactMap(\.id) where tenants[id] == nil {
            take([], of: id, keeping: before[id.rawValue] ?? [], into: &directory, &all)
            directory.unreadable.insert(id)
        }
        directory.names = Set(all.map(\.name))
        directory.deafToEnds = Set(all.filter { !$0.sendsResolved }.map(\.name))
        directory.maxAlerts = all.maxAlerts
        outbox.adopt(directory, senders: Self.senders(all, externalURL: settings.externalURL, bodyLimits: bodyLimits))
        let mirrors = settings.receivers.filter(\.isMirror)
        receivers.withLock { [all] in
            $0 = Dictionary((mirrors + all).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        return directory
    }

    private func take(
        _ own: [ReceiverSettings], of tenant: TenantID, keeping old: [ReceiverSettings], into directory: inout ReceiverDirectory,
        _ all: inout [ReceiverSettings]
    ) {
        let names = Set(own.map(\.name))
        let receivers = (own + old.filter { !names.contains($0.name) }.sorted { $0.name < $1.name }).filter { !$0.isMirror }
        if !receivers.isEmpty { directory.ofTenants[tenant] = receivers.map(\.name) }
        all += receivers
    }
}
