internal import TenantCore

/// Reads what the settings change about rules.
struct RuleReader {
    private static let durations: ClosedRange<Duration> = .zero ... .seconds(24 * 3600)

    /// The rules as `rules` of the settings changes them.
    func read(_ reader: inout ObjectReader) -> RuleBook {
        var overrides: [String: RuleOverride] = [:]
        var tenants: [TenantID: [String: RuleOverride]] = [:]
        _ = reader.nested("rules") { reader -> Bool? in
            for rule in known(&reader) {
                overrides[rule.name] = reader.nested(rule.name) { reader in
                    let change = read(rule, &reader)
                    for (tenant, change) in readTenants(rule, &reader) { tenants[tenant, default: [:]][rule.name] = change }
                    return change
                }
            }
            return true
        }
        return RuleBook(overrides: overrides, tenants: tenants)
    }

    private func known(_ reader: inout ObjectReader) -> [AlertRule] {
        let names = RuleBook().names
        return reader.object.keys.compactMap { name in
            guard let rule = AlertRule.all.first(where: { $0.name == name }) else {
                _ = reader.has(name)
                let fix = nearest(to: name, among: names).map { "Did you mean \"\($0)\"?" } ?? "See docs/rules.md for all rules."
                reader.note(name, "is not a rule", fix: fix)
                return nil
            }
            return rule
        }
    }

    private func read(_ rule: AlertRule, _ reader: inout ObjectReader) -> RuleOverride {
        let change = RuleOverride(
            severity: reader.choice("severity"), hold: reader.duration("hold", in: Self.durations),
            recovery: reader.duration("recovery", in: Self.durations), threshold: reader.duration("threshold", in: Self.durations),
            isEnabled: reader.boolean("enabled"), runbook: reader.string("runbook"))
        if change.threshold != nil, rule.threshold == nil {
            reader.note("threshold", "is given, but \(rule.name) compares with nothing", fix: "Remove it.")
        }
        return change
    }

    private func readTenants(_ rule: AlertRule, _ reader: inout ObjectReader) -> [(TenantID, RuleOverride)] {
        guard reader.has("tenants") else { return [] }
        guard rule.isAboutTenants else {
            reader.note("tenants", "is given, but \(rule.name) is about the agent", fix: "Remove it.")
            return []
        }
        return reader.nested("tenants") { reader -> [(TenantID, RuleOverride)]? in
            let names = reader.object.keys
            return names.compactMap { name in
                guard let tenant = TenantID(name) else {
                    _ = reader.has(name)
                    reader.note(name, TenantID.problem(with: name) ?? "is not a tenant id", fix: "Write the tenant_id of a tenant.")
                    return nil
                }
                return reader.nested(name) { (tenant, read(rule, &$0)) }
            }
        } ?? []
    }
}

extension AlertRule {
    /// False for a rule about the agent itself.
    var isAboutTenants: Bool {
        if case .agent = condition { false } else { true }
    }
}
