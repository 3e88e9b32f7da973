/// Figures of the alerts and their delivery, read at the moment of a scrape.
public struct AlertSeries: Sendable {
    /// Of one receiver of notifications.
    public struct Receiver: Sendable {
        /// The value of the `receiver` label.
        public var name: String
        /// Notifications that were committed for it, since the start.
        public var queued: Int
        /// Attempts by outcome (`succeeded`, `failed`, `abandoned`), since the start.
        public var attempts: [String: Int]
        /// How long the oldest notification has waited; zero when none does.
        public var oldestAge: Duration

        /// A receiver's figures, as the agent reads them for one scrape.
        public init(name: String, queued: Int, attempts: [String: Int], oldestAge: Duration) {
            self.name = name
            self.queued = queued
            self.attempts = attempts
            self.oldestAge = oldestAge
        }
    }

    /// Firing alerts by rule, zeros included.
    public var firing: [String: Int]
    /// Firing alerts that nobody is told of.
    public var muted: Int
    /// Alerts that `fired` or were `resolved`, by rule, since the start.
    public var transitions: [String: [String: Int]]
    /// Silences that hold now.
    public var silences: Int
    /// Every receiver.
    public var receivers: [Receiver]

    /// By default no rules and no receivers.
    public init(
        firing: [String: Int] = [:], muted: Int = 0, transitions: [String: [String: Int]] = [:], silences: Int = 0,
        receivers: [Receiver] = []
    ) {
        self.firing = firing
        self.muted = muted
        self.transitions = transitions
        self.silences = silences
        self.receivers = receivers
    }
}
