internal import FoundationEssentials

/// What one receiver is still to be told, and when; pure: time is what it is told.
///
/// Within a group everything keeps its order; between groups whatever is due goes first. One attempt is under way at a
/// time.
struct OutboxQueue: Sendable {
    /// Without a `Retry-After` a troubled receiver is left alone for so long, doubled with each failure, up to the limit.
    private static let firstPause: TimeInterval = 5
    private static let longestPause: TimeInterval = 60

    /// In the order of the outbox, by group.
    private var groups: [String: [OutboxItem]] = [:]
    /// The item whose attempt is under way.
    private(set) var current: OutboxItem?
    /// Nothing is sent before it.
    private var pausedUntil = Date.distantPast
    private var failuresInRow = 0
    /// How many items wait, that of an attempt under way included.
    private(set) var count = 0

    /// When the oldest item was committed.
    var oldest: Date? { groups.values.lazy.compactMap(\.first?.createdAt).min() }

    /// When `take` has something to give; nil while an attempt is under way or nothing waits.
    var nextDue: Date? {
        guard current == nil, let first = groups.values.lazy.compactMap(\.first?.nextAt).min() else { return nil }
        return max(first, pausedUntil)
    }

    /// Items in the order of the outbox.
    var items: [OutboxItem] { groups.values.joined().sorted { $0.sequence < $1.sequence } }

    mutating func put(_ item: OutboxItem) {
        groups[item.groupKey, default: []].append(item)
        count += 1
    }

    /// The next item to try; nil when nothing is due.
    mutating func take(at now: Date) -> OutboxItem? {
        guard current == nil, pausedUntil <= now else { return nil }
        current = groups.values.lazy.compactMap(\.first).filter { $0.nextAt <= now }.min { $0.sequence < $1.sequence }
        return current
    }

    /// Ends the attempt under way: the item is delivered, dead or dropped.
    mutating func finish(at now: Date, isDelivered: Bool) {
        guard let item = current else { return }
        current = nil
        remove(item)
        if isDelivered { recover(at: now) }
    }

    /// Ends the attempt under way: the item is tried again.
    ///
    /// - Parameter pause: set when the whole receiver is in trouble: nothing else is tried for as long either.
    mutating func postpone(until next: Date, isReceiverWide: Bool, retryAfter: TimeInterval?, at now: Date) {
        guard var item = current else { return }
        current = nil
        item.attempts += 1
        item.nextAt = next
        item.awaitsReceiver = isReceiverWide
        if groups[item.groupKey]?.first?.sequence == item.sequence { groups[item.groupKey]?[0] = item }
        guard isReceiverWide else { return }
        let pause = min(Self.firstPause * Double(1 << min(failuresInRow, 6)), Self.longestPause)
        failuresInRow += 1
        pausedUntil = max(pausedUntil, now + max(pause, retryAfter ?? 0))
    }

    /// Ends the attempt under way, which was none: it does not count.
    mutating func abandon(retryAt next: Date) {
        guard let item = current else { return }
        current = nil
        groups[item.groupKey]?[0].nextAt = next
    }

    /// The wall clock was set: what is planned in it moves along.
    mutating func shift(by jump: TimeInterval) {
        groups = groups.mapValues { items in
            items.map { item in
                var item = item
                item.nextAt += jump
                return item
            }
        }
        if pausedUntil > .distantPast { pausedUntil += jump }
    }

    /// Takes an item out, whatever it waits for.
    mutating func remove(_ item: OutboxItem) {
        let before = groups[item.groupKey]?.count ?? 0
        groups[item.groupKey]?.removeAll { $0.sequence == item.sequence }
        count -= before - (groups[item.groupKey]?.count ?? 0)
        if groups[item.groupKey]?.isEmpty == true { groups[item.groupKey] = nil }
    }

    /// The receiver answers again: whatever waited for that is due now.
    private mutating func recover(at now: Date) {
        failuresInRow = 0
        pausedUntil = .distantPast
        for (key, items) in groups where items[0].awaitsReceiver {
            groups[key]?[0].nextAt = min(items[0].nextAt, now)
            groups[key]?[0].awaitsReceiver = false
        }
    }
}
