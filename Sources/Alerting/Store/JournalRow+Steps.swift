internal import Checking
internal import FoundationEssentials
internal import TenantCore

extension JournalRow {
    /// A status change.
    init(_ transition: Transition) {
        var details: JSONObject = [
            "dependency": .string(transition.subject.dependency.rawValue), "server.address": .string(transition.backend.rawValue),
            "from": .string(transition.from.rawValue), "to": .string(transition.to.rawValue),
            "lasted_seconds": .number((transition.lasted.inSeconds * 1000).rounded() / 1000),
        ]
        if let cause = transition.cause {
            details["error.type"] = .string(cause.reason.rawValue)
            details["detail"] = .string(cause.detail)
        }
        self.init(
            at: transition.at, event: .statusChanged, tenant: transition.subject.tenant, isSuccess: transition.to != .down, details: details
        )
    }

    /// What is kept of a change: that an alert fires, is resolved or begins to flap. Nobody asks later about anything else.
    static func rows(_ change: AlertChange) -> [JournalRow] {
        var events: [Event] = []
        if change.kind == .fired { events.append(.alertFired) }
        if change.kind == .resolved { events.append(.alertResolved) }
        if change.beginsToFlap { events.append(.alertFlapping) }
        return events.map { JournalRow($0, of: change.alert, at: change.at) }
    }

    private init(_ event: Event, of alert: Alert, at now: Date) {
        var details: JSONObject = [
            "alertname": .string(alert.rule), "severity": .string(alert.severity), "fingerprint": .string(alert.fingerprint),
        ]
        if let dependency = alert.subject.dependency { details["dependency"] = .string(dependency.rawValue) }
        if let backend = alert.backend { details["server.address"] = .string(backend) }
        if let reason = alert.reason { details["error.type"] = .string(reason) }
        if let resolution = alert.annotations["resolution"] { details["resolution"] = .string(resolution) }
        self.init(at: now, event: event, tenant: alert.subject.tenant, details: details)
    }

    /// A notification that now waits for its receiver.
    init(queued notification: Notification) {
        self.init(about: notification, .notificationQueued, at: notification.createdAt)
        details["kind"] = .string(notification.kind.rawValue)
        details["summary"] = .string(notification.summary)
    }

    /// One attempt.
    init(_ notification: Notification, attempt: Int, _ outcome: DeliveryOutcome, isDead: Bool, at now: Date) {
        let event: Event = outcome == .delivered ? .deliverySucceeded : isDead ? .deliveryDead : .deliveryFailed
        self.init(about: notification, event, at: now)
        details["attempt"] = .integer(attempt)
        isSuccess = outcome == .delivered
        if let problem = outcome.problem { details["detail"] = .string(problem) }
    }

    private init(about notification: Notification, _ event: Event, at now: Date) {
        let tenants = Set(notification.alerts.map(\.subject.tenant))
        // Of one alert it says which; of many the count.
        let only = notification.alerts.count == 1 && notification.truncatedCount == 0 ? notification.alerts.first : nil
        self.init(at: now, event: event, tenant: tenants.count == 1 ? tenants.first ?? nil : nil, details: [:])
        details["receiver"] = .string(notification.receiver)
        details["notification"] = .string(notification.id)
        details["status"] = .string(notification.isFiring ? "firing" : "resolved")
        details["alerts"] = .integer(notification.firingCount + notification.resolvedCount)
        if let only {
            details["fingerprint"] = .string(only.fingerprint)
            if let dependency = only.subject.dependency { details["dependency"] = .string(dependency.rawValue) }
        }
    }

    /// Somebody has tried a receiver out.
    init(tested receiver: String, problem: String?, actor: String, at now: Date) {
        self.init(at: now, event: .receiverTested, actor: actor, isSuccess: problem == nil, details: ["receiver": .string(receiver)])
        if let problem { details["detail"] = .string(problem) }
    }

    /// A silence that somebody added or ended.
    init(_ event: Event, _ silence: Silence, actor: String, at now: Date) {
        self.init(
            at: now, event: event, actor: actor,
            details: [
                "silence": .string(silence.id), "matchers": .array(silence.matchers.map { .string($0.description) }),
                "until": .string(silence.endsAt.formatted(.iso8601)), "reason": .string(silence.reason),
            ])
    }
}
