public import FoundationEssentials

/// A subject whose answers say nothing about it, such as requests to slow down: that this begins, and how it ends.
public struct InconclusiveChange: Sendable, Equatable {
    /// What became of it.
    public enum State: Sendable, Equatable {
        /// The last answer was inconclusive, for this reason; the first one, or the first for another reason.
        case holds(Finding)
        /// A conclusive answer came.
        case ended
        /// Nothing comes any more, or what comes is our own fault: whether it lasts is not known.
        case unknown
    }

    /// Whose answers they are.
    public var subject: Subject
    /// The server that the subject is on.
    public var backend: Backend
    /// What became of it.
    public var state: State
    /// When the check that showed it ended, on the wall clock.
    public var at: Date

    /// A change; made by `StatusBook` alone.
    public init(subject: Subject, backend: Backend, state: State, at: Date) {
        self.subject = subject
        self.backend = backend
        self.state = state
        self.at = at
    }
}

/// Follows the outcomes of one subject and notes when only inconclusive answers come; pure.
struct InconclusiveFold: Sendable, Equatable {
    /// Why the last answers were inconclusive; nil while they are not.
    private var reason: ProbeFailure.Reason?
    private var skipsInRow = 0
    /// Whether it was said that they are, and not yet that a conclusive one came.
    private var isOpen = false

    /// Takes the next outcome; nil when nothing changes.
    mutating func absorb(_ outcome: Observation.Outcome) -> InconclusiveChange.State? {
        skipsInRow = outcome == .skipped ? skipsInRow + 1 : 0
        switch outcome {
        case .skipped: return skipsInRow >= 2 ? end(.unknown) : nil
        case .answered: return end(.ended)
        case .failed(let failure) where failure.isAttributedToAgent: return end(.unknown)
        case .failed(let failure) where failure.isUndecided:
            guard reason != failure.reason else { return nil }
            (reason, isOpen) = (failure.reason, true)
            return .holds(Finding(failure.reason, failure.detail, remedy: failure.remedy))
        case .failed: return end(.ended)
        }
    }

    private mutating func end(_ state: InconclusiveChange.State) -> InconclusiveChange.State? {
        guard state == .ended ? isOpen : reason != nil else { return nil }
        reason = nil
        if state == .ended { isOpen = false }
        return state
    }
}
