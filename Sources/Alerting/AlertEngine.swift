public import Checking
public import FoundationEssentials
internal import TenantCore

/// Turns status changes into alerts; pure, without a clock or I/O.
public struct AlertEngine: Sendable {
    private let rule: AlertRule
    private var firing: [Subject: Alert] = [:]
    private var labels: [TenantID: [Tenant.Label]] = [:]

    /// An engine for which nothing fires yet.
    public init(rule: AlertRule = .dependencyDown) {
        self.rule = rule
    }

    /// How many alerts fire.
    public var firingCount: Int { firing.count }

    /// Takes one status change; an alert that fires survives `unknown`, for only an observation resolves it.
    public mutating func absorb(_ transition: Transition) -> Alert? {
        if transition.to == rule.status { return fire(transition) }
        guard transition.to != .unknown, var alert = firing.removeValue(forKey: transition.subject) else { return nil }
        alert.endsAt = transition.at
        return alert
    }

    private mutating func fire(_ transition: Transition) -> Alert? {
        let subject = transition.subject
        guard firing[subject] == nil else { return nil }
        var labels = Dictionary(
            (self.labels[subject.tenant] ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        labels["alertname"] = rule.name
        labels["severity"] = rule.severity
        labels["tenant"] = subject.tenant.rawValue
        labels["dependency"] = subject.dependency.rawValue
        let alert = Alert(
            fingerprint: Self.fingerprint(labels), labels: labels, annotations: annotations(transition),
            startsAt: transition.at, endsAt: nil, subject: subject)
        firing[subject] = alert
        return alert
    }

    private func annotations(_ transition: Transition) -> [String: String] {
        let subject = transition.subject
        var annotations = [
            "summary": "\(subject.dependency) of tenant \(subject.tenant) is \(transition.to.rawValue)",
            "backend": transition.backend.rawValue, "runbook_url": rule.runbook,
        ]
        if let cause = transition.cause {
            annotations["reason"] = cause.reason.rawValue
            annotations["description"] = cause.detail
            annotations["remedy"] = cause.remedy
        }
        return annotations
    }

    /// Takes a new plan: resolves what fires about subjects that are no longer watched.
    public mutating func adopt(_ change: PlanChange, at now: Date) -> [Alert] {
        labels = Dictionary(change.plan.directory.tenants.map { ($0.id, $0.labels) }, uniquingKeysWith: { first, _ in first })
        return Set(change.retired.map(\.subject)).compactMap { subject in
            guard var alert = firing.removeValue(forKey: subject) else { return nil }
            alert.endsAt = now
            let isWatched = change.plan.directory[subject.tenant] != nil
            alert.annotations["resolution"] = isWatched ? "dependency removed" : "tenant removed"
            return alert
        }
    }

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
}
