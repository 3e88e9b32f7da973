internal import TenantCore

/// Everything about alerts that the settings say.
public struct AlertingSettings: Sendable, Equatable {
    /// The dead-man's switch.
    public struct Heartbeat: Sendable, Equatable {
        /// Who hears it.
        public enum Target: Sendable, Equatable {
            /// A receiver, by name.
            case receiver(String)
            /// A URL that is asked by GET.
            case ping(ReceiverEndpoint)
        }

        /// Who hears it.
        public var target: Target
        /// Between two beats.
        public var interval: Duration

        /// A switch; nothing is checked here.
        public init(target: Target, interval: Duration) {
            self.target = target
            self.interval = interval
        }
    }

    /// The rules as they hold here.
    public var rules: RuleBook
    /// Of the settings; tenants may have more of their own.
    public var receivers: [ReceiverSettings]
    /// Who hears of what.
    public var routes: RouteTable
    /// What silences what.
    public var inhibitions: [Inhibition]
    /// When what is not told.
    public var windows: [MaintenanceWindow]
    /// Nil where nobody waits for it.
    public var heartbeat: Heartbeat?
    /// Where people reach this agent, without a final slash.
    public var externalURL: String
    /// How many notifications may wait for one receiver before those that say nothing new are dropped.
    public var outboxLimit: Int

    /// By default the built-in rules and inhibition, and nobody who hears of them.
    public init(
        rules: RuleBook = RuleBook(), receivers: [ReceiverSettings] = [], routes: RouteTable = RouteTable(),
        inhibitions: [Inhibition] = [.backendDown], windows: [MaintenanceWindow] = [], heartbeat: Heartbeat? = nil,
        externalURL: String = "", outboxLimit: Int = 10_000
    ) {
        self.rules = rules
        self.receivers = receivers
        self.routes = routes
        self.inhibitions = inhibitions
        self.windows = windows
        self.heartbeat = heartbeat
        self.externalURL = externalURL
        self.outboxLimit = outboxLimit
    }
}
