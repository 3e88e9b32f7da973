public import FoundationEssentials
public import TenantCore

extension AlertDesk {
    /// What the desk asks of the rest of the agent.
    public struct Surroundings: Sendable {
        /// What an agent can tell of itself.
        public struct Troubles: Sendable {
            /// What is wrong, by condition.
            public var problems: [AlertRule.AgentCondition: String]
            /// What an agent that has just started cannot tell yet: what it knew is gone.
            public var undecided: Set<AlertRule.AgentCondition>

            /// By default an agent that knows that it is well.
            public init(
                _ problems: [AlertRule.AgentCondition: String] = [:], undecided: Set<AlertRule.AgentCondition> = []
            ) {
                self.problems = problems
                self.undecided = undecided
            }
        }

        /// What the agent can tell of itself; asked once a second.
        public var agentTroubles: @Sendable () -> Troubles
        /// The receivers that a tenant has of its own, and whether they are all: one that cannot be read is not among them.
        public var receivers: @Sendable (Tenant) -> (receivers: [ReceiverSettings], areAll: Bool)
        /// The last step that the audit log has got; older ones may be pruned.
        public var auditedStep: @Sendable () -> Int
        /// The wall clock.
        public var now: @Sendable () -> Date

        /// By default an agent without troubles, whose tenants have no receivers and whose audit log has everything.
        public init(
            agentTroubles: @escaping @Sendable () -> Troubles = { Troubles() },
            receivers: @escaping @Sendable (Tenant) -> (receivers: [ReceiverSettings], areAll: Bool) = { _ in ([], true) },
            auditedStep: @escaping @Sendable () -> Int = { .max }, now: @escaping @Sendable () -> Date = { Date() }
        ) {
            self.agentTroubles = agentTroubles
            self.receivers = receivers
            self.auditedStep = auditedStep
            self.now = now
        }
    }
}
