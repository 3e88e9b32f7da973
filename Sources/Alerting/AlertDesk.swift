internal import BlockingIO
public import Checking
internal import FoundationEssentials
public import Platform
public import Storage

/// The alert room's front: takes status changes, decides on a thread of its own, stores each step and only then tells.
public final class AlertDesk: TransitionSink {
    /// How many steps the journal keeps.
    private static let journalLimit = 1_000_000
    /// How long what is over is remembered; Alertmanagers are told of it for as long.
    static let memory: TimeInterval = 900
    /// How long an agent looks at itself before it says that it is well; of lateness the rest of the agent knows.
    private static let window = Duration.seconds(60)
    /// How long a failing disk is left alone.
    private static let patience = Duration.seconds(1)

    let settings: AlertingSettings
    let surroundings: Surroundings
    let store: AlertStore
    let core: Guarded<AlertCore>
    let outbox: Outbox
    let mirrors: [AlertmanagerMirror]
    let tally = Guarded(AlertTally())
    let inbox = AlertInbox()
    /// Survives reloads, which make new senders.
    let bodyLimits = BodyLimits()
    let heartbeat: Heartbeat?
    private let startedAt = ContinuousClock.now
    /// While a step is decided on and not stored yet, nobody is told of what it changes.
    let isDeciding = Guarded(false)
    /// When the alerts began that fired before the restart, by fingerprint.
    let restored: [String: Date]
    private let loop = Loop("alerts")
    /// The receivers of the settings and those of tenants, by name.
    let receivers: Guarded<[String: ReceiverSettings]>

    /// Takes back what held before a restart; does nothing before `start`.
    ///
    /// - Throws: `StorageFailure` when the store cannot be read.
    public init(
        settings: AlertingSettings, store: AlertStore, surroundings: Surroundings = Surroundings()
    ) throws(StorageFailure) {
        self.settings = settings
        self.store = store
        self.surroundings = surroundings
        // Those of tenants are known with the first plan alone, and keep to their names.
        let identities = settings.receivers.compactMap { receiver in receiver.identity.map { (receiver.name, $0) } }
        try store.adoptReceivers(Dictionary(identities, uniquingKeysWith: { first, _ in first }), at: surroundings.now())
        var core = AlertCore(settings)
        core.restore(try store.past(), at: surroundings.now())
        restored = Dictionary(
            core.engine.entries.values.filter(\.isFiring).map { ($0.alert.fingerprint, $0.alert.startsAt) }, uniquingKeysWith: min)
        self.core = Guarded(core)
        let senders = Self.senders(settings.receivers, externalURL: settings.externalURL, bodyLimits: bodyLimits)
        outbox = try Outbox(store: store, senders: senders, clock: surroundings.now)
        receivers = Guarded(Dictionary(settings.receivers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
        mirrors = settings.receivers.filter(\.isMirror).map { AlertmanagerMirror($0, externalURL: settings.externalURL) }
        // Switched off as a rule, it is silent as if it were not configured.
        heartbeat = settings.heartbeat.flatMap { heartbeat in
            settings.rules.rule("TenantwatchHeartbeat", for: nil).map { Heartbeat(heartbeat, rule: $0, startedAt: surroundings.now()) }
        }
    }

    static func senders(
        _ receivers: [ReceiverSettings], externalURL: String, bodyLimits: BodyLimits
    ) -> [String: any NotificationSender] {
        let senders = receivers.compactMap { settings in
            HTTPSender(settings, externalURL: externalURL, bodyLimits: bodyLimits).map { (settings.name, $0) }
        }
        return Dictionary(senders, uniquingKeysWith: { first, _ in first })
    }

    /// Starts to decide; nothing is sent before the first plan, which says what receivers tenants have.
    ///
    /// - Throws: `SystemFailure` when there are no threads.
    public func start() throws(SystemFailure) {
        try outbox.start()
        for mirror in mirrors { try mirror.start { [self] in mirrored(by: mirror) } }
        try heartbeat?.start()
        try loop.start { [self] in run() }
    }

    /// Stores what is known and ends; waits for no receiver.
    ///
    /// - Returns: false when the store did not take everything in time.
    public func stop(within time: Duration) -> Bool {
        inbox.close()
        let isStored = loop.join(within: time)
        loop.stop()
        outbox.stop()
        for mirror in mirrors { mirror.stop() }
        heartbeat?.stop()
        return isStored
    }

    /// Why the last write of the state failed; nil when it did not.
    public var problem: String? { store.problem }

    /// How long ago the thread that decides went on; nil while it does not run.
    public var beatAge: Duration? { loop.beatAge }

    /// Takes status changes in order; returns at once.
    public func absorb(_ transitions: [Transition]) { inbox.post(transitions.map { .transition($0) }) }

    /// Takes where only inconclusive answers come; returns at once.
    public func absorbInconclusive(_ changes: [InconclusiveChange]) { inbox.post(changes.map { .inconclusive($0) }) }

    /// Takes a new plan; returns at once.
    public func adopt(_ change: PlanChange) { inbox.post([.plan(change)]) }

    /// Takes that a load of the configuration was refused as a whole, with the first issue; returns at once.
    public func noteRefusal(_ problem: String) { inbox.post([.refusal(problem)]) }

    private func run() {
        var observedAt = Date.distantPast
        var prunedAt = surroundings.now()
        var watch = ClockWatch()
        while true {
            let deadline = core.withLock { $0.nextDeadline }
            let time = deadline.map { $0.timeIntervalSince(surroundings.now()) } ?? 1
            loop.beat()
            guard let items = inbox.take(waiting: .seconds(min(max(time, 0), 1))) else { return }
            loop.beat()
            let now = surroundings.now()
            if let jump = watch.jump(at: now, .now) { shift(by: jump, to: now) }
            // A clock that was set back must not stop what is done by the second.
            let isSecondOver = abs(now.timeIntervalSince(observedAt)) >= 1
            // What follows a step that was given up must not be stored without it.
            guard step(items, observes: isSecondOver, at: now) else { return }
            if isSecondOver { observedAt = now }
            if abs(now.timeIntervalSince(prunedAt)) >= 60 {
                prunedAt = now
                prune(at: now)
            }
        }
    }

    /// The wall clock was set: what is planned in it moves along, here and in the store.
    private func shift(by jump: TimeInterval, to now: Date) {
        core.withLock { $0.shift(by: jump) }
        outbox.shift(by: jump, to: now)
        // A restart bounds what this leaves behind when the disk fails.
        try? store.shift(by: jump)
    }

    /// Decides on what came in, stores it, and tells; false when it was not stored before the stop.
    private func step(_ items: [AlertInbox.Item], observes: Bool, at now: Date) -> Bool {
        if let beat = heartbeat?.notification(at: now), !mirrors.contains(where: { $0.name == beat.receiver }) {
            guard publish(outbox.beat(beat)) else { return false }
        }
        let troubles = observes ? agentTroubles(at: now) : nil
        // Read before the lock is taken: secrets stand in files.
        let receivers = items.compactMap { if case .plan(let change) = $0 { change.plan.directory } else { nil } }.last.map(adoptReceivers)
        isDeciding.withLock { $0 = true }
        let commit = core.withLock { core -> Commit in
            var commit = Commit()
            Self.take(items, receivers ?? ReceiverDirectory(), into: &core, &commit, at: now)
            if let troubles { commit.add(core.observe(troubles.problems, undecided: troubles.undecided, at: now)) }
            commit.add(core.tick(at: now))
            return commit
        }
        return publish(commit)
    }

    private static func take(
        _ items: [AlertInbox.Item], _ receivers: ReceiverDirectory, into core: inout AlertCore, _ commit: inout Commit, at now: Date
    ) {
        var transitions: [Transition] = []
        for item in items {
            if case .transition(let transition) = item {
                transitions.append(transition)
                continue
            }
            if !transitions.isEmpty { commit.add(core.absorb(transitions, at: now)) }
            transitions = []
            switch item {
            case .transition: break
            case .inconclusive(let change): commit.add(core.absorb(change, at: now))
            case .plan(let change): commit.add(core.adopt(change, receivers, at: now))
            case .refusal(let problem): commit.add(core.noteRefusal(problem, at: now))
            }
        }
        if !transitions.isEmpty { commit.add(core.absorb(transitions, at: now)) }
    }

    /// Stores a step, again and again while the disk fails, and then lets everybody know.
    ///
    /// - Returns: false when it was given up: at a stop it is lost with the process, as at a crash, and the next start
    ///   observes anew.
    private func publish(_ commit: Commit) -> Bool {
        while !commit.isEmpty {
            if let places = try? store.apply(commit) {
                announce(commit, places)
                break
            }
            guard loop.pause(for: Self.patience) else { return false }
        }
        isDeciding.withLock { $0 = false }
        return true
    }

    /// What a stored step means for those who tell.
    private func announce(_ commit: Commit, _ places: [Int]) {
        isDeciding.withLock { $0 = false }
        tally.withLock { $0.count(commit) }
        outbox.put(zip(commit.notifications, places).map { OutboxItem($0, at: $1) })
        outbox.trim(Set(commit.notifications.map(\.receiver)), to: settings.outboxLimit)
        if commit.entries.contains(where: { $0.isFiring || $0.alert.endsAt != nil }) { for mirror in mirrors { mirror.wake() } }
    }

    private func agentTroubles(at now: Date) -> Surroundings.Troubles {
        var troubles = surroundings.agentTroubles()
        let age = ContinuousClock.now - startedAt
        if age < Self.window { troubles.undecided.formUnion([.doubt, .dropping]) }
        if let threshold = settings.rules.rule("TenantwatchAgentUndeliverable", for: nil)?.threshold {
            troubles.problems[.undeliverable] =
                outbox.figures(at: now).problem(slowerThan: threshold, at: now)
                ?? mirrors.lazy.compactMap { $0.problem(lastingLongerThan: threshold) }.first
            if age < threshold + Self.window { troubles.undecided.insert(.undeliverable) }
        }
        return troubles
    }

    private func prune(at now: Date) {
        // A disk that fails is noticed by the next step.
        try? store.prune(
            endedBefore: now - Self.memory, kept: Self.journalLimit, written: surroundings.auditedStep())
        core.withLock { $0.prune(endedBefore: now - Self.memory) }
    }
}
