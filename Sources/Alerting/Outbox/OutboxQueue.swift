internal import FoundationEssentials
internal import HeapModule
internal import TenantCore

/// What one receiver is still to be told, one at a time; pure: time is what it is told.
///
/// Two items that belong to one group, or that tell of one alert, keep their order; all others pass each other.
struct OutboxQueue: Sendable {
    /// Items of one line wait for each other.
    private enum Line: Hashable {
        case group(String)
        case alert(UInt64)
    }

    private struct Turn: Comparable {
        var at: Date
        var sequence: Int

        static func < (left: Turn, right: Turn) -> Bool { (left.at, left.sequence) < (right.at, right.sequence) }
    }

    private var waiting: [Int: OutboxItem] = [:]
    /// Of each line who stands in it, the next one first.
    private var lines: [Line: [Int]] = [:]
    /// In how many lines somebody stands before an item; absent for none.
    private var blockers: [Int: Int] = [:]
    /// Of those before whom nobody stands. One that is no longer so stays until it is looked at.
    private var turns = Heap<Turn>()
    /// Those that wait for the receiver to answer again.
    private var awaiting: Set<Int> = []
    /// Those that failed for the receiver's sake, though it has answered others since.
    private var suspects: Set<Int> = []
    /// Whether the last attempt shows that the receiver takes notifications.
    private var hasJustAnswered = false
    private var current: Int?
    /// When the receiver may be asked.
    private(set) var schedule = ReceiverSchedule()

    /// Nothing is sent before it.
    var pausedUntil: Date { schedule.nextAt ?? .distantPast }
    /// How many items wait, that of an attempt under way included.
    var count: Int { waiting.count }
    /// When the oldest item was committed.
    var oldest: Date? { waiting.values.lazy.map(\.createdAt).min() }
    /// Items in the order of the outbox, without that of an attempt under way.
    var idle: [OutboxItem] { waiting.values.filter { $0.sequence != current }.sorted { $0.sequence < $1.sequence } }

    /// When `take` has something to give; nil while an attempt is under way or nothing waits.
    mutating func nextDue() -> Date? {
        guard current == nil, let turn = nextTurn() else { return nil }
        return max(turn.at, pausedUntil)
    }

    /// Adds an item; one that is there already, as when it is replayed before its end was noted, begins anew.
    mutating func put(_ item: OutboxItem) {
        if current == item.sequence { current = nil }
        remove(item.sequence)
        waiting[item.sequence] = item
        if item.awaitsReceiver { awaiting.insert(item.sequence) }
        schedule.join(item.sequence)
        for line in Self.lines(of: item) {
            if lines[line] != nil { blockers[item.sequence, default: 0] += 1 }
            lines[line, default: []].append(item.sequence)
        }
        if blockers[item.sequence] == nil { turns.insert(Turn(at: item.nextAt, sequence: item.sequence)) }
    }

    /// The next item to try; nil when nothing is due.
    mutating func take(at now: Date) -> OutboxItem? {
        guard current == nil, pausedUntil <= now, let turn = nextTurn(), turn.at <= now else { return nil }
        current = turn.sequence
        return waiting[turn.sequence]
    }

    /// What follows from the outcome of the attempt under way.
    func verdict(on outcome: DeliveryOutcome, of item: OutboxItem, at now: Date, chance: Double) -> Verdict {
        // A second failure in a row is the receiver's: whoever flaps while it returns would else have each item wait by itself.
        let mayBeItsOwn = hasJustAnswered && suspects.contains(item.sequence)
        return Verdict(outcome, of: item, under: schedule, mayBeItsOwn: mayBeItsOwn, at: now, chance: chance)
    }

    /// Ends the attempt under way: the item is delivered, dead or dropped.
    mutating func finish(at now: Date, isDelivered: Bool) {
        guard let sequence = current else { return }
        current = nil
        remove(sequence)
        if isDelivered { recover(at: now) }
    }

    /// Ends the attempt under way: the item is tried again.
    mutating func postpone(until next: Date, isRefusal: Bool = true, awaitsReceiver: Bool) {
        guard let sequence = current else { return }
        current = nil
        if awaitsReceiver { awaiting.insert(sequence) } else { awaiting.remove(sequence) }
        plan(sequence) { item in
            item.attempts += 1
            item.refusals += isRefusal ? 1 : 0
            item.nextAt = next
            item.awaitsReceiver = awaitsReceiver
        }
    }

    /// The receiver has answered, though with a refusal of one item.
    mutating func answer(at now: Date) { recover(at: now) }

    /// Those that are given up now that the receiver has failed again, without that of an attempt under way.
    func expired(at now: Date) -> [OutboxItem] { idle.filter { $0.isExpired(at: now) } }

    /// Keeps what the receiver has taken of the item whose attempt is under way.
    mutating func record(_ progress: DeliveryProgress) {
        if let sequence = current { waiting[sequence]?.progress = progress }
    }

    /// Ends the attempt under way, which was none: it does not count.
    mutating func abandon(retryAt next: Date) {
        guard let sequence = current else { return }
        current = nil
        plan(sequence) { $0.nextAt = next }
    }

    /// Leaves the whole receiver alone, for it fails whatever it is sent.
    mutating func pause(for wish: Duration?, at now: Date, chance: Double) {
        schedule.fail(at: now, retryAfter: wish, chance: chance, item: current)
    }

    /// The receiver is asked again, whatever it said before.
    mutating func resume(at now: Date) {
        schedule.succeed()
        release(at: now)
    }

    /// Leaves the whole receiver alone, as it had asked for before a restart.
    mutating func pause(until end: Date) { schedule.wait(until: end) }

    /// Nothing can be gained by waiting: everything is due.
    mutating func hurry(at now: Date) {
        schedule.succeed()
        change { $0.nextAt = min($0.nextAt, now) }
    }

    /// The wall clock was set: what is planned in it moves along.
    mutating func shift(by jump: TimeInterval, to now: Date) {
        change { item in
            item.nextAt += jump
            item.createdAt += jump
            // What was planned after the jump and before it was noticed must not move twice.
            item.boundNext(at: now)
        }
        schedule.shift(by: jump, to: now)
    }

    /// Takes an item out, whatever it waits for.
    mutating func remove(_ sequence: Int) {
        guard let item = waiting.removeValue(forKey: sequence) else { return }
        awaiting.remove(sequence)
        suspects.remove(sequence)
        blockers[sequence] = nil
        for line in Self.lines(of: item) {
            guard let place = lines[line]?.firstIndex(of: sequence) else { continue }
            lines[line]?.remove(at: place)
            guard let next = lines[line]?.first else {
                lines[line] = nil
                continue
            }
            if place == 0 { unblock(next) }
        }
    }

    private mutating func unblock(_ sequence: Int) {
        let count = (blockers[sequence] ?? 0) - 1
        blockers[sequence] = count > 0 ? count : nil
        if count <= 0, let item = waiting[sequence] { turns.insert(Turn(at: item.nextAt, sequence: sequence)) }
    }

    /// The receiver answers again: whatever waited for that is due now, the oldest first.
    private mutating func recover(at now: Date) {
        hasJustAnswered = true
        let wasFailing = schedule.isFailing
        schedule.succeed()
        guard wasFailing else { return }
        suspects.formUnion(awaiting)
        release(at: now)
    }

    private mutating func release(at now: Date) {
        for sequence in awaiting {
            plan(sequence) { item in
                item.nextAt = min(item.nextAt, item.createdAt, now)
                item.awaitsReceiver = false
            }
        }
        awaiting = []
    }

    private mutating func plan(_ sequence: Int, _ body: (inout OutboxItem) -> Void) {
        guard var item = waiting[sequence] else { return }
        body(&item)
        waiting[sequence] = item
        if blockers[sequence] == nil { turns.insert(Turn(at: item.nextAt, sequence: sequence)) }
    }

    private mutating func change(_ body: (inout OutboxItem) -> Void) {
        waiting = waiting.mapValues { item in
            var item = item
            body(&item)
            return item
        }
        turns = Heap(waiting.values.filter { blockers[$0.sequence] == nil }.map { Turn(at: $0.nextAt, sequence: $0.sequence) })
    }

    private mutating func nextTurn() -> Turn? {
        while let turn = turns.min {
            if let item = waiting[turn.sequence], item.nextAt == turn.at, blockers[turn.sequence] == nil { return turn }
            _ = turns.popMin()
        }
        return nil
    }

    private static func lines(of item: OutboxItem) -> Set<Line> { Set(item.alerts.map { .alert($0) }).union([.group(item.groupKey)]) }
}

extension OutboxQueue {
    /// Ends the attempt under way as its verdict says.
    mutating func apply(_ verdict: Verdict, at now: Date, chance: Double) {
        if verdict.isReceiverWide { pause(for: verdict.retryAfter, at: now, chance: chance) }
        // Whatever shows the opposite says so below.
        hasJustAnswered = false
        switch verdict.settlement {
        case .postponed(let next, _, let isRefusal, let awaitsReceiver):
            // Others that are due go before it: one that fails by itself must not be all that is tried.
            postpone(until: next, isRefusal: isRefusal, awaitsReceiver: awaitsReceiver)
            if !awaitsReceiver { answer(at: now) }
        case .delivered: finish(at: now, isDelivered: true)
        case .dropped, .dead: finish(at: now, isDelivered: false)
        }
    }
}
