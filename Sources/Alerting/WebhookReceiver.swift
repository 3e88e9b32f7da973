internal import BlockingIO
public import Checking
internal import Platform
public import TenantCore
internal import Transport

/// Somebody who is told of alerts by HTTP POST.
public struct WebhookTarget: Sendable {
    /// Shown in metrics, logs and the audit log; the URL never is, for it may hold a token.
    public var name: String
    /// Where notifications are posted, by `http://` or `https://`.
    public var url: Secret
    /// The URL's host and port, for messages.
    public var host: String

    /// A target from a URL that was parsed before; nothing is checked here.
    public init(name: String, url: Secret, host: String) {
        self.name = name
        self.url = url
        self.host = host
    }
}

/// Hands alerts to one webhook in order, with a queue and a thread of its own, so that it delays nobody else.
public final class WebhookReceiver: AlertSink {
    /// Why an attempt did not succeed.
    private struct Failure: Error {
        var isRetryable: Bool
        var detail: String
        var retryAfter: Duration?
    }

    private static let deadline = Duration.seconds(15)
    private static let attempts = 10
    private static let longestPause = Duration.seconds(60)
    private static let capacity = 65_536
    /// How many alerts one notification may hold.
    private static let batch = 100

    private let target: WebhookTarget
    private let externalURL: String
    private let sinks: [any DeliverySink]
    private let mailbox = Mailbox<Alert>(capacity: capacity)
    private let worker = Guarded<Worker?>(nil)
    private let lastSucceeded = Guarded(true)

    /// Starts the receiver's thread.
    ///
    /// - Parameters:
    ///   - externalURL: where people reach this agent, without a final slash.
    ///   - sinks: are told of every attempt.
    public init(_ target: WebhookTarget, externalURL: String, sinks: [any DeliverySink]) {
        self.target = target
        self.externalURL = externalURL
        self.sinks = sinks
        let started = Worker(name: target.name) { [self] in work() }
        worker.withLock { $0 = started }
    }

    /// Queues alerts and returns at once; what does not fit is dropped and counted.
    public func absorb(_ alerts: [Alert]) { mailbox.post(alerts) }

    /// The target's name, as metrics and logs show it.
    public var name: String { target.name }
    /// False while the last attempt failed.
    public var isHealthy: Bool { lastSucceeded.withLock { $0 } }
    /// How many alerts wait; those of a delivery under way do not count.
    public var queuedCount: Int { mailbox.count }
    /// How many alerts were not taken since the start, because the queue was full or closed.
    public var droppedCount: Int { mailbox.droppedCount }

    /// Takes no more, tries what waits once more, and ends; false when that takes too long.
    public func close(within time: Duration) -> Bool {
        mailbox.close()
        return worker.withLock { $0 }?.join(within: time) ?? true
    }

    private func work() {
        while let alerts = mailbox.take() {
            for notification in Self.split(alerts) { deliver(notification) }
        }
    }

    /// Notifications in order, none of which says two things of one alert.
    private static func split(_ alerts: [Alert]) -> [[Alert]] {
        var notifications: [[Alert]] = []
        var seen: Set<String> = []
        for alert in alerts {
            let isNew = seen.insert(alert.fingerprint).inserted
            if isNew, let last = notifications.last, last.count < batch {
                notifications[notifications.count - 1].append(alert)
            } else {
                notifications.append([alert])
                seen = [alert.fingerprint]
            }
        }
        return notifications
    }

    private func deliver(_ alerts: [Alert]) {
        var pause = Duration.seconds(1)
        for attempt in 1...Self.attempts {
            do throws(Failure) {
                try post(alerts)
                return report(alerts, attempt, .succeeded)
            } catch {
                let isLast = !error.isRetryable || attempt == Self.attempts || mailbox.isClosed
                report(alerts, attempt, isLast ? .abandoned(error.detail) : .failed(error.detail))
                if isLast { return }
                mailbox.pause(for: min(max(pause, error.retryAfter ?? .zero), Self.longestPause))
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private func report(_ alerts: [Alert], _ attempt: Int, _ outcome: Delivery.Outcome) {
        lastSucceeded.withLock { $0 = outcome == .succeeded }
        for alert in alerts {
            let delivery = Delivery(receiver: target.name, alert: alert, attempt: attempt, outcome: outcome)
            for sink in sinks { sink.absorb(delivery) }
        }
    }

    private func post(_ alerts: [Alert]) throws(Failure) {
        let body = WebhookBody(receiver: target.name, externalURL: externalURL, alerts: alerts).json.serialized
        let request = HTTPRequest(
            url: target.url, target: target.host, body: body, headers: ["Content-Type: application/json", "Expect:"], bodyLimit: 256)
        let time = mailbox.isClosed ? Duration.seconds(2) : Self.deadline
        let response: HTTPResponse
        do throws(ProbeFailure) {
            var session = try HTTPSession.open()
            response = try session.exchange(request, before: .now + time)
        } catch {
            throw Failure(isRetryable: error.reason != .addressRefused, detail: error.detail)
        }
        switch response.status {
        case 200..<300: return
        case 408, 429, 500...599:
            throw Failure(isRetryable: true, detail: "\(target.host) answered HTTP \(response.status)", retryAfter: response.retryAfter)
        default: throw Failure(isRetryable: false, detail: "\(target.host) answered HTTP \(response.status)")
        }
    }
}
