public import Checking
internal import Platform
internal import TenantCore

/// What is wrong with the agent itself, for the rules about it.
public final class AgentTroubles: ObservationSink {
    /// How long a loss is told.
    private static let lossWindow = Duration.seconds(300)

    private struct State {
        /// Nil when nobody asks.
        var punctuality: Punctuality?
        var dropped = 0
        var droppedAt: ContinuousClock.Instant?
    }

    private let state: Guarded<State>

    /// - Parameter threshold: one check of a hundred may start later than this, or not at all; nil asks nothing.
    public init(lateness threshold: Duration?) {
        state = Guarded(State(punctuality: threshold.map { Punctuality(threshold: $0) }))
    }

    /// Counts how late checks start.
    public func absorb(_ observations: [Observation]) {
        state.withLock { $0.punctuality?.note(observations) }
    }

    /// Forgets what was late once nothing is checked any more.
    public func adopt(_ change: PlanChange) {
        if change.plan.checks.isEmpty { state.withLock { $0.punctuality?.reset() } }
    }

    /// What is wrong now, and what cannot be told yet.
    ///
    /// - Parameters:
    ///   - dropped: how many entries full queues have lost since the start.
    ///   - doubt: why the agent doubts itself.
    ///   - now: the moment of asking, about once a second and never before the last one.
    public func report(dropped: Int, doubt: String?, at now: ContinuousClock.Instant) -> AlertDesk.Surroundings.Troubles {
        var troubles = AlertDesk.Surroundings.Troubles()
        troubles.problems[.doubt] = doubt
        state.withLock { state in
            troubles.problems[.late] = state.punctuality?.problem(at: now)
            if state.punctuality?.isDecided == false { troubles.undecided.insert(.late) }
            if dropped > state.dropped { (state.dropped, state.droppedAt) = (dropped, now) }
            if let at = state.droppedAt, now - at < Self.lossWindow {
                troubles.problems[.dropping] = "\(dropped) entries were lost since the start"
            }
        }
        return troubles
    }
}
