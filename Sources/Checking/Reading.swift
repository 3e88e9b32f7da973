/// A step of a check: the value of the `phase` label.
public struct Phase: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// In lower case, for example `connect`.
    public let rawValue: String
    /// Takes the text as it is; every step is declared below.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The step alone.
    public var description: String { rawValue }
    /// By the order in which steps happen.
    public static func < (left: Phase, right: Phase) -> Bool { left.position ?? .max < right.position ?? .max }

    /// Looking up the host's name.
    public static let resolve = Phase(rawValue: "resolve")
    /// Establishing the TCP connection.
    public static let connect = Phase(rawValue: "connect")
    /// Negotiating TLS and verifying the certificate.
    public static let tls = Phase(rawValue: "tls")
    /// Proving who we are.
    public static let auth = Phase(rawValue: "auth")
    /// Asking and being answered.
    public static let command = Phase(rawValue: "command")

    /// Every step, in the order in which they happen; as many as `Table` has places.
    public static let all: [Phase] = [.resolve, .connect, .tls, .auth, .command]

    /// One value for each step of `all`, in its order, held in place and not behind a reference.
    public typealias Table<Value> = InlineArray<5, Value>

    /// Where it is in `all`; nil for none of these.
    public var position: Int? { Self.all.firstIndex(of: self) }
}

/// Something noteworthy about a subject that does answer; it makes the subject degraded.
public struct Finding: Sendable, Hashable {
    /// A value of the `reason` label, from the probe's static list.
    public var reason: ProbeFailure.Reason
    /// One sentence for people.
    public var detail: String
    /// What to do about it.
    public var remedy: String

    /// Made by a probe, and from a failure where that is shown as a cause.
    public init(_ reason: ProbeFailure.Reason, _ detail: String, remedy: String) {
        self.reason = reason
        self.detail = detail
        self.remedy = remedy
    }
}

/// What a subject said when it was asked.
public struct Reading: Sendable, Equatable {
    /// How long the steps took; of a kept session the steps of its last dial.
    public var phases: [Phase: Duration]
    /// The first one is shown as the cause; with none, all is well.
    public var findings: [Finding]

    /// By default a reading that knows no times and found nothing.
    public init(phases: [Phase: Duration] = [:], findings: [Finding] = []) {
        self.phases = phases
        self.findings = findings
    }
}
