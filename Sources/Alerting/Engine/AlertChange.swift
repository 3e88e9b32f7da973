internal import FoundationEssentials

/// What became of an alert.
struct AlertChange: Sendable, Equatable {
    enum Kind: String, Sendable {
        /// Its condition holds, but not for long enough yet.
        case pending
        /// Its condition ended before it fired.
        case dropped
        case fired
        case resolved
        /// It fires on, for another reason or as flapping.
        case updated
    }

    var kind: Kind
    var alert: Alert
    var at: Date
    /// Whether it has begun to flap with this.
    var beginsToFlap = false
}
