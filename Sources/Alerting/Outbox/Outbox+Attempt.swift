internal import BlockingIO
internal import FoundationEssentials
internal import Platform
internal import Storage
internal import TenantCore

extension Outbox {
    /// How long a failing disk is left alone, and
    private static let patience = Duration.seconds(1)
    /// how long the settings of a receiver that cannot be read.
    private static let patienceForSettings = Duration.seconds(60)

    /// Tries an item that `take` gave.
    func attempt(_ item: OutboxItem) {
        let (sender, refusal, mayCome) = state.withLock { state in
            (state.senders[item.receiver], state.disabled[item.receiver], state.directory.mayHear(item.receiver))
        }
        // Its tenant's entry cannot be read now.
        if sender == nil, mayCome { return retry(item, after: Self.patienceForSettings) }
        var notification: Notification
        do throws(StorageFailure) {
            switch try store.content(of: item) {
            case .notification(let content): notification = content
            case .unreadable: return bury(item)
            case .gone: return state.withLock { $0.queues[item.receiver]?.finish(at: clock(), isDelivered: false) }
            }
        } catch {
            return retry(item, after: Self.patience)
        }
        // It may have been written before its receiver had this name.
        notification.receiver = item.receiver
        let outcome: DeliveryOutcome =
            if let refusal {
                .gone(problem: "the receiver is switched off: \(refusal)")
            } else if let sender {
                sender.send(notification, from: item.progress, attempt: item.attempts + 1, at: clock()) { record($0, of: item) }
            } else {
                .gone(problem: "no receiver is called \(item.receiver)")
            }
        settle(item, notification, outcome, isKnown: sender != nil && refusal == nil)
    }

    /// Stores what the receiver has taken before more is sent, so that a crash repeats one body at most.
    private func record(_ progress: DeliveryProgress, of item: OutboxItem) -> Bool {
        let isStored = persist { store throws(StorageFailure) in try store.record(progress, of: item) }
        state.withLock { $0.queues[item.receiver]?.record(progress) }
        return isStored
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
            state.count(item.receiver) { $0.note(.dead(problem: problem), at: now) }
        }
    }

    private func settle(_ item: OutboxItem, _ notification: Notification, _ outcome: DeliveryOutcome, isKnown: Bool) {
        let (now, chance) = (clock(), chance())
        let verdict = state.withLock { state in
            (state.queues[item.receiver] ?? OutboxQueue()).verdict(on: outcome, of: item, at: now, chance: chance)
        }
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
        let pausedUntil = verdict.isReceiverWide ? verdict.retryAfter.map { now + $0.inSeconds } : nil
        persist { [rows, refusal] store throws(StorageFailure) in
            try store.settle(item, verdict.settlement, refusal: refusal, pausedUntil: pausedUntil, journal: rows)
        }
        state.withLock { state in
            if let refusal {
                state.disabled[item.receiver] = refusal
                // Whatever waits for a retry is a dead letter now and not in hours.
                state.queues[item.receiver]?.hurry(at: now)
            }
            state.queues[item.receiver]?.apply(verdict, at: now, chance: chance)
            state.count(item.receiver) { $0.note(verdict.settlement, at: now) }
        }
        guard verdict.isReceiverWide else { return }
        giveUp(state.withLock { $0.queues[item.receiver]?.expired(at: now) ?? [] }, because: outcome.problem ?? "", at: now)
    }

    /// Makes dead letters of what has waited for its time while its receiver failed.
    private func giveUp(_ items: [OutboxItem], because problem: String, at now: Date) {
        guard let receiver = items.first?.receiver else { return }
        let text = "given up after 75 hours in which its receiver failed: \(problem)"
        let rows = items.filter { $0.kind != .heartbeat }.map { item in
            JournalRow(
                at: now, event: .deliveryDead, isSuccess: false,
                details: ["receiver": .string(receiver), "notification": .string(item.id), "detail": .string(text)])
        }
        persist { store throws(StorageFailure) in try store.giveUp(items, problem: text, journal: rows) }
        state.withLock { state in
            for item in items { state.queues[receiver]?.remove(item.sequence) }
            for _ in rows { state.count(receiver) { $0.note(.dead(problem: text), at: now) } }
        }
    }

    /// Tries until it is stored, or the outbox is closed.
    @discardableResult
    private func persist(_ body: (AlertStore) throws(StorageFailure) -> Void) -> Bool {
        while (try? body(store)) == nil {
            if state.withLock({ $0.isClosed }) { return false }
            loop.pause(for: Self.patience)
        }
        return true
    }

    private func retry(_ item: OutboxItem, after time: Duration) {
        let now = clock()
        state.withLock { $0.queues[item.receiver]?.abandon(retryAt: now + time.inSeconds) }
    }
}
