public import FoundationEssentials

/// A status change that outlived its thresholds.
public struct Transition: Sendable, Equatable {
    public var subject: Subject
    public var backend: Backend
    public var from: Status
    public var to: Status
    /// Why, when the new status is not healthy: the failure or the first finding.
    public var cause: Finding?
    public var at: Date
    /// How long the old status held, on the monotonic clock.
    public var lasted: Duration

    public init(
        subject: Subject, backend: Backend, from: Status, to: Status, cause: Finding?, at: Date, lasted: Duration
    ) {
        self.subject = subject
        self.backend = backend
        self.from = from
        self.to = to
        self.cause = cause
        self.at = at
        self.lasted = lasted
    }
}
