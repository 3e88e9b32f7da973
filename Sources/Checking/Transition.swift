public import FoundationEssentials

/// A status change that outlived its thresholds.
public struct Transition: Sendable, Equatable {
    /// Whose status changed.
    public var subject: Subject
    /// The server that the subject is on.
    public var backend: Backend
    /// The status that held until now.
    public var from: Status
    /// The status that holds now; never the same as `from`.
    public var to: Status
    /// Why, when the new status is not healthy: the failure or the first finding.
    public var cause: Finding?
    /// Whether the cause is a failure that every subject on the backend shares.
    public var isShared: Bool
    /// When the check that decided it ended, on the wall clock.
    public var at: Date
    /// How long the old status held, on the monotonic clock.
    public var lasted: Duration

    /// A transition; made by `StatusBook` alone.
    public init(
        subject: Subject, backend: Backend, from: Status, to: Status, cause: Finding?, isShared: Bool = false, at: Date, lasted: Duration
    ) {
        self.subject = subject
        self.backend = backend
        self.from = from
        self.to = to
        self.cause = cause
        self.isShared = isShared
        self.at = at
        self.lasted = lasted
    }
}
