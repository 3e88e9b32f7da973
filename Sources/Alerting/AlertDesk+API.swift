public import TenantCore

extension AlertDesk {
    /// Every rule as it holds for `tenant`, or for all; those that are switched off are there and say so.
    public func rules(for tenant: TenantID?) -> [AlertRule] {
        settings.rules.names.compactMap { name in
            if let rule = settings.rules.rule(name, for: tenant) { return rule }
            var rule = AlertRule.all.first { $0.name == name }
            rule?.isEnabled = false
            return rule
        }
    }
}

extension Silence {
    /// An id that no other silence has.
    public static func newID() -> String { Notification.newID("sil") }
}
