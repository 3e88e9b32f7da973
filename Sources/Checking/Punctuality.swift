/// Whether the agent takes its checks up in time. Pure: time is what it is told.
///
/// Late is an agent of whose turns more than one in a hundred starts late or is skipped, in two windows in a row: most
/// bursts, as after a server of thousands has come back, fall into one. Windows without a turn say nothing and are passed over.
public struct Punctuality: Sendable {
    /// How long turns are counted together.
    static let window = Duration.seconds(30)

    private struct Tally: Sendable {
        var started = 0
        var late = 0
        var skipped = 0

        var turns: Int { started + skipped }
        var isLate: Bool { (late + skipped) * 100 > turns }

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(started: left.started + right.started, late: left.late + right.late, skipped: left.skipped + right.skipped)
        }
    }

    private let threshold: Duration
    private var present = Tally()
    /// When the present one began.
    private var began: ContinuousClock.Instant?
    /// The last two that are over, the older first.
    private var complete = (Tally(), Tally())
    /// False until two windows with turns have said whether the agent is late; as of the last `problem(at:)`.
    public private(set) var isDecided = false

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

    /// Forgets everything: of a fleet without checks nothing is late, which is decided, for no turn would ever say so.
    public mutating func reset() {
        self = Punctuality(threshold: threshold)
        isDecided = true
    }

    /// How many turns are late or skipped; nil while the agent is in time.
    public mutating func problem(at now: ContinuousClock.Instant) -> String? {
        // It begins with its first turn, so that a burst after a long rest falls into one.
        let since = present.turns == 0 ? now : began ?? now
        began = since
        if now - since >= Self.window { (complete, present, began) = ((complete.1, present), Tally(), now) }
        // After one in time and a late one, the next says whether that is a burst.
        if complete.0.turns > 0, complete.0.isLate || !complete.1.isLate { isDecided = true }
        guard complete.0.isLate, complete.1.isLate else { return nil }
        let sum = complete.0 + complete.1
        let late = sum.late == 0 ? nil : "\(sum.late) of \(sum.started) checks started late"
        let skipped = sum.skipped == 0 ? nil : "\(sum.skipped) of \(sum.turns) turns were skipped"
        return [late, skipped].compactMap { $0 }.joined(separator: ", ")
    }
}
