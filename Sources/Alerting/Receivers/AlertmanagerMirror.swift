internal import BlockingIO
internal import Dispatch
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// Keeps Alertmanagers told of every alert by its state: at each change and once a minute, so that what one missed it
/// hears soon, and a clustered pair de-duplicates what two agents say.
final class AlertmanagerMirror: Sendable {
    private static let period = Duration.seconds(60)
    private static let firstPause = Duration.seconds(1)

    let name: String
    private let clients: [AlertmanagerClient]
    private let isStopped = Guarded(false)
    private let signal = DispatchSemaphore(value: 0)
    private let failingSince = Guarded<ContinuousClock.Instant?>(nil)
    private let progress = Guarded(OutboxFigures.Receiver())

    init(_ settings: ReceiverSettings, externalURL: String) {
        name = settings.name
        clients = AlertmanagerClient.clients(for: settings, externalURL: externalURL)
    }

    /// What was sent since the start.
    var figures: OutboxFigures.Receiver { progress.withLock { $0 } }

    /// Why nothing is taken, when that has lasted longer than `threshold`.
    func problem(lastingLongerThan threshold: Duration) -> String? {
        guard let since = failingSince.withLock({ $0 }), ContinuousClock.now - since > threshold else { return nil }
        return "\(name) has taken nothing for \((ContinuousClock.now - since).components.seconds) s"
    }

    /// Starts to tell; each Alertmanager has a thread, so that a dead one delays no other.
    ///
    /// - Parameter alerts: those that fire and those that were resolved lately.
    func start(_ alerts: @escaping @Sendable () -> [Alert]) {
        let wakes = clients.map { _ in DispatchSemaphore(value: 0) }
        for (client, wake) in zip(clients, wakes) { _ = Worker(name: "mirror") { [self] in serve(client, wake, alerts) } }
        _ = Worker(name: "mirrors") { [self] in
            while !isStopped.withLock({ $0 }) {
                _ = signal.wait(timeout: .now() + Self.period.inSeconds)
                for wake in wakes { wake.signal() }
            }
        }
    }

    /// Tells what has changed.
    func wake() { signal.signal() }

    /// Tells every Alertmanager of one alert, now; the first trouble is the answer.
    func test(_ alert: Alert, at now: Date) -> DeliveryOutcome {
        clients.map { $0.post([alert], at: now) }.first { $0 != .delivered } ?? .delivered
    }

    func stop() {
        isStopped.withLock { $0 = true }
        signal.signal()
    }

    private func serve(_ client: AlertmanagerClient, _ wake: DispatchSemaphore, _ alerts: () -> [Alert]) {
        var pause = Self.firstPause
        /// What it has taken, by fingerprint, and when it was last told everything.
        var taken: [String: Alert] = [:]
        var toldAllAt: ContinuousClock.Instant?
        while !isStopped.withLock({ $0 }) {
            // What fires within a second goes in one post.
            pauseThread(for: .milliseconds(200))
            let all = alerts()
            // Between two minutes only what has changed: to repeat what fires would undo what another agent has resolved.
            // The ticks come by the minute: one that is a little early is the next.
            let start = ContinuousClock.now
            let isMinuteOver = toldAllAt.map { start - $0 >= Self.period * 0.9 } ?? true
            let outcome = client.post(isMinuteOver ? all : all.filter { taken[$0.fingerprint] != $0 }, at: Date())
            progress.withLock { $0.note(outcome) }
            failingSince.withLock { $0 = outcome == .delivered ? nil : $0 ?? .now }
            if outcome == .delivered {
                taken = Dictionary(all.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
                if isMinuteOver { toldAllAt = start }
            }
            if case .failed(_, let wish, _) = outcome {
                pauseThread(for: min(max(pause, wish ?? .zero), Self.period))
                pause = min(pause * 2, Self.period)
                continue
            }
            pause = Self.firstPause
            wake.wait()
            while wake.wait(timeout: .now()) == .success {}  // All that came meanwhile is told at once.
        }
    }
}

extension OutboxFigures.Receiver {
    mutating func note(_ outcome: DeliveryOutcome) {
        switch outcome {
        case .delivered:
            sent += 1
            isHealthy = true
        case .failed, .gone:
            failed += 1
            isHealthy = false
        }
    }
}
