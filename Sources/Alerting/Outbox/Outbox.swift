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
    /// How long a failing disk is left alone.
    private static let patience = Duration.seconds(1)

    struct State: Sendable {
        var queues: [String: OutboxQueue] = [:]
        var senders: [String: any NotificationSender] = [:]
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
        // What lies further ahead was stored by a clock that was wrong.
        let limit = clock() + RetrySchedule.longestPause.inSeconds
        for var item in try store.queued() {
            item.nextAt = min(item.nextAt, limit)
            state.queues[item.receiver, default: OutboxQueue()].put(item)
        }
        self.state = Guarded(state)
    }

    /// Starts to send, unless it already does.
    func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard isFirst else { return }
        _ = Worker(name: "outbox") { [self] in
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

    /// Takes other senders, after a reload.
    func adopt(senders: [String: any NotificationSender]) {
        state.withLock { state in
            // Whoever is gone still hears what was committed for it.
            state.senders.merge(senders) { $1 }
            for name in senders.keys where state.figures.receivers[name] == nil { state.figures.receivers[name] = .init() }
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
            for (name, queue) in state.queues where !state.busy.contains(name) {
                guard let due = queue.nextDue else { continue }
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
                if state.queues[name]?.count == 0 { state.queues[name] = nil }
            }
            return item
        }
    }

    private func attempt(_ item: OutboxItem) {
        let (sender, refusal) = state.withLock { ($0.senders[item.receiver], $0.disabled[item.receiver]) }
        let notification: Notification?
        do throws(StorageFailure) {
            notification = try store.notification(item)
        } catch {
            return retryLater(item)
        }
        guard let notification else { return bury(item) }
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
        let verdict = Verdict(outcome, attempts: item.attempts + 1, at: now, chance: chance())
        let row = JournalRow(notification, attempt: item.attempts + 1, outcome, isDead: verdict.isDead, at: now)
        var rows = [row]
        if case .gone(let problem) = outcome, isKnown {
            rows.append(
                JournalRow(
                    at: now, event: .receiverDisabled, isSuccess: false,
                    details: ["receiver": .string(item.receiver), "detail": .string(problem)]))
            persist { store throws(StorageFailure) in try store.setDisabled(item.receiver, problem: problem, at: now, journal: []) }
            state.withLock { $0.disabled[item.receiver] = problem }
        }
        // What was sent and cannot be noted is noted before anything else is sent: the receiver must not hear it twice.
        persist { [rows] store throws(StorageFailure) in try store.settle(item, verdict.settlement, journal: rows) }
        state.withLock { state in
            switch verdict.settlement {
            case .postponed(let next, _, _):
                state.queues[item.receiver]?.postpone(
                    until: next, isReceiverWide: verdict.isReceiverWide, retryAfter: verdict.retryAfter, at: now)
            case .delivered: state.queues[item.receiver]?.finish(at: now, isDelivered: true)
            case .dead: state.queues[item.receiver]?.finish(at: now, isDelivered: false)
            }
            state.figures.note(item.receiver, verdict.settlement, at: now)
        }
    }

    /// Tries until it is stored, or the outbox is closed.
    private func persist(_ body: (AlertStore) throws(StorageFailure) -> Void) {
        while (try? body(store)) == nil, !state.withLock({ $0.isClosed }) { pauseThread(for: Self.patience) }
    }

    private func retryLater(_ item: OutboxItem) {
        let now = clock()
        state.withLock { $0.queues[item.receiver]?.abandon(retryAt: now + Self.patience.inSeconds) }
    }
}
