internal import BlockingIO
internal import FoundationEssentials
internal import Platform
internal import Storage
internal import TenantCore

/// Hands committed notifications to their receivers: at least once, in order within a group and for each alert, and to
/// each receiver as if there were no other.
///
/// One thread looks for what is due; a receiver that has something due gets a thread for as long as that takes.
final class Outbox: Sendable {
    /// How many receivers are told at the same moment.
    private static let courierLimit = 256
    /// How many of them may be tenants' own: the operators' always find a thread.
    private static let tenantLimit = 192

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

        /// Changes the figures of a receiver, of which nothing may be known yet.
        mutating func count(_ name: String, _ body: (inout OutboxFigures.Receiver) -> Void) {
            var receiver = figures.receivers[name] ?? OutboxFigures.Receiver(isConfigured: directory.names.contains(name))
            body(&receiver)
            figures.receivers[name] = receiver
        }

        func hasCourier(for name: String, of limit: Int, tenants: Int) -> Bool {
            guard busy.count < limit else { return false }
            return !name.contains("/") || busy.count { $0.contains("/") } < tenants
        }
    }

    let store: AlertStore
    let state: Guarded<State>
    let clock: @Sendable () -> Date
    let chance: @Sendable () -> Double
    let loop = Loop("outbox")

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
            // Whether the receiver is back is asked at once; what it asked for itself stands in `pauses`.
            if item.awaitsReceiver { item.nextAt = item.createdAt }
            state.queues[item.receiver, default: OutboxQueue()].put(item)
        }
        for (name, end) in try store.pauses() where end > now {
            state.queues[name, default: OutboxQueue()].pause(until: min(end, now + ReceiverSchedule.longestPause.inSeconds))
        }
        // Killed before all for them were dead letters.
        for name in state.disabled.keys { state.queues[name]?.hurry(at: now) }
        self.state = Guarded(state)
    }

    /// Starts its thread; nothing is sent before `adopt` has said to whom.
    ///
    /// - Throws: `SystemFailure` when there is no thread.
    func start() throws(SystemFailure) {
        try loop.start { [self] in
            while let next = dispatch() {
                // A step of the wall clock must not hold anything back for long.
                let time = next.map { min($0.timeIntervalSince(clock()), 1) } ?? 1
                loop.wait(for: .seconds(max(time, 0.001)))
            }
        }
    }

    /// Takes no more and sends no more. What waits is in the store.
    func stop() {
        state.withLock { $0.isClosed = true }
        loop.stop()
    }

    /// Takes notifications that were just committed.
    func put(_ items: [OutboxItem]) {
        guard !items.isEmpty else { return }
        state.withLock { state in
            for item in items {
                state.queues[item.receiver, default: OutboxQueue()].put(item)
                state.count(item.receiver) { $0.queuedTotal += 1 }
            }
        }
        loop.wake()
    }

    /// Takes the receivers of a configuration. Whoever is gone still hears what was committed for it, and is forgotten with
    /// the next configuration.
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
        loop.wake()
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
        loop.wake()
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
}
