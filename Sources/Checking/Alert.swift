public import FoundationEssentials

/// A rule that fires about a subject, or has just stopped to.
public struct Alert: Sendable, Equatable {
    /// Alertmanager's FNV-1a over the sorted labels, in hexadecimal; stable over the whole incident.
    public var fingerprint: String
    /// Who and what, by name; never changes while the alert fires.
    public var labels: [String: String]
    /// Why and what to do; may differ between two notifications of one alert.
    public var annotations: [String: String]
    /// When the check that fired it ended, on the wall clock.
    public var startsAt: Date
    /// Nil while it fires.
    public var endsAt: Date?
    /// The subject it is about.
    public var subject: Subject

    /// True until it is resolved.
    public var isFiring: Bool { endsAt == nil }

    /// An alert; made by `AlertEngine` alone.
    public init(
        fingerprint: String, labels: [String: String], annotations: [String: String], startsAt: Date, endsAt: Date?,
        subject: Subject
    ) {
        self.fingerprint = fingerprint
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.subject = subject
    }
}

/// One attempt to hand one notification to one receiver.
public struct Delivery: Sendable, Equatable {
    /// How an attempt ended.
    public enum Outcome: Sendable, Equatable {
        case succeeded
        /// Another attempt follows.
        case failed(String)
        /// No attempt follows: too many were made, or the receiver refused for good.
        case abandoned(String)
    }

    /// The receiver's configured name; never its URL, which may hold secrets.
    public var receiver: String
    /// Of the alert that was handed over.
    public var fingerprint: String
    /// Whom the alert is about.
    public var subject: Subject
    /// Whether the notification said that the alert fires.
    public var isFiring: Bool
    /// Counted from 1.
    public var attempt: Int
    /// How the attempt ended.
    public var outcome: Outcome

    /// One attempt for one alert of a notification; made by the receiver.
    public init(receiver: String, alert: Alert, attempt: Int, outcome: Outcome) {
        self.receiver = receiver
        fingerprint = alert.fingerprint
        subject = alert.subject
        isFiring = alert.isFiring
        self.attempt = attempt
        self.outcome = outcome
    }
}
