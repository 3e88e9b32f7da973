internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// What takes one place in the writer's queue: an entry, or everything that a plan changes, however many tenants it has.
enum AuditNote: Sendable {
    case entry(AuditEntry)
    case tenants([(event: AuditEntry.Event, tenant: TenantID)], time: Date)
}

extension AuditNote {
    /// What a new plan changes, tenant by tenant: first those that it adds or changes, then those that it removes.
    init(_ change: PlanChange) {
        let (present, previous) = (change.plan.directory, change.previous)
        let taken = present.tenants.compactMap { tenant -> (AuditEntry.Event, TenantID)? in
            guard let old = previous?[tenant.id] else { return (.tenantAdded, tenant.id) }
            return old == tenant ? nil : (.tenantChanged, tenant.id)
        }
        let removed = (previous?.tenants ?? []).map(\.id).filter { present[$0] == nil }
        self = .tenants(taken + removed.map { (.tenantRemoved, $0) }, time: .now)
    }
}

extension AuditNote: RandomAccessCollection {
    var startIndex: Int { 0 }

    var endIndex: Int {
        switch self {
        case .entry: 1
        case .tenants(let changes, _): changes.count
        }
    }

    /// Made only when it is asked for: the entries of a hundred thousand tenants would be large.
    subscript(position: Int) -> AuditEntry {
        switch self {
        case .entry(let entry): return entry
        case .tenants(let changes, let time):
            var entry = AuditEntry(changes[position].event, tenant: changes[position].tenant)
            entry.time = time
            return entry
        }
    }
}
