public import TenantCore

/// Asks one subject whether it is well.
public protocol Probe: Sendable {
    /// Performs one check and returns by `deadline` whatever the target does.
    ///
    /// Runs on a lane's own thread and may block there.
    ///
    /// - Parameter deadline: the instant after which the answer no longer counts.
    /// - Returns: what a healthy target reported.
    /// - Throws: `ProbeFailure`, the only way for a check to go badly.
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading
}

/// The name of a check, unique over all kinds: the value of the `check` label.
public struct CheckName: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// In lower case, its dependency first, for example `redis_liveness`.
    public let rawValue: String
    /// Takes the name as it is; each kind of probe declares its own.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The name alone.
    public var description: String { rawValue }
}

/// What tells one check from every other.
public struct CheckID: Hashable, Comparable, Sendable {
    /// Whom the check is about.
    public var subject: Subject
    /// Which of the subject's checks it is.
    public var name: CheckName

    /// The check of this name and subject, whether or not it is planned.
    public init(subject: Subject, name: CheckName) {
        self.subject = subject
        self.name = name
    }

    /// By tenant, dependency and name: the same order in every process.
    public static func < (left: CheckID, right: CheckID) -> Bool {
        (left.subject.tenant, left.subject.dependency, left.name.rawValue)
            < (right.subject.tenant, right.subject.dependency, right.name.rawValue)
    }
}

/// One question that is asked on a cadence about a subject.
///
/// A class, because each turn hands it from the plan to the timeline, a backend's gate and a lane: a reference is
/// copied in no time, and the dozen values of a check are not.
public final class Check: Sendable {
    /// What tells it from every other check of a plan.
    public let id: CheckID
    /// The server that it asks.
    public let backend: Backend
    /// Between the starts of two turns.
    public let interval: Duration
    /// From the moment a thread takes the check.
    public let timeout: Duration
    /// The least distance between two starts at the same backend; zero where it needs no such courtesy.
    public let spacing: Duration
    /// Equal for checks that verify certificates alike, so that they may share a failure of TLS.
    public let trust: String
    /// Equal for two versions of a check that a reload need not touch; never shown.
    public let settings: Secret
    /// Asks the question; the same one at every turn.
    public let probe: any Probe

    /// A check; made by its `ProbeKind`. By default its backend needs no courtesy.
    public init(
        id: CheckID, backend: Backend, interval: Duration, timeout: Duration, spacing: Duration = .zero,
        trust: String = "", settings: Secret, probe: any Probe
    ) {
        self.id = id
        self.backend = backend
        self.interval = interval
        self.timeout = timeout
        self.spacing = spacing
        self.trust = trust
        self.settings = settings
        self.probe = probe
    }

    /// The same check at another pace.
    public func paced(interval: Duration, spacing: Duration) -> Check {
        Check(
            id: id, backend: backend, interval: interval, timeout: timeout, spacing: spacing, trust: trust, settings: settings,
            probe: probe)
    }
}

/// How often to check, unless a tenant says otherwise.
public struct Cadence: Sendable, Equatable {
    /// Between the starts of two turns.
    public var interval: Duration
    /// From the moment a thread takes the check; a plan cuts it to the interval.
    public var timeout: Duration

    /// A cadence of these two times; neither is checked here.
    public init(interval: Duration, timeout: Duration) {
        self.interval = interval
        self.timeout = timeout
    }
}

/// One kind of dependency: how a tenant's settings become checks. The executable's list holds one of each.
public protocol ProbeKind: Sendable {
    /// The value of the `dependency` label, and the name before `_interval` and `_timeout`.
    var dependency: Dependency { get }
    /// The names of its checks and all reasons for which they can fail, for zeroed metrics and the documentation.
    var catalogue: [CheckName: [ProbeFailure.Reason]] { get }
    /// Keys of a tenant's extras that this kind reads.
    var extraKeys: [String] { get }
    /// How many sessions are open, kept for the next check or in use.
    var openSessions: Int { get }
    /// What only this kind can find wrong in a tenant's settings.
    func issues(with tenant: Tenant) -> [ConfigurationIssue]
    /// The checks of one tenant; none when the tenant has no such dependency. Does no I/O.
    func checks(for tenant: Tenant, cadence: Cadence) -> [Check]
}

extension ProbeKind {
    /// None: most kinds read only what the core reads for them.
    public var extraKeys: [String] { [] }
    /// 0, for a kind that dials anew for every check.
    public var openSessions: Int { 0 }
    /// None: most kinds accept whatever the core accepts.
    public func issues(with tenant: Tenant) -> [ConfigurationIssue] { [] }
}
