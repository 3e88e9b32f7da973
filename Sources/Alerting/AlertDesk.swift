internal import BlockingIO
public import Checking
public import FoundationEssentials
internal import Platform
public import Storage
public import TenantCore

/// The alert room's front: takes status changes, decides on a thread of its own, stores each step and only then tells.
public final class AlertDesk: TransitionSink {
    /// What the desk asks of the rest of the agent.
    public struct Surroundings: Sendable {
        /// What is wrong with the agent itself, by condition; asked once a second.
        public var agentProblems: @Sendable () -> [AlertRule.AgentCondition: String]
        /// The receivers that a tenant has of its own.
        public var receivers: @Sendable (Tenant) -> [ReceiverSettings]
        /// The last step that the audit log has got; older ones may be pruned.
        public var auditedStep: @Sendable () -> Int
        /// The wall clock.
        public var now: @Sendable () -> Date

        /// By default an agent without troubles, whose tenants have no receivers and whose audit log has everything.
        public init(
            agentProblems: @escaping @Sendable () -> [AlertRule.AgentCondition: String] = { [:] },
            receivers: @escaping @Sendable (Tenant) -> [ReceiverSettings] = { _ in [] },
            auditedStep: @escaping @Sendable () -> Int = { .max }, now: @escaping @Sendable () -> Date = { Date() }
        ) {
            self.agentProblems = agentProblems
            self.receivers = receivers
            self.auditedStep = auditedStep
            self.now = now
        }
    }

    /// How many steps the journal keeps.
    private static let journalLimit = 1_000_000
    /// How long what is over is remembered; Alertmanagers are told of it for as long.
    static let memory: TimeInterval = 900
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
    let heartbeat: Heartbeat?
    private let isStopped = Guarded(false)
    private let worker = Guarded<Worker?>(nil)
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
        var core = AlertCore(settings)
        core.restore(try store.past(), at: surroundings.now())
        self.core = Guarded(core)
        let senders = Self.senders(settings.receivers, externalURL: settings.externalURL)
        outbox = try Outbox(store: store, senders: senders, clock: surroundings.now)
        receivers = Guarded(Dictionary(settings.receivers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
        mirrors = settings.receivers.filter(\.isMirror).map { AlertmanagerMirror($0, externalURL: settings.externalURL) }
        // Switched off as a rule, it is silent as if it were not configured.
        heartbeat = settings.heartbeat.flatMap { heartbeat in
            settings.rules.rule("TenantwatchHeartbeat", for: nil).map { Heartbeat(heartbeat, rule: $0, startedAt: surroundings.now()) }
        }
    }

    static func senders(_ receivers: [ReceiverSettings], externalURL: String) -> [String: any NotificationSender] {
        Dictionary(
            receivers.filter { !$0.isMirror }.map { ($0.name, HTTPSender($0, externalURL: externalURL)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Starts to decide; the outbox starts with the first plan, which says what receivers tenants have.
    public func start() {
        let started = Worker(name: "alerts") { [self] in run() }
        worker.withLock { $0 = started }
        for mirror in mirrors { mirror.start { [self] in mirrored(by: mirror.name) } }
        heartbeat?.start()
    }

    /// Stores what is known and ends; waits for no receiver.
    ///
    /// - Returns: false when the store did not take everything in time.
    public func stop(within time: Duration) -> Bool {
        inbox.close()
        let isStored = worker.withLock { $0 }?.join(within: time) ?? true
        isStopped.withLock { $0 = true }
        outbox.stop()
        for mirror in mirrors { mirror.stop() }
        heartbeat?.stop()
        return isStored
    }

    /// Takes status changes in order; returns at once.
    public func absorb(_ transitions: [Transition]) { inbox.post(transitions.map { .transition($0) }) }

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
            guard let items = inbox.take(waiting: .seconds(min(max(time, 0), 1))) else { return }
            let now = surroundings.now()
            if let jump = watch.jump(at: now, .now) {
                core.withLock { $0.shift(by: jump) }
                outbox.shift(by: jump)
            }
            // A clock that was set back must not stop what is done by the second.
            let isSecondOver = abs(now.timeIntervalSince(observedAt)) >= 1
            step(items, observes: isSecondOver, at: now)
            if isSecondOver { observedAt = now }
            if abs(now.timeIntervalSince(prunedAt)) >= 60 {
                prunedAt = now
                prune(at: now)
            }
        }
    }

    /// Decides on what came in, stores it, and tells.
    private func step(_ items: [AlertInbox.Item], observes: Bool, at now: Date) {
        let problems = observes ? agentProblems(at: now) : nil
        let ownReceivers = items.compactMap { if case .plan(let change) = $0 { change.plan.directory } else { nil } }.last.map(
            adoptReceivers)
        let commit = core.withLock { core -> Commit in
            var commit = Commit()
            if let ownReceivers { core.adopt(receiversOfTenants: ownReceivers.names, deafToEnds: ownReceivers.deafToEnds) }
            Self.take(items, into: &core, &commit, at: now)
            if let problems { commit.add(core.observe(problems, at: now)) }
            commit.add(core.tick(at: now))
            return commit
        }
        if let beat = heartbeat?.notification(at: now), !mirrors.contains(where: { $0.name == beat.receiver }) {
            outbox.supersedeHeartbeats(of: beat.receiver)
            store([beat])
        }
        publish(commit)
    }

    private static func take(_ items: [AlertInbox.Item], into core: inout AlertCore, _ commit: inout Commit, at now: Date) {
        var transitions: [Transition] = []
        for item in items {
            if case .transition(let transition) = item {
                transitions.append(transition)
                continue
            }
            if !transitions.isEmpty { commit.add(core.absorb(transitions)) }
            transitions = []
            switch item {
            case .transition: break
            case .plan(let change): commit.add(core.adopt(change, at: now))
            case .refusal(let problem): commit.add(core.noteRefusal(problem, at: now))
            }
        }
        if !transitions.isEmpty { commit.add(core.absorb(transitions)) }
    }

    /// Stores a step, again and again while the disk fails, and then lets everybody know.
    func publish(_ commit: Commit) {
        guard !commit.isEmpty else { return }
        while true {
            if let places = try? store.apply(commit) { return announce(commit, places) }
            // At a stop the step is lost with the process, as at a crash: the next start observes anew.
            if isStopped.withLock({ $0 }) { return }
            pauseThread(for: Self.patience)
        }
    }

    /// What a stored step means for those who tell.
    func announce(_ commit: Commit, _ places: [Int]) {
        tally.withLock { $0.count(commit) }
        outbox.put(
            zip(commit.notifications, places).map { notification, place in
                OutboxItem(
                    sequence: place, id: notification.id, receiver: notification.receiver, groupKey: notification.groupKey,
                    kind: notification.kind, attempts: 0, nextAt: notification.createdAt, createdAt: notification.createdAt)
            })
        outbox.trim(Set(commit.notifications.map(\.receiver)), to: settings.outboxLimit)
        if commit.entries.contains(where: { $0.isFiring || $0.alert.endsAt != nil }) { for mirror in mirrors { mirror.wake() } }
    }

    private func store(_ notifications: [Notification]) {
        publish(Commit(notifications: notifications, journal: notifications.map { JournalRow(queued: $0) }))
    }

    private func adoptReceivers(_ directory: TenantDirectory) -> (names: [TenantID: [String]], deafToEnds: Set<String>) {
        var names: [TenantID: [String]] = [:]
        var all = settings.receivers
        let before = receivers.withLock { $0 }
        for tenant in directory.tenants {
            var own = surroundings.receivers(tenant).filter { !$0.isMirror }
            if own.isEmpty, tenant.extras[AlertingSettingsReader.tenantKey] != nil {
                // They cannot be read now, as while a secret is replaced: those that were good stay.
                own = before.values.filter { $0.name.hasPrefix("\(tenant.id)/") }.sorted { $0.name < $1.name }
            }
            if !own.isEmpty { names[tenant.id] = own.map(\.name) }
            all += own
        }
        outbox.adopt(senders: Self.senders(all, externalURL: settings.externalURL))
        outbox.start()
        receivers.withLock { [all] in $0 = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }) }
        return (names, Set(all.filter { !$0.sendsResolved }.map(\.name)))
    }

    private func agentProblems(at now: Date) -> [AlertRule.AgentCondition: String] {
        var problems = surroundings.agentProblems()
        if let threshold = settings.rules.rule("TenantwatchAgentUndeliverable", for: nil)?.threshold {
            problems[.undeliverable] =
                outbox.figures(at: now).problem(slowerThan: threshold, at: now)
                ?? mirrors.lazy.compactMap { $0.problem(lastingLongerThan: threshold) }.first
        }
        return problems
    }

    private func prune(at now: Date) {
        // A disk that fails is noticed by the next step.
        try? store.prune(
            endedBefore: now - Self.memory, kept: Self.journalLimit, written: surroundings.auditedStep())
        core.withLock { $0.prune(endedBefore: now - Self.memory) }
    }

}
