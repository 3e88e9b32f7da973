internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// Writes what alerts say.
struct AlertAuthor: Sendable {
    /// An entry at rest whose alert says who and what.
    func entry(for signal: Signal, labels: [Tenant.Label]) -> AlertEngine.Entry {
        let alert = Alert(
            fingerprint: "", rule: signal.rule.name, subject: signal.subject, labels: [:], annotations: [:], backend: nil, reason: nil,
            isShared: false, startsAt: signal.at, endsAt: nil, isFlapping: false)
        var entry = AlertEngine.Entry(hold: 0, recovery: 0, alert: alert)
        renew(&entry, for: signal, labels: labels)
        return entry
    }

    /// Begins another incident: labels and rule are those of now, and stay as they are until it is over.
    func renew(_ entry: inout AlertEngine.Entry, for signal: Signal, labels: [Tenant.Label]) {
        let (rule, subject) = (signal.rule, signal.subject)
        // The tenant's own labels never hide who and what.
        var all = Dictionary(labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        all["alertname"] = rule.name
        all["severity"] = rule.severity.rawValue
        all["tenant"] = subject.tenant?.rawValue
        all["dependency"] = subject.dependency?.rawValue
        entry.hold = rule.hold.inSeconds
        entry.recovery = rule.recovery.inSeconds
        entry.alert.labels = all
        entry.alert.fingerprint = Alert.fingerprint(all)
        entry.alert.annotations = ["summary": rule.summary.replacing("{subject}", with: Self.name(subject)), "runbook_url": rule.runbook]
        (entry.alert.backend, entry.alert.reason, entry.alert.isShared) = (nil, nil, false)
        entry.alert.startsAt = signal.at
        entry.alert.endsAt = nil
        entry.alert.isFlapping = false
    }

    /// Says why; the backend and reason that it began with stay, so that it does not change its group on the way.
    func explain(_ alert: inout Alert, _ cause: Signal.Cause) {
        if alert.reason == nil, alert.backend == nil {
            (alert.backend, alert.reason, alert.isShared) = (cause.backend, cause.reason, cause.isShared)
        }
        alert.annotations["reason"] = cause.reason
        alert.annotations["description"] = cause.description
        alert.annotations["remedy"] = cause.remedy
        alert.annotations["backend"] = cause.backend
    }

    func describeFlapping(_ alert: inout Alert) {
        alert.annotations["flapping"] = alert.isFlapping ? "changes too often; held firing until it has been quiet for 30 minutes" : nil
    }

    /// Whom an alert is about, as summaries say it.
    static func name(_ subject: AlertSubject) -> String {
        switch (subject.tenant, subject.dependency) {
        case (let tenant?, let dependency?): "\(dependency) of tenant \(tenant)"
        case (let tenant?, nil): "tenant \(tenant)"
        case (nil, _): "tenantwatch"
        }
    }
}
