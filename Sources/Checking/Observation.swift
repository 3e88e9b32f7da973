public import FoundationEssentials

/// One finished check of one subject.
///
/// Made only by a lane or the scheduler; sinks read it and never change it.
public struct Observation: Sendable, Equatable {
    /// How a check ended.
    public enum Outcome: Sendable, Equatable {
        case answered(Reading)
        case failed(ProbeFailure)
        /// No thread was free for a whole interval: says something about us and nothing about the subject.
        case skipped
    }

    /// Which check it was.
    public var check: CheckID
    /// The server that the check asks.
    public var backend: Backend
    /// When the check ended, on the wall clock; for people and timestamps.
    public var finishedAt: Date
    /// When the check ended, on the monotonic clock; for intervals.
    public var instant: ContinuousClock.Instant
    /// From the moment a thread took the check to its answer.
    public var duration: Duration
    /// From the moment the check was due to the moment a thread took it; zero when it was taken before its turn.
    public var lateness: Duration
    /// What the subject said, or why it did not.
    public var outcome: Outcome
    /// How many turns of the cadence it stands for: more than 1 only for skipped ones.
    public var turns = 1

    /// Whether it failed as every subject on the backend would have.
    var isSharedFailure: Bool {
        if case .failed(let failure) = outcome { failure.scope != .subject } else { false }
    }

    /// An observation; made by a lane or the scheduler alone.
    public init(
        check: CheckID, backend: Backend, finishedAt: Date, instant: ContinuousClock.Instant, duration: Duration,
        lateness: Duration, outcome: Outcome
    ) {
        self.check = check
        self.backend = backend
        self.finishedAt = finishedAt
        self.instant = instant
        self.duration = duration
        self.lateness = lateness
        self.outcome = outcome
    }
}
