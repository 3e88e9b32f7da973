internal import Dispatch
internal import FoundationEssentials
internal import Platform
internal import Storage
internal import TenantCore

extension Outbox {
    /// What was done since the start and what waits now.
    func figures(at now: Date) -> OutboxFigures {
        state.withLock { state in
            var figures = state.figures
            for (name, queue) in state.queues {
                figures.receivers[name, default: .init()].waiting = queue.count
                if let oldest = queue.oldest {
                    figures.receivers[name]?.oldestAge = .seconds(max(0, now.timeIntervalSince(oldest)))
                }
            }
            for (name, problem) in state.disabled { figures.receivers[name]?.disabledBecause = problem }
            return figures
        }
    }

    /// Makes room where more than `limit` notifications wait: reminders go, and what a later notification of the same
    /// group says anew. An alert's latest state is never dropped, so that a queue can stay longer than its limit.
    func trim(_ receivers: Set<String>, to limit: Int) {
        for name in receivers {
            let items = state.withLock { $0.queues[name].map { $0.count > limit ? $0.items : [] } ?? [] }
            guard items.count > limit else { continue }
            let current = state.withLock { $0.queues[name]?.current?.sequence }
            let victims = superseded(items.filter { $0.sequence != current }).prefix(items.count - limit)
            drop(Array(victims), of: name)
        }
    }

    /// Reminders and old heartbeats first, then changes that a later one of their group tells again.
    private func superseded(_ items: [OutboxItem]) -> [OutboxItem] {
        let idle = items.filter { $0.kind == .reminder || $0.kind == .test || $0.kind == .heartbeat }
        let changes = Dictionary(grouping: items.filter { $0.kind == .change }, by: \.groupKey).values.flatMap { group -> [OutboxItem] in
            var told: Set<String> = []
            var victims: [OutboxItem] = []
            for item in group.reversed() {
                guard let notification = try? store.notification(item) else { continue }
                let fingerprints = notification.alerts.map(\.fingerprint)
                if !fingerprints.isEmpty, notification.truncatedCount == 0, told.isSuperset(of: fingerprints) { victims.append(item) }
                told.formUnion(fingerprints)
            }
            return victims
        }
        return idle + changes.sorted { $0.sequence < $1.sequence }
    }

    /// Takes back beats that were not told in time: the next one says the same, and one that is late says nothing.
    func supersedeHeartbeats(of receiver: String) {
        let old = state.withLock { state in
            state.queues[receiver].map { queue in
                queue.items.filter { $0.kind == .heartbeat && $0.sequence != queue.current?.sequence }
            } ?? []
        }
        guard !old.isEmpty, (try? store.drop(old, journal: [])) != nil else { return }
        state.withLock { state in
            for item in old { state.queues[receiver]?.remove(item) }
        }
    }

    private func drop(_ victims: [OutboxItem], of receiver: String) {
        guard !victims.isEmpty else { return }
        let row = JournalRow(
            at: clock(), event: .notificationDropped, isSuccess: false,
            details: ["receiver": .string(receiver), "notifications": .integer(victims.count), "detail": "its queue is full"])
        guard (try? store.drop(victims, journal: [row])) != nil else { return }
        state.withLock { state in
            for item in victims { state.queues[receiver]?.remove(item) }
            state.figures.receivers[receiver, default: .init()].dropped += victims.count
        }
    }

    /// The wall clock was set: retries and pauses stay as long as they are.
    func shift(by jump: TimeInterval) {
        state.withLock { state in
            for name in state.queues.keys { state.queues[name]?.shift(by: jump) }
        }
    }

    /// Makes a dead letter wait again; false when there is none of this id.
    func replay(_ id: String, actor: String) throws(StorageFailure) -> Bool {
        let now = clock()
        let revived = try store.revive(id, at: now) { item in
            [
                JournalRow(
                    at: now, event: .deliveryReplayed, actor: actor,
                    details: ["receiver": .string(item.receiver), "notification": .string(item.id)])
            ]
        }
        guard let revived else { return false }
        put([revived])
        return true
    }

    /// Switches a receiver on again that had said that it wants no more.
    func enable(_ receiver: String) throws(StorageFailure) {
        guard state.withLock({ $0.disabled[receiver] }) != nil else { return }
        try store.setDisabled(receiver, problem: nil, at: clock(), journal: [])
        state.withLock { $0.disabled[receiver] = nil }
        wake.signal()
    }
}

extension OutboxFigures {
    /// Why notifications are not delivered; nil when they are, or have not waited for long.
    ///
    /// - Parameter threshold: how long one may wait.
    func problem(slowerThan threshold: Duration, at now: Date) -> String? {
        for (name, receiver) in receivers.sorted(by: { $0.key < $1.key }) {
            if let reason = receiver.disabledBecause { return "\(name) is switched off: \(reason)" }
            // Told for an hour: whoever replays or drops them has seen it by then.
            if let at = receiver.lastDeadAt, now.timeIntervalSince(at) < 3600 {
                return "\(receiver.dead) notifications for \(name) were given up; tenantwatch deliveries --dead shows them"
            }
            if receiver.oldestAge > threshold {
                return "\(receiver.waiting) notifications wait for \(name), the oldest for \(receiver.oldestAge.components.seconds) s"
            }
        }
        return nil
    }
}
