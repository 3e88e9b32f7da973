/// When a status changes.
public struct Thresholds: Sendable, Equatable {
    /// Down when this many of the last `window` answers failed.
    public var failures: Int
    /// How many of the last answers count; at least `failures`, or nothing is ever down.
    public var window: Int
    /// Well again after this many answers in a row.
    public var successes: Int
    /// How soon a suspicion is checked again instead of waiting for the next turn.
    public var recheck: Duration
    /// Degraded after `failures` answers in a row that took longer; nil lets answers take their time.
    public var slow: Duration?

    /// By default down after three failures in a row, and well again after two answers.
    public init(failures: Int = 3, window: Int = 3, successes: Int = 2, recheck: Duration = .seconds(1), slow: Duration? = nil) {
        self.failures = failures
        self.window = window
        self.successes = successes
        self.recheck = recheck
        self.slow = slow
    }
}

/// Folds the outcomes of one check into a status; pure, so that page, audit log and alerts agree.
public struct StatusFold: Sendable, Equatable {
    /// What one outcome led to.
    public struct Step: Sendable, Equatable {
        /// The status after the outcome.
        public var status: Status
        /// True when only another answer can settle the matter, so that it should be asked for soon.
        public var isSuspicious: Bool
    }

    /// The status after the last outcome.
    public private(set) var status: Status = .unknown
    private let thresholds: Thresholds
    /// The last answers, oldest first; true is a failure.
    private var answers: [Bool] = []
    private var successesInRow = 0
    private var skipsInRow = 0
    /// Survives `unknown`: a subject that was down is well only after the full number of successes.
    private var wasDown = false
    private var slowInRow = 0
    /// Since when answers have failed without a success between them.
    private var failingSince: ContinuousClock.Instant?

    /// A fold that has seen nothing yet.
    public init(thresholds: Thresholds) {
        self.thresholds = thresholds
    }

    /// Takes the next outcome.
    ///
    /// - Parameter duration: how long the answer took.
    public mutating func absorb(
        _ outcome: Observation.Outcome, at instant: ContinuousClock.Instant, duration: Duration = .zero
    ) -> Step {
        switch outcome {
        case .skipped:
            skipsInRow += 1
            if skipsInRow >= 2 { status = .unknown }
            return Step(status: status, isSuspicious: false)
        case .failed(let failure):
            skipsInRow = 0
            if failure.isDoubted { status = .unknown }
            if failure.isUndecided { return Step(status: status, isSuspicious: false) }
            return fail(failure, at: instant)
        case .answered(let reading):
            skipsInRow = 0
            return succeed(reading, after: duration)
        }
    }

    private mutating func fail(_ failure: ProbeFailure, at instant: ContinuousClock.Instant) -> Step {
        remember(true)
        (successesInRow, slowInRow) = (0, 0)
        let since = failingSince ?? instant
        failingSince = since
        let isMet = answers.count { $0 } >= thresholds.failures
        if isMet, instant - since >= failure.holdsFor {
            status = .down
            wasDown = true
        } else if wasDown {
            status = .down
        }
        return Step(status: status, isSuspicious: status != .down)
    }

    /// Whether the last answers were late, each of them.
    public var isSlow: Bool { slowInRow >= thresholds.failures }

    private mutating func succeed(_ reading: Reading, after duration: Duration) -> Step {
        slowInRow = thresholds.slow.map { duration > $0 } == true ? slowInRow + 1 : 0
        remember(false)
        successesInRow += 1
        failingSince = nil
        let well: Status = reading.findings.isEmpty && !isSlow ? .healthy : .degraded
        if wasDown, successesInRow < thresholds.successes { return Step(status: status, isSuspicious: true) }
        if wasDown { answers = answers.map { _ in false } }  // Failures of an incident that is over are not counted again.
        wasDown = false
        status = well
        return Step(status: status, isSuspicious: false)
    }

    private mutating func remember(_ isFailure: Bool) {
        answers.append(isFailure)
        if answers.count > thresholds.window { answers.removeFirst() }
    }
}
