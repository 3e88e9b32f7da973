public import FoundationEssentials

/// What the outbox has done since the start, by receiver.
public struct OutboxFigures: Sendable, Equatable {
    /// Of one receiver.
    public struct Receiver: Sendable, Equatable {
        /// Notifications that were committed for it.
        public var queuedTotal = 0
        /// Attempts that went well.
        public var sent = 0
        /// Attempts that failed and are repeated, or belong to a heartbeat.
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
        /// Why its last attempt failed; nil when it did not.
        public var problem: String?
        /// False for one that the configuration no longer names, which still hears what was committed for it.
        public var isConfigured = true

        /// False while its last attempt failed.
        public var isHealthy: Bool { problem == nil }
    }

    /// By name, all that are configured or still hear something.
    public var receivers: [String: Receiver] = [:]
}

extension OutboxFigures.Receiver {
    /// Counts how an attempt ended.
    mutating func note(_ settlement: AlertStore.Settlement, at now: Date) {
        switch settlement {
        case .delivered:
            sent += 1
            problem = nil
        case .postponed(_, let problem, _, _):
            failed += 1
            self.problem = problem
        case .dropped(let problem):
            failed += 1
            self.problem = problem
        case .dead(let problem):
            dead += 1
            lastDeadAt = now
            self.problem = problem
        }
    }
}
