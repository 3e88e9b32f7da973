internal import BlockingIO
internal import FoundationEssentials
internal import Platform
internal import TenantCore
internal import Transport

/// The dead-man's switch: says at an interval that the agent lives, so that its silence is the alarm.
final class Heartbeat: Sendable {
    private let settings: AlertingSettings.Heartbeat
    private let alert: Alert
    private let last: Guarded<ContinuousClock.Instant?> = Guarded(nil)
    private let loop = Loop("heartbeat")

    /// - Parameter rule: says how severe it is and where to read on.
    init(_ settings: AlertingSettings.Heartbeat, rule: AlertRule, startedAt: Date) {
        self.settings = settings
        let signal = Signal(rule: rule, subject: AlertSubject(), state: .unknown, at: startedAt)
        alert = AlertAuthor().entry(for: signal, labels: []).alert
    }

    /// The alert that always fires, for a receiver that is told by state; nil for all others.
    func alert(for receiver: String) -> Alert? { settings.target == .receiver(receiver) ? alert : nil }

    /// The next beat, once it is due and goes to a receiver.
    func notification(at now: Date) -> Notification? {
        guard case .receiver(let name) = settings.target else { return nil }
        let isDue = last.withLock { last in
            let instant = ContinuousClock.now
            if let last, instant - last < settings.interval { return false }
            last = instant
            return true
        }
        guard isDue else { return nil }
        let labels = ["alertname": "TenantwatchHeartbeat"]
        return Notification(
            receiver: name, kind: .heartbeat, groupKey: AlertGroup.key(labels), groupLabels: labels,
            firing: [alert], resolved: [], at: now)
    }

    /// Starts to ask the URL, if there is one.
    func start() throws(SystemFailure) {
        guard case .ping(let endpoint) = settings.target else { return }
        try loop.start { [self] in
            repeat { ping(endpoint) } while loop.wait(for: settings.interval)
        }
    }

    func stop() { loop.stop() }

    /// A ping that fails is followed by the next; whoever waits for it notices.
    private func ping(_ endpoint: ReceiverEndpoint) {
        guard var session = try? HTTPSession.open() else { return }
        let request = HTTPRequest(url: endpoint.url, target: endpoint.host, tls: endpoint.tls, bodyLimit: 256)
        _ = try? session.exchange(request, before: .now + .seconds(15))
    }
}
