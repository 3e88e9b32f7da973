public import TenantCore

/// The rules that hold: those built in, as the settings change them for all tenants or for one.
public struct RuleBook: Sendable, Equatable {
    private let rules: [AlertRule]
    private let forAll: [String: RuleOverride]
    private let forTenant: [TenantID: [String: RuleOverride]]

    /// - Parameters:
    ///   - overrides: by the name of a rule, for all tenants.
    ///   - tenants: by the name of a rule, for one tenant; these count before those for all.
    public init(
        rules: [AlertRule] = AlertRule.all, overrides: [String: RuleOverride] = [:],
        tenants: [TenantID: [String: RuleOverride]] = [:]
    ) {
        self.rules = rules
        forAll = overrides
        forTenant = tenants
    }

    /// The names of all rules, in the order in which they are documented.
    public var names: [String] { rules.map(\.name) }

    /// The rules with these conditions, as they hold for `tenant`; those that are switched off are left out.
    public func rules(for tenant: TenantID?, where isWanted: (AlertRule.Condition) -> Bool) -> [AlertRule] {
        rules.filter { isWanted($0.condition) }.map { changed($0, for: tenant) }.filter(\.isEnabled)
    }

    /// The rule of this name as it holds for `tenant`; nil when there is none or it is switched off.
    public func rule(_ name: String, for tenant: TenantID?) -> AlertRule? {
        rules.first { $0.name == name }.map { changed($0, for: tenant) }.flatMap { $0.isEnabled ? $0 : nil }
    }

    private func changed(_ rule: AlertRule, for tenant: TenantID?) -> AlertRule {
        var rule = rule
        for change in [forAll[rule.name], tenant.flatMap { forTenant[$0]?[rule.name] }].compactMap({ $0 }) {
            rule.severity = change.severity ?? rule.severity
            rule.hold = change.hold ?? rule.hold
            rule.recovery = change.recovery ?? rule.recovery
            rule.threshold = change.threshold ?? rule.threshold
            rule.isEnabled = change.isEnabled ?? rule.isEnabled
            rule.runbook = change.runbook ?? rule.runbook
        }
        return rule
    }
}
