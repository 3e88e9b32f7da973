/// A failed check: a bounded reason for machines, one scrubbed sentence and a remedy for people.
public struct ProbeFailure: Error, Equatable, Sendable {
    /// A value of the `reason` label; each probe declares its few as static members.
    public struct Reason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// In lower case with `_` between words, for example `certificate_expired`.
        public let rawValue: String
        /// Takes the text as it is, which must not come from an answer: the label's values are counted in advance.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The reason alone.
        public var description: String { rawValue }
    }

    /// Who else would have got the same answer.
    public enum Scope: Sendable {
        /// Only this subject, as far as we know.
        case subject
        /// Every subject on the backend: the connection itself failed, before authentication.
        case backend
        /// Every subject on the backend that verifies certificates alike.
        case trust
    }

    /// A `retryAfter` counts up to this: a subject must not stay unwatched for a day because a server asks for it.
    public static let longestRetryAfter = Duration.seconds(3600)

    /// The step that failed.
    public var reason: Reason
    /// Names the host and the step, never a credential; for logs, pages and alerts, never for labels.
    public var detail: String
    /// What to do about it.
    public var remedy: String
    /// Whether the failure is shared with other subjects of the backend.
    public var scope: Scope
    /// How long the failure must persist before it counts, as an election does.
    public var holdsFor: Duration
    /// True when the answer says nothing about the subject, such as a request to slow down.
    public var isUndecided: Bool
    /// How long the server asks us to wait before the next check of the subject; nil when it does not say. Of the whole
    /// backend where the failure's scope is not the subject alone. Never negative, and an hour at most.
    public private(set) var retryAfter: Duration?
    /// What it says about ourselves; nil when it says nothing.
    public var evidence: LocalEvidence?
    /// True once we doubt ourselves rather than the subject; set by `SelfDoubt` alone.
    public internal(set) var isDoubted = false
    /// Whether a limit of ours kept the check from being made, such as that of connections to one server.
    public var isLocalLimit = false
    /// The steps that went well before.
    public var phases: [Phase: Duration]

    /// By default a failure of this subject alone that counts at once.
    public init(
        _ reason: Reason, _ detail: String, remedy: String, scope: Scope = .subject, holdsFor: Duration = .zero,
        isUndecided: Bool = false, retryAfter: Duration? = nil, evidence: LocalEvidence? = nil, phases: [Phase: Duration] = [:]
    ) {
        self.reason = reason
        self.detail = detail
        self.remedy = remedy
        self.scope = scope
        self.holdsFor = holdsFor
        self.isUndecided = isUndecided
        self.retryAfter = retryAfter.map { min(max($0, .zero), Self.longestRetryAfter) }
        self.evidence = evidence
        self.phases = phases
    }
}

extension ProbeFailure {
    /// Whether the failure, inconclusive as it is, is the agent's own and not the server's.
    public var isAttributedToAgent: Bool { isDoubted || isLocalLimit || (isUndecided && evidence != nil) }
}

extension ProbeFailure.Reason {
    /// Not answered in time.
    public static let timeout = ProbeFailure.Reason(rawValue: "timeout")
    /// The other side closed or reset the connection.
    public static let disconnected = ProbeFailure.Reason(rawValue: "disconnected")
    /// Answered several times in a row, but later than the threshold; a finding.
    public static let slow = ProbeFailure.Reason(rawValue: "slow")
    /// The answer was not of the protocol.
    public static let garbage = ProbeFailure.Reason(rawValue: "protocol_error")
}

extension ProbeFailure {
    /// The check was not answered by its deadline.
    ///
    /// - Parameter target: the endpoint, without credentials.
    public static func timeout(_ target: String, during phase: Phase, scope: Scope = .subject) -> ProbeFailure {
        ProbeFailure(
            .timeout, "\(target) did not answer in time (\(phase))",
            remedy: "See whether the server is overloaded or frozen, and whether a firewall drops packets.", scope: scope)
    }

    /// The connection ended in the middle of a check.
    public static func disconnected(_ target: String) -> ProbeFailure {
        ProbeFailure(
            .disconnected, "\(target) closed the connection before it answered",
            remedy: "Read the server's log: it may be restarting, out of connections, or expecting TLS.")
    }

    /// The answer could not be understood.
    public static func garbage(_ target: String, _ what: String) -> ProbeFailure {
        ProbeFailure(
            .garbage, "\(target) answered something else than \(what)",
            remedy: "See whether the port belongs to another service, or whether one side expects TLS and the other does not.")
    }
}
