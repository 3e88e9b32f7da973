public import FoundationEssentials

/// How one dependency of one tenant is.
public struct SubjectState: Sendable, Equatable {
    /// The server that the dependency is on.
    public var backend: Backend
    /// The worst among the subject's checks.
    public var status: Status
    /// When the status began.
    public var since: Date
    /// The last answer's failure or first finding, also while it is below the threshold; nil when all was well.
    public var cause: Finding?
    /// Nil before the first answer.
    public var lastCheckedAt: Date?
    /// Of the last answer.
    public var duration: Duration
    /// Of the last answer.
    public var phases: [Phase: Duration]
}
