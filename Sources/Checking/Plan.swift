public import TenantCore

/// All checks of one configuration.
public struct Plan: Sendable {
    /// The tenants that the checks are about.
    public var directory: TenantDirectory
    /// In the order of the tenants, and for each tenant in the order of the kinds.
    public var checks: [Check]

    /// The checks of every tenant of `directory`, but for the dependencies that it leaves unchecked, with each tenant's own cadences applied.
    ///
    /// Where a backend asks for courtesy, its checks' intervals are stretched so that all of them fit.
    public init(directory: TenantDirectory, kinds: [any ProbeKind], cadence: Cadence) {
        self.directory = directory
        checks = directory.tenants.flatMap { tenant in
            kinds.filter { !tenant.leavesUnchecked($0.dependency.rawValue) }.flatMap { kind in
                let own = tenant.cadences[kind.dependency.rawValue]
                let interval = own?.interval ?? cadence.interval
                // A timeout that is longer than the interval would make checks overlap.
                return kind.checks(
                    for: tenant, cadence: Cadence(interval: interval, timeout: min(own?.timeout ?? cadence.timeout, interval)))
            }
        }
        stretch()
    }

    private mutating func stretch() {
        var counts: [Backend: Int] = [:]
        for check in checks where check.spacing > .zero { counts[check.backend, default: 0] += 1 }
        for index in checks.indices where checks[index].spacing > .zero {
            let check = checks[index]
            let share = check.spacing * counts[check.backend, default: 1]
            if share > check.interval { checks[index] = check.paced(interval: share, spacing: check.spacing) }
        }
    }

    /// What must begin and end so that this plan takes the place of `old`.
    public func change(from old: Plan?) -> PlanChange {
        let before = Dictionary((old?.checks ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(checks.map(\.id))
        var change = PlanChange(plan: self, previous: old?.directory)
        for check in checks {
            guard let earlier = before[check.id] else {
                change.started.append(check)
                continue
            }
            let isSame =
                earlier.settings == check.settings && earlier.interval == check.interval
                && earlier.timeout == check.timeout && earlier.backend == check.backend
            if !isSame { change.changed.append(check) }
        }
        change.retired = (old?.checks ?? []).map(\.id).filter { !kept.contains($0) }
        return change
    }
}

/// The difference between two plans, and the plan that now holds.
public struct PlanChange: Sendable {
    /// What now holds.
    public var plan: Plan
    /// The tenants that were watched before; nil at the start.
    public var previous: TenantDirectory?
    /// Checks that begin now.
    public var started: [Check] = []
    /// Checks that go on with other settings; their history stays.
    public var changed: [Check] = []
    /// Checks that end now; an answer that is still out no longer counts.
    public var retired: [CheckID] = []
}
