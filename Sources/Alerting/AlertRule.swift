public import Checking

/// A reason to tell somebody.
public struct AlertRule: Sendable, Equatable {
    /// The value of the `alertname` label.
    public var name: String
    /// `critical`, `warning` or `info`.
    public var severity: String
    /// The status that makes it fire; every other status but `unknown` resolves it.
    public var status: Status
    /// Where to read what to do: one heading for each rule.
    public var runbook: String

    /// A tenant's dependency is down.
    public static let dependencyDown = AlertRule(
        name: "TenantwatchDependencyDown", severity: "critical", status: .down,
        runbook: "docs/runbook.md#tenantwatchdependencydown")
}
