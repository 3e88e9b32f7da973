public import FoundationEssentials

/// What the outbox has done since the start, by receiver.
public struct OutboxFigures: Sendable, Equatable {
    /// Of one receiver.
    public struct Receiver: Sendable, Equatable {
        /// Notifications that were committed for it.
        public var queuedTotal = 0
        /// Attempts that went well.
        public var sent = 0
        /// Attempts that are repeated.
        public var failed = 0
        /// Notifications that were given up.
        public var dead = 0
        /// Notifications that were dropped, because too many waited and a later one says the same.
        public var dropped = 0
        /// Notifications that wait now.
        public var waiting = 0
        /// How long the oldest of them has waited; zero when none does.
        public var oldestAge = Duration.zero
        /// Why it is switched off; nil when it is not.
        public var disabledBecause: String?
        /// When a notification was last given up, since the start.
        public var lastDeadAt: Date?
        /// False while its last attempt failed.
        public var isHealthy = true
    }

    /// By name, all that are configured.
    public var receivers: [String: Receiver] = [:]

    mutating func note(_ receiver: String, _ settlement: AlertStore.Settlement, at now: Date) {
        var figures = receivers[receiver] ?? Receiver()
        switch settlement {
        case .delivered:
            figures.sent += 1
            figures.isHealthy = true
        case .postponed:
            figures.failed += 1
            figures.isHealthy = false
        case .dead:
            figures.dead += 1
            figures.lastDeadAt = now
            figures.isHealthy = false
        }
        receivers[receiver] = figures
    }
}
