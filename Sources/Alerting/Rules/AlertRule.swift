public import Checking

/// How soon somebody must act.
public enum Severity: String, Sendable, CaseIterable, Codable {
    case critical, warning, info
}

/// A reason to tell somebody, as data: what it watches, for how long, and where to read what to do.
public struct AlertRule: Sendable, Equatable {
    /// What a rule watches.
    public enum Condition: Sendable, Equatable {
        /// The status of each dependency of each tenant.
        case status(Status)
        /// Whether the answers of a dependency say anything about it.
        case inconclusive
        /// Something about each tenant that the configuration alone shows.
        case configuration(ConfigurationCondition)
        /// Something about this agent.
        case agent(AgentCondition)

        /// Whether a condition that comes and goes is told although it never holds long enough. Not one that is only told
        /// because it lasts.
        var mayFlap: Bool { self != .inconclusive }
    }

    /// What the configuration alone shows about a tenant.
    public enum ConfigurationCondition: String, Sendable, CaseIterable {
        /// The tenant's entry, or the whole source, cannot be used.
        case rejected
        /// The tenant shares what should be its own.
        case isolation
    }

    /// What can be wrong with the agent itself.
    public enum AgentCondition: String, Sendable, CaseIterable {
        /// Checks start late or are skipped.
        case late
        /// A full queue has lost something.
        case dropping
        /// Notifications wait long, were given up, or have a receiver that is switched off.
        case undeliverable
        /// Local evidence says that what we see is our own trouble.
        case doubt
        /// Always true: whoever stops hearing it knows that the agent is gone.
        case heartbeat
    }

    /// The value of the `alertname` label.
    public var name: String
    /// The value of the `severity` label.
    public var severity: Severity
    /// What it watches.
    public var condition: Condition
    /// How long the condition must hold before the alert fires.
    public var hold: Duration
    /// How long the condition must have ended before the alert is resolved.
    public var recovery: Duration = .zero
    /// The limit that the condition compares with, where it has one.
    public var threshold: Duration?
    /// False says nothing, whatever happens.
    public var isEnabled = true
    /// What the alert says first; `{subject}` stands for whom it is about.
    public var summary: String
    /// Where to read what to do: one heading for each rule.
    public var runbook: String

    init(
        _ name: String, _ severity: Severity, _ condition: Condition, hold: Duration = .zero, threshold: Duration? = nil, _ summary: String
    ) {
        self.name = name
        self.severity = severity
        self.condition = condition
        self.hold = hold
        self.threshold = threshold
        self.summary = summary
        runbook = "docs/runbook.md#\(name.lowercased())"
    }

    /// A tenant's dependency is down.
    public static let dependencyDown = AlertRule(
        "TenantwatchDependencyDown", .critical, .status(.down), "{subject} is down")

    /// Every rule that is built in.
    public static let all: [AlertRule] = [
        dependencyDown,
        AlertRule(
            "TenantwatchDependencyDegraded", .warning, .status(.degraded), hold: .seconds(60), threshold: .seconds(1),
            "{subject} answers, but slowly or with a finding"),
        AlertRule(
            "TenantwatchDependencyInconclusive", .warning, .inconclusive, hold: .seconds(900),
            "{subject} returns only inconclusive responses"),
        AlertRule(
            "TenantwatchConfigurationRejected", .warning, .configuration(.rejected), "the configuration of {subject} cannot be used"),
        AlertRule(
            "TenantwatchIsolationFinding", .warning, .configuration(.isolation), "{subject} shares with others what should be its own"),
        AlertRule(
            "TenantwatchAgentLate", .warning, .agent(.late), hold: .seconds(60), threshold: .seconds(1),
            "the agent checks late or skips turns"),
        AlertRule("TenantwatchAgentDropping", .warning, .agent(.dropping), "the agent has lost entries of a full queue"),
        AlertRule(
            "TenantwatchAgentUndeliverable", .critical, .agent(.undeliverable), threshold: .seconds(900),
            "the agent cannot deliver notifications"),
        AlertRule(
            "TenantwatchAgentInDoubt", .critical, .agent(.doubt), "the agent doubts itself and not the tenants"),
        AlertRule("TenantwatchHeartbeat", .info, .agent(.heartbeat), "the agent lives; its silence would be the alarm"),
    ]
}

/// What settings may change about a rule; nil leaves it as it is.
public struct RuleOverride: Sendable, Equatable {
    /// How soon somebody must act.
    public var severity: Severity?
    /// How long the condition must hold.
    public var hold: Duration?
    /// How long it must have ended.
    public var recovery: Duration?
    /// What it compares with.
    public var threshold: Duration?
    /// Whether it says anything.
    public var isEnabled: Bool?
    /// Where to read what to do.
    public var runbook: String?

    /// By default changes nothing.
    public init(
        severity: Severity? = nil, hold: Duration? = nil, recovery: Duration? = nil, threshold: Duration? = nil,
        isEnabled: Bool? = nil, runbook: String? = nil
    ) {
        self.severity = severity
        self.hold = hold
        self.recovery = recovery
        self.threshold = threshold
        self.isEnabled = isEnabled
        self.runbook = runbook
    }
}
