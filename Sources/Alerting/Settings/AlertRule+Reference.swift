internal import TenantCore

extension AlertRule {
    /// The reference as a Markdown page.
    public static var markdown: String {
        let rows = all.map { rule in
            let hold = rule.hold == .zero ? "at once" : "after \(written(rule.hold))"
            let threshold = rule.threshold.map(written) ?? ""
            return "| `\(rule.name)` | \(rule.severity.rawValue) | \(rule.condition.words) | \(hold) | \(threshold) |"
        }
        return """
            # Rules

            Generated from `Sources/Alerting/Rules/AlertRule.swift` by `tenantwatch reference rules`; a test keeps it true.

            Everything here can be changed for all tenants or for one under `rules` in the settings file, see
            [alerting.md](alerting.md). [runbook.md](runbook.md) says what to do.

            | rule | severity | fires while | fires | threshold |
            | --- | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            """
    }

    /// As the settings file would write it.
    private static func written(_ duration: Duration) -> String {
        for (unit, length) in [("h", Duration.seconds(3600)), ("m", .seconds(60)), ("s", .seconds(1))] {
            let count = (duration / length).rounded(.down)
            if count >= 1, length * Int(count) == duration { return "\(Int(count))\(unit)" }
        }
        return "\(Int(duration.inSeconds * 1000))ms"
    }
}

extension AlertRule.Condition {
    /// Goes on from "fires while".
    fileprivate var words: String {
        switch self {
        case .status(let status): "a dependency of a tenant is \(status)"
        case .inconclusive: "a dependency of a tenant returns only inconclusive responses, such as requests to slow down"
        case .configuration(.rejected): "the configuration of a tenant, or all of it, cannot be used"
        case .configuration(.isolation): "a tenant shares with others what should be its own"
        case .agent(.late): "the agent checks late or skips turns"
        case .agent(.dropping): "a full queue of the agent has lost something"
        case .agent(.undeliverable): "notifications wait longer than the threshold, were given up, or have a receiver that is switched off"
        case .agent(.doubt): "local evidence says that what the agent sees is its own trouble"
        case .agent(.heartbeat): "the agent lives, if `heartbeat` is set"
        }
    }
}
