public import Checking
public import FoundationEssentials
public import TenantCore

/// Whom an alert is about: a dependency of a tenant, a whole tenant, or this agent when neither is given.
public struct AlertSubject: Hashable, Sendable, Codable {
    /// Nil when it is about the agent itself.
    public var tenant: TenantID?
    /// Nil when it is about the whole tenant.
    public var dependency: Dependency?

    /// By default the agent itself.
    public init(tenant: TenantID? = nil, dependency: Dependency? = nil) {
        self.tenant = tenant
        self.dependency = dependency
    }

    /// The subject of a check.
    public init(_ subject: Subject) {
        self.init(tenant: subject.tenant, dependency: subject.dependency)
    }
}

/// A rule that fires about a subject, or has stopped to.
public struct Alert: Sendable, Equatable, Codable {
    /// Alertmanager's FNV-1a over the sorted labels, in hexadecimal; stable over the whole incident and all of them.
    public var fingerprint: String
    /// The name of the rule, which is the label `alertname`.
    public var rule: String
    /// Whom it is about.
    public var subject: AlertSubject
    /// Who and what, by name; never changes while the alert fires, and is equal in every replica.
    public var labels: [String: String]
    /// Why and what to do; may differ between two notifications of one alert.
    public var annotations: [String: String]
    /// The server that failed, when it began; what shares a server and a reason shares a notification.
    public var backend: String?
    /// Why it fires, from a probe's static list.
    public var reason: String?
    /// Whether everybody on the backend fails alike, for the connection itself failed.
    public var isShared: Bool
    /// When what fired it was observed, on the wall clock.
    public var startsAt: Date
    /// Nil while it fires.
    public var endsAt: Date?
    /// It changes so often that it is held firing.
    public var isFlapping: Bool

    /// True until it is resolved.
    public var isFiring: Bool { endsAt == nil }
    /// `critical`, `warning` or `info`.
    public var severity: String { labels["severity"] ?? "" }

    /// Alertmanager's fingerprint: FNV-1a in 64 bits over the sorted names and values, each ended by 0xFF.
    static func fingerprint(_ labels: [String: String]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
            name.utf8.forEach(add)
            add(0xFF)
            value.utf8.forEach(add)
            add(0xFF)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What matchers and groups may ask about: every label, and `backend`, `reason` and `scope`, which are no labels.
    func value(of name: String) -> String? {
        switch name {
        case "backend": backend
        case "reason": reason
        case "scope": isShared ? "backend" : "subject"
        default: labels[name]
        }
    }
}
