/// Whether the agent takes its checks up in time. Pure: time is what it is told.
///
/// Late is an agent of whose turns more than one in a hundred starts late or is skipped, in two windows in a row: a burst, as
/// after a server of thousands has come back, is none.
public struct Punctuality: Sendable {
    /// How long turns are counted together, or longer, until there is one.
    static let window = Duration.seconds(30)
    /// After so long without any turn nothing is known any more.
    static let memory = Duration.seconds(300)

    private struct Tally: Sendable {
        var started = 0
        var late = 0
        var skipped = 0

        var isLate: Bool { late * 100 > started }
        var isSkipping: Bool { skipped * 100 > started + skipped }
    }

    private let threshold: Duration
    private var present = Tally()
    private var began: ContinuousClock.Instant?
    /// The last two that are over, the older first.
    private var complete = [Tally(), Tally()]

    /// - Parameter threshold: who starts later than this after its turn is late.
    public init(threshold: Duration) { self.threshold = threshold }

    /// Counts what was observed.
    public mutating func note(_ observations: [Observation]) {
        for observation in observations {
            if observation.outcome == .skipped {
                present.skipped += observation.turns
            } else {
                present.started += 1
                if observation.lateness > threshold { present.late += 1 }
            }
        }
    }

    /// How many turns are late or skipped; nil while the agent is in time.
    public mutating func problem(at now: ContinuousClock.Instant) -> String? {
        let age = now - (began ?? now)
        if began == nil { began = now }
        if age >= (present.started + present.skipped > 0 ? Self.window : Self.memory) {
            (complete, present, began) = ([complete[1], present], Tally(), now)
        }
        let (started, late, skipped) = complete.reduce((0, 0, 0)) { ($0.0 + $1.started, $0.1 + $1.late, $0.2 + $1.skipped) }
        if complete.allSatisfy(\.isSkipping) { return "\(skipped) of \(started + skipped) turns were skipped" }
        if complete.allSatisfy(\.isLate) { return "\(late) of \(started) checks started late" }
        return nil
    }
}
