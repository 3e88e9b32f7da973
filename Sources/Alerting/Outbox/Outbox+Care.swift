internal import BlockingIO
internal import FoundationEssentials
internal import Platform
internal import Storage
internal import TenantCore

extension Outbox {
    /// What was done since the start and what waits now.
    func figures(at now: Date) -> OutboxFigures {
        state.withLock { state in
            var state = state
            for (name, queue) in state.queues {
                state.count(name) { figures in
                    figures.waiting = queue.count
                    figures.oldestAge = queue.oldest.map { .seconds(max(0, now.timeIntervalSince($0))) } ?? .zero
                }
            }
            for (name, problem) in state.disabled { state.figures.receivers[name]?.disabledBecause = problem }
            return state.figures
        }
    }

    /// Makes room where more than `limit` notifications wait: reminders go, and what a later notification of the same
    /// group says anew. An alert's latest state is never dropped, so that a queue can stay longer than its limit.
    func trim(_ receivers: Set<String>, to limit: Int) {
        for name in receivers {
            let (items, excess) = state.withLock { state in
                state.queues[name].map { $0.count > limit ? ($0.idle, $0.count - limit) : ([], 0) } ?? ([], 0)
            }
            if excess > 0 { drop(Array(Self.superseded(items).prefix(excess)), of: name) }
        }
    }

    /// Reminders and old heartbeats first, then changes that later ones of their group tell again.
    private static func superseded(_ items: [OutboxItem]) -> [OutboxItem] {
        let idle = items.filter { $0.kind != .change }
        let changes = Dictionary(grouping: items.filter { $0.kind == .change }, by: \.groupKey).values.flatMap { group -> [OutboxItem] in
            var told: Set<UInt64> = []
            var victims: [OutboxItem] = []
            for item in group.reversed() {
                if item.isWhole, !item.alerts.isEmpty, told.isSuperset(of: item.alerts) { victims.append(item) }
                told.formUnion(item.alerts)
            }
            return victims
        }
        return idle + changes.sorted { $0.sequence < $1.sequence }
    }

    /// What is to be committed of a heartbeat: it takes the place of those that were not told in time, for it says the same
    /// and one that is late says nothing. Nothing, for a receiver that wants no more.
    func beat(_ beat: Notification) -> Commit {
        let (old, isWanted) = state.withLock { state in
            (state.queues[beat.receiver]?.idle.filter { $0.kind == .heartbeat } ?? [], state.disabled[beat.receiver] == nil)
        }
        if !old.isEmpty, (try? store.drop(old, journal: [])) != nil {
            state.withLock { state in
                for item in old { state.queues[beat.receiver]?.remove(item.sequence) }
            }
        }
        return isWanted ? Commit(notifications: [beat], journal: [JournalRow(queued: beat)]) : Commit()
    }

    private func drop(_ victims: [OutboxItem], of receiver: String) {
        guard !victims.isEmpty else { return }
        let row = JournalRow(
            at: clock(), event: .notificationDropped, isSuccess: false,
            details: ["receiver": .string(receiver), "notifications": .integer(victims.count), "detail": "its queue is full"])
        guard (try? store.drop(victims, journal: [row])) != nil else { return }
        state.withLock { state in
            for item in victims { state.queues[receiver]?.remove(item.sequence) }
            state.count(receiver) { $0.dropped += victims.count }
        }
    }

    /// The wall clock was set: retries and pauses stay as long as they are.
    func shift(by jump: TimeInterval, to now: Date) {
        state.withLock { state in
            for name in state.queues.keys { state.queues[name]?.shift(by: jump, to: now) }
        }
    }

    /// No notification for this receiver is tried before; nil when it may be tried at any time.
    func nextAttempt(for receiver: String) -> Date? { state.withLock { $0.queues[receiver]?.schedule.nextAt } }

    /// What asking for a dead letter led to.
    enum Replay {
        case waits
        case unknown
        /// Its receiver wants no more, for this reason.
        case refused(String)
    }

    /// Makes a dead letter wait again.
    func replay(_ id: String, actor: String) throws(StorageFailure) -> Replay {
        let now = clock()
        guard let receiver = try store.receiver(ofDead: id) else { return .unknown }
        if let problem = state.withLock({ $0.disabled[receiver] }) {
            return .refused("\(receiver) is switched off (\(problem)); `tenantwatch receivers test \(receiver)` comes first")
        }
        let revived = try store.revive(id, at: now) { item in
            [
                JournalRow(
                    at: now, event: .deliveryReplayed, actor: actor,
                    details: ["receiver": .string(item.receiver), "notification": .string(item.id)])
            ]
        }
        guard let revived else { return .unknown }
        put([revived])
        // Whoever replays the last of them has seen them.
        if (try? store.deadCount(of: receiver)) == 0 { state.withLock { $0.count(receiver) { $0.lastDeadAt = nil } } }
        return .waits
    }

    /// Notes that a receiver took a test, which switches it on again if it had said that it wants no more.
    func enable(_ receiver: String, actor: String) throws(StorageFailure) {
        try store.enable([receiver], journal: [JournalRow(tested: receiver, problem: nil, actor: actor, at: clock())])
        state.withLock { state in
            state.disabled[receiver] = nil
            state.figures.receivers[receiver]?.problem = nil
            state.queues[receiver]?.resume(at: clock())
        }
        loop.wake()
    }
}

extension OutboxFigures {
    /// Why notifications are not delivered; nil when they are, or have not waited for long.
    ///
    /// - Parameter threshold: how long one may wait.
    func problem(slowerThan threshold: Duration, at now: Date) -> String? {
        for (name, receiver) in receivers.sorted(by: { $0.key < $1.key }) where receiver.isConfigured {
            if let reason = receiver.disabledBecause { return "\(name) is switched off: \(reason)" }
            // Told for an hour: whoever replays or drops them has seen it by then.
            if let at = receiver.lastDeadAt, now.timeIntervalSince(at) < 3600 {
                return "notifications for \(name) were given up; tenantwatch deliveries --dead shows them"
            }
            if receiver.oldestAge > threshold {
                // Since when and not for how long: a text that changes by the second would be news by the second.
                let since = (now - receiver.oldestAge.inSeconds).formatted(.iso8601)
                return "\(name) has not taken what waits for it since \(since)\(receiver.problem.map { ": \($0)" } ?? "")"
            }
        }
        return nil
    }
}
