internal import BlockingIO
internal import Dispatch
internal import FoundationEssentials
internal import Platform
internal import Storage
internal import TenantCore

/// Hands committed notifications to their receivers: at least once, in order within a group, and to each receiver as if
/// there were no other.
///
/// One thread looks for what is due; a receiver that has something due gets a thread for as long as that takes.
final class Outbox: Sendable {
    /// How many receivers are told at the same moment.
    private static let courierLimit = 256
    /// How many of them may be tenants' own: the operators' always find a thread.
    private static let tenantLimit = 192
    /// How long a failing disk is left alone, and
    private static let patience = Duration.seconds(1)
    /// how long the settings of a receiver that cannot be read.
    private static let patienceForSettings = Duration.seconds(60)

    struct State: Sendable {
        var queues: [String: OutboxQueue] = [:]
        var senders: [String: any NotificationSender] = [:]
        /// Who may be told; what waits for one that is not read yet waits on.
        var directory = ReceiverDirectory()
        /// Switched off by an answer, with that answer.
        var disabled: [String: String] = [:]
        /// Receivers whose thread is at work.
        var busy: Set<String> = []
        var isStarted = false
        var isClosed = false
        var figures = OutboxFigures()

        func hasCourier(for name: String, of limit: Int, tenants: Int) -> Bool {
            guard busy.count < limit else { return false }
            return !name.contains("/") || busy.count { $0.contains("/") } < tenants
        }
    }

    let store: AlertStore
    let state: Guarded<State>
    let clock: @Sendable () -> Date
    private let chance: @Sendable () -> Double
    let wake = DispatchSemaphore(value: 0)

    /// Takes back what still waits in the store; nothing is sent before `start`.
    ///
    /// - Parameter senders: by receiver; a notification for anybody else becomes a dead letter.
    init(
        store: AlertStore, senders: [String: any NotificationSender], clock: @escaping @Sendable () -> Date = { Date() },
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) throws(StorageFailure) {
        self.store = store
        self.clock = clock
        self.chance = chance
        var state = State(senders: senders)
        for name in senders.keys { state.figures.receivers[name] = .init() }
        state.disabled = try store.disabledReceivers()
        let now = clock()
        for var item in try store.queued() {
            item.boundNext(at: now)
            state.queues[item.receiver, default: OutboxQueue()].put(item)
        }
        for (name, end) in try store.pauses() where end > now {
            state.queues[name, default: OutboxQueue()].pause(until: min(end, now + Verdict.longestRetryAfter.inSeconds))
        }
        self.state = Guarded(state)
    }

    /// Starts its thread; nothing is sent before `adopt` has said to whom.
    ///
    /// - Throws: `SystemFailure` when there is no thread.
    func start() throws(SystemFailure) {
        _ = try Worker.started("outbox") { [self] in
            while let next = dispatch() {
                // A step of the wall clock must not hold anything back for long.
                let time = next.map { min($0.timeIntervalSince(clock()), 1) } ?? 1
                _ = wake.wait(timeout: .now() + max(time, 0.001))
            }
        }
    }

    /// Takes no more and sends no more. What waits is in the store.
    func stop() {
        state.withLock { $0.isClosed = true }
        wake.signal()
    }

    /// Takes notifications that were just committed.
    func put(_ items: [OutboxItem]) {
        guard !items.isEmpty else { return }
        state.withLock { state in
            for item in items {
                state.queues[item.receiver, default: OutboxQueue()].put(item)
                state.figures.receivers[item.receiver, default: .init()].queuedTotal += 1
            }
        }
        wake.signal()
    }

    /// Takes the receivers of a configuration. Whoever is gone still hears what was committed for it, and is then forgotten.
    func adopt(_ directory: ReceiverDirectory, senders: [String: any NotificationSender]) {
        let forgotten = state.withLock { state in
            state.directory = directory
            let old = state.senders.filter { senders[$0.key] == nil && (state.queues[$0.key] != nil || directory.mayHear($0.key)) }
            state.senders = senders.merging(old) { new, _ in new }
            let needed = Set(state.senders.keys).union(state.queues.keys)
            state.figures.receivers = state.figures.receivers.filter { needed.contains($0.key) || directory.mayHear($0.key) }
            for name in needed {
                state.figures.receivers[name, default: .init()].isConfigured = senders[name] != nil
            }
            state.isStarted = true
            return state.disabled.keys.filter { !needed.contains($0) && !directory.mayHear($0) }
        }
        // One that comes back may want to hear again; at worst it says anew that it does not.
        if !forgotten.isEmpty, (try? store.enable(forgotten, journal: [])) != nil {
            state.withLock { state in
                for name in forgotten { state.disabled[name] = nil }
            }
        }
        wake.signal()
    }

    /// Gives a thread to every receiver with something due.
    ///
    /// - Returns: nil when it is closed; else when something is due next, if that is known.
    private func dispatch() -> Date?? {
        let now = clock()
        let (ready, next, isClosed) = state.withLock { state -> ([String], Date?, Bool) in
            var ready: [String] = []
            var next: Date?
            guard state.isStarted else { return (ready, next, state.isClosed) }
            for name in state.queues.keys where !state.busy.contains(name) {
                guard let due = state.queues[name]?.nextDue() else { continue }
                if due > now {
                    next = min(next ?? due, due)
                } else if state.hasCourier(for: name, of: Self.courierLimit, tenants: Self.tenantLimit) {
                    state.busy.insert(name)
                    ready.append(name)
                }  // Else it waits for a courier that comes back, which wakes us.
            }
            return (ready, next, state.isClosed)
        }
        if isClosed { return nil }
        for name in ready {
            let courier = Worker(name: "courier") { [self] in serve(name) }
            if !courier.isStarted { state.withLock { _ = $0.busy.remove(name) } }
        }
        return .some(next)
    }

    /// Tells one receiver everything that is due.
    private func serve(_ name: String) {
        while let item = take(name) { attempt(item) }
        wake.signal()
    }

    private func take(_ name: String) -> OutboxItem? {
        state.withLock { state in
            let item = state.isClosed ? nil : state.queues[name]?.take(at: clock())
            if item == nil {
                state.busy.remove(name)
                if let queue = state.queues[name], queue.count == 0, queue.pausedUntil <= clock() { state.queues[name] = nil }
            }
            return item
        }
    }

    private func attempt(_ item: OutboxItem) {
        let (sender, refusal, mayCome) = state.withLock { state in
            (state.senders[item.receiver], state.disabled[item.receiver], state.directory.mayHear(item.receiver))
        }
        // Its tenant's entry cannot be read now.
        if sender == nil, mayCome { return retry(item, after: Self.patienceForSettings) }
        let notification: Notification
        do throws(StorageFailure) {
            switch try store.content(of: item) {
            case .notification(let content): notification = content
            case .unreadable: return bury(item)
            case .gone: return state.withLock { $0.queues[item.receiver]?.finish(at: clock(), isDelivered: false) }
            }
        } catch {
            return retry(item, after: Self.patience)
        }
        let outcome: DeliveryOutcome =
            if let refusal {
                .gone(problem: "the receiver is switched off: \(refusal)")
            } else if let sender {
                sender.send(notification, attempt: item.attempts + 1, at: clock())
            } else {
                .gone(problem: "no receiver is called \(item.receiver)")
            }
        settle(item, notification, outcome, isKnown: sender != nil && refusal == nil)
    }

    /// Makes a dead letter of what cannot be read, as after a change of version.
    private func bury(_ item: OutboxItem) {
        let now = clock()
        let problem = "its content cannot be read"
        let row = JournalRow(
            at: now, event: .deliveryDead, isSuccess: false,
            details: ["receiver": .string(item.receiver), "notification": .string(item.id), "detail": .string(problem)])
        persist { store throws(StorageFailure) in try store.settle(item, .dead(problem: problem), journal: [row]) }
        state.withLock { state in
            state.queues[item.receiver]?.finish(at: now, isDelivered: false)
            state.figures.note(item.receiver, .dead(problem: problem), at: now)
        }
    }

    private func settle(_ item: OutboxItem, _ notification: Notification, _ outcome: DeliveryOutcome, isKnown: Bool) {
        let now = clock()
        let verdict = Verdict(outcome, item.kind, attempts: item.attempts + 1, at: now, chance: chance())
        var rows = [JournalRow(notification, attempt: item.attempts + 1, outcome, isDead: verdict.isDead, at: now)]
        var refusal: String?
        if case .gone(let problem) = outcome, isKnown {
            refusal = problem
            rows.append(
                JournalRow(
                    at: now, event: .receiverDisabled, isSuccess: false,
                    details: ["receiver": .string(item.receiver), "detail": .string(problem)]))
        }
        // What was sent and cannot be noted is noted before anything else is sent: the receiver must not hear it twice.
        persist { [rows, refusal] store throws(StorageFailure) in
            try store.settle(item, verdict.settlement, refusal: refusal, journal: rows)
        }
        state.withLock { state in
            if let refusal {
                state.disabled[item.receiver] = refusal
                // Whatever waits for a retry is a dead letter now and not in hours.
                state.queues[item.receiver]?.hurry(at: now)
            }
            if verdict.isReceiverWide { state.queues[item.receiver]?.pause(for: verdict.retryAfter, at: now) }
            switch verdict.settlement {
            case .postponed(let next, _, let awaitsReceiver, _):
                state.queues[item.receiver]?.postpone(until: next, awaitsReceiver: awaitsReceiver)
            case .delivered: state.queues[item.receiver]?.finish(at: now, isDelivered: true)
            case .dropped, .dead: state.queues[item.receiver]?.finish(at: now, isDelivered: false)
            }
            state.figures.note(item.receiver, verdict.settlement, at: now)
        }
    }

    /// Tries until it is stored, or the outbox is closed.
    private func persist(_ body: (AlertStore) throws(StorageFailure) -> Void) {
        while (try? body(store)) == nil, !state.withLock({ $0.isClosed }) { pauseThread(for: Self.patience) }
    }

    private func retry(_ item: OutboxItem, after time: Duration) {
        let now = clock()
        state.withLock { $0.queues[item.receiver]?.abandon(retryAt: now + time.inSeconds) }
    }
}
