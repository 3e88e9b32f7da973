internal import BlockingIO
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// Keeps Alertmanagers told of every alert by its state: at each change and once a minute, so that what one missed it
/// hears soon, and a clustered pair de-duplicates what two agents say.
final class AlertmanagerMirror: Sendable {
    private static let period = Duration.seconds(60)

    let name: String
    private let clients: [AlertmanagerClient]
    /// Each Alertmanager has its own, so that a dead one delays no other.
    private let loops: [Loop]
    private let progress = Guarded(Progress())

    /// Why an Alertmanager takes nothing, and since when.
    fileprivate struct Trouble {
        /// The wall clock may be set meanwhile.
        var instant: ContinuousClock.Instant
        var since: Date
        var problem: String
    }

    /// What was sent since the start, and how each Alertmanager fares: one that is dead must not hide behind its peer.
    fileprivate struct Progress {
        var figures = OutboxFigures.Receiver()
        var troubles: [Int: Trouble] = [:]
        /// What each of them was last told fires, by fingerprint.
        var told: [Int: Set<String>] = [:]
    }

    init(_ settings: ReceiverSettings, externalURL: String) {
        name = settings.name
        clients = AlertmanagerClient.clients(for: settings, externalURL: externalURL)
        loops = clients.map { _ in Loop("mirror") }
    }

    /// What was sent since the start.
    var figures: OutboxFigures.Receiver { progress.withLock { $0.figures } }

    /// Whether an Alertmanager has been told that this alert fires, so that it must hear so until it ends.
    func hasTold(_ fingerprint: String) -> Bool { progress.withLock { $0.told.values.contains { $0.contains(fingerprint) } } }

    /// Why one of them takes nothing, when that has lasted longer than `threshold`.
    func problem(lastingLongerThan threshold: Duration) -> String? {
        let lasting = progress.withLock { $0.troubles.values.filter { ContinuousClock.now - $0.instant > threshold } }
        return lasting.min { $0.instant < $1.instant }.map {
            "\(name) has been failing since \($0.since.formatted(.iso8601)): \($0.problem)"
        }
    }

    /// Starts to tell.
    ///
    /// - Parameter alerts: those that fire and those that were resolved lately; nil while nothing new must be told.
    func start(_ alerts: @escaping @Sendable () -> [Alert]?) throws(SystemFailure) {
        for (index, loop) in loops.enumerated() { try loop.start { [self] in serve(index, loop, alerts) } }
    }

    /// Tells what has changed.
    func wake() {
        for loop in loops { loop.wake() }
    }

    /// Tells every Alertmanager of one alert, now; the first trouble is the answer and ends it.
    func test(_ alert: Alert, at now: Date) -> DeliveryOutcome {
        clients.lazy.map { $0.post([alert], at: now) }.first { $0 != .delivered } ?? .delivered
    }

    func stop() {
        for loop in loops { loop.stop() }
    }

    private func serve(_ index: Int, _ loop: Loop, _ alerts: () -> [Alert]?) {
        let client = clients[index]
        var all: [Alert] = []
        let epoch = ContinuousClock.now
        var schedule = ReceiverSchedule()
        /// What it has taken, by fingerprint, and when it was last told everything.
        var taken: [String: Alert] = [:]
        var toldAllAt: ContinuousClock.Instant?
        // What fires within a second goes in one post.
        while loop.pause(for: .milliseconds(200)) {
            all = alerts() ?? all
            // Between two minutes only what has changed: to repeat what fires would undo what another agent has resolved.
            // The waits last a minute: one that is a little early is the next.
            let start = ContinuousClock.now
            let isMinuteOver = toldAllAt.map { start - $0 >= Self.period * 0.9 } ?? true
            let outcome = client.post(isMinuteOver ? all : all.filter { taken[$0.fingerprint] != $0 }, at: Date())
            progress.withLock { $0.note(outcome, of: index, all, at: Date()) }
            if outcome == .delivered {
                taken = Dictionary(all.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
                if isMinuteOver { toldAllAt = start }
            }
            if outcome.isRetried {
                // On a clock that nobody sets; what fires must be told again before it expires there.
                let now = Date(timeIntervalSinceReferenceDate: (ContinuousClock.now - epoch).inSeconds)
                schedule.fail(at: now, retryAfter: outcome.retryAfter, chance: .random(in: 0...1))
                let pause = schedule.nextAt.map { Duration.seconds($0.timeIntervalSince(now)) } ?? Self.period
                loop.pause(for: min(pause, Self.period))
                continue
            }
            schedule.succeed()
            loop.wait(for: Self.period)
        }
    }
}

extension AlertmanagerMirror.Progress {
    fileprivate mutating func note(_ outcome: DeliveryOutcome, of index: Int, _ alerts: [Alert], at now: Date) {
        if let problem = outcome.problem {
            figures.failed += 1
            troubles[index] = AlertmanagerMirror.Trouble(
                instant: troubles[index]?.instant ?? .now, since: troubles[index]?.since ?? now, problem: problem)
        } else {
            figures.sent += 1
            troubles[index] = nil
            told[index] = Set(alerts.filter(\.isFiring).map(\.fingerprint))
        }
        figures.problem = troubles.min { $0.key < $1.key }?.value.problem
    }
}
