internal import FoundationEssentials

/// What was seen of one rule's condition about one subject.
struct Signal: Sendable {
    /// Why the condition holds, and where.
    struct Cause: Sendable {
        var reason: String?
        var description: String?
        var remedy: String?
        var backend: String?
        var isShared = false
    }

    enum State: Sendable {
        case holds(Cause)
        case ended
        /// Nothing was seen: what is pending is forgotten, and what fires fires on.
        case unknown
    }

    var rule: AlertRule
    var subject: AlertSubject
    var state: State
    var at: Date
}
