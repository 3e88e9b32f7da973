public import Checking

/// One due check on its way to a thread.
public struct Job: Sendable {
    /// What to ask.
    public var check: Check
    /// When the check should start.
    public var due: ContinuousClock.Instant

    /// A job for a check whose turn is at `due`.
    public init(check: Check, due: ContinuousClock.Instant) {
        self.check = check
        self.due = due
    }

    /// How late the check is when it starts at `instant`; zero when it starts before its turn.
    public func lateness(at instant: ContinuousClock.Instant) -> Duration { max(.zero, instant - due) }
}

/// How a job came back.
public enum Landing: Sendable {
    /// The check ended, well or not, or waited so long for a thread that it was skipped.
    case finished(Observation)
    /// The check is past its deadline and was given up; its call is still out.
    case abandoned(Observation)
    /// A call that was given up has come back; its answer was discarded.
    case returned(CheckID)
}

/// What a lane holds at one moment.
public struct LaneFigures: Sendable, Equatable {
    /// Threads inside a call, those given up included.
    public var busyThreads = 0
    /// Threads whose call was given up and has not come back.
    public var lostThreads = 0
    /// All threads that can take work.
    public var threads = 0
    /// Jobs that wait for a thread.
    public var queued = 0

    /// The figures of a lane that holds nothing.
    public init() {}
}

/// Runs checks that may block.
public protocol Lane: Sendable {
    /// Queues jobs; returns at once.
    func submit(_ jobs: [Job])
    /// What came back since the last call.
    func collect(at now: ContinuousClock.Instant) -> [Landing]
    /// What the lane holds now.
    var figures: LaneFigures { get }
}
