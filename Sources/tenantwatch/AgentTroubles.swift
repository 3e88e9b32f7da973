internal import Alerting
internal import Checking
internal import Platform
internal import TenantCore

/// What is wrong with the agent itself, for the rules about it.
final class AgentTroubles: ObservationSink {
    /// A minute's lateness decides, and a loss is told for five.
    private static let window = Duration.seconds(60)
    private static let lossWindow = Duration.seconds(300)

    private struct State {
        /// Of this window and the one before.
        var present = Tally()
        var past = Tally()
        var began = ContinuousClock.now
        var dropped = 0
        var droppedAt: ContinuousClock.Instant?
    }

    private struct Tally {
        var checks = 0
        var late = 0
        var skipped = 0
    }

    private let threshold: Duration?
    private let state = Guarded(State())

    /// - Parameter threshold: one check of a hundred may start later than this, or not at all; nil asks nothing.
    init(lateness threshold: Duration?) { self.threshold = threshold }

    /// Counts how late checks start.
    func absorb(_ observations: [Observation]) {
        guard let threshold else { return }
        state.withLock { state in
            for observation in observations {
                if observation.outcome == .skipped {
                    state.present.skipped += observation.turns
                } else {
                    state.present.checks += 1
                    if observation.lateness > threshold { state.present.late += 1 }
                }
            }
        }
    }

    func adopt(_ change: PlanChange) {}

    /// What is wrong now.
    ///
    /// - Parameters:
    ///   - dropped: how many entries full queues have lost since the start.
    ///   - doubt: why the agent doubts itself.
    func problems(dropped: Int, doubt: String?) -> [AlertRule.AgentCondition: String] {
        var problems: [AlertRule.AgentCondition: String] = [:]
        problems[.doubt] = doubt
        let now = ContinuousClock.now
        state.withLock { state in
            if now - state.began >= Self.window {
                (state.past, state.present, state.began) = (state.present, Tally(), now)
            }
            let tally = Tally(
                checks: state.past.checks + state.present.checks, late: state.past.late + state.present.late,
                skipped: state.past.skipped + state.present.skipped)
            if tally.skipped * 100 > tally.checks + tally.skipped {
                problems[.late] = "\(tally.skipped) of \(tally.checks + tally.skipped) turns were skipped"
            } else if tally.late * 100 > tally.checks {
                problems[.late] = "\(tally.late) of \(tally.checks) checks started late"
            }
            if dropped > state.dropped { (state.dropped, state.droppedAt) = (dropped, now) }
            if let at = state.droppedAt, now - at < Self.lossWindow { problems[.dropping] = "\(dropped) entries were lost since the start" }
        }
        return problems
    }
}
