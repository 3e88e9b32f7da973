internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// Turns what is seen of conditions into alerts; pure: time is what it is told.
///
/// A condition must hold for the rule's `hold` before its alert fires and must have ended for its `recovery` before
/// it is resolved. One that changes too often is held firing until it has been quiet, unless its rule asks for what lasts.
struct AlertEngine: Sendable {
    /// More changes than this within `flapWindow` are flapping, which ends after as long without any.
    static let flapChanges = 6
    static let flapWindow: TimeInterval = 1800

    struct Key: Hashable, Sendable {
        var rule: String
        var subject: AlertSubject
    }

    private(set) var entries: [Key: Entry] = [:]
    /// Those with a deadline: what is pending, recovers, flaps, or was resolved lately.
    private var deadlines: [Key: Date] = [:]
    /// No deadline is before it; `tick` makes it exact.
    private var earliest: Date?
    /// What changed since the last `drain`, by fingerprint: labels differ from one incident about a subject to the next.
    private var touched: [String: Entry] = [:]
    private let author: AlertAuthor

    init(author: AlertAuthor) { self.author = author }

    /// When `tick` has something to do, or sooner; nil when nothing changes by itself.
    var nextDeadline: Date? { earliest }

    /// The alert of this rule about this subject, while it is pending or fires.
    subscript(key: Key) -> Entry? { entries[key] }

    /// Takes back what was stored before a restart. Of two incidents about one subject the one that fires counts.
    /// Nothing was seen meanwhile: what was pending is forgotten, and what recovered is seen to end anew.
    mutating func restore(_ stored: Entry, at now: Date) {
        var entry = stored
        switch entry.phase {
        case .pending: (entry.phase, entry.holds) = (.rest, false)
        case .recovering, .firing: (entry.phase, entry.holds) = (.firing, true)
        case .rest: break
        }
        // What lies ahead was stored by a clock that was wrong.
        entry.changes = entry.changes.map { min($0, now) }
        let key = Key(rule: entry.alert.rule, subject: entry.alert.subject)
        if entries[key] == nil || entry.phase != .rest { store(entry, key) }
        touched = [:]
    }

    /// Every entry that changed since the last call, to be stored.
    mutating func drain() -> [Entry] {
        defer { touched = [:] }
        return touched.values.sorted { $0.alert.fingerprint < $1.alert.fingerprint }
    }

    /// Takes what was seen of one condition.
    mutating func absorb(_ signal: Signal, labels: [Tenant.Label] = []) -> [AlertChange] {
        let key = Key(rule: signal.rule.name, subject: signal.subject)
        switch signal.state {
        case .unknown: return forget(key, at: signal.at)
        case .ended:
            guard var entry = entries[key] else { return [] }
            defer { store(entry, key) }
            return end(&entry, signal)
        case .holds(let cause):
            var entry = entries[key] ?? author.entry(for: signal, labels: labels)
            defer { store(entry, key) }
            return hold(&entry, signal, cause, labels)
        }
    }

    /// Lets time pass: holds and recoveries end, flapping quietens.
    mutating func tick(at now: Date) -> [AlertChange] {
        guard let earliest, earliest <= now else { return [] }
        var changes: [AlertChange] = []
        for (key, _) in deadlines.filter({ $0.value <= now }).sorted(by: { $0.value < $1.value }) {
            guard var entry = entries[key] else { continue }
            if entry.phase == .rest {
                // Its row stays as it is for whoever is still to hear of the end.
                (entries[key], deadlines[key]) = (nil, nil)
                continue
            }
            changes += pass(&entry, to: now)
            store(entry, key)
        }
        self.earliest = deadlines.values.min()
        return changes
    }

    /// Ends whatever is said about subjects that `why` has a reason for, which becomes an annotation.
    mutating func retire(at now: Date, why: (Entry) -> String?) -> [AlertChange] {
        var changes: [AlertChange] = []
        for (key, var entry) in entries {
            guard let reason = why(entry) else { continue }
            entry.alert.annotations["resolution"] = reason
            // Nobody is to mend what is no longer watched.
            entry.alert.annotations["remedy"] = nil
            switch entry.phase {
            case .firing, .recovering: changes.append(resolve(&entry, at: now))
            case .pending: changes.append(AlertChange(kind: .dropped, alert: entry.alert, at: now))
            case .rest: break
            }
            entry.phase = .rest
            store(entry, key)
        }
        return changes.sorted { $0.alert.fingerprint < $1.alert.fingerprint }
    }

    /// The wall clock was set: what is counted in it moves along. What people were told stays as it was.
    mutating func shift(by jump: TimeInterval) {
        for (key, var entry) in entries {
            switch entry.phase {
            case .pending(let since): entry.phase = .pending(since: since + jump)
            case .recovering(let since): entry.phase = .recovering(since: since + jump)
            case .rest, .firing: break
            }
            entry.changes = entry.changes.map { $0 + jump }
            store(entry, key)
        }
    }

    private mutating func store(_ entry: Entry, _ key: Key) {
        if entries[key] != entry { touched[entry.alert.fingerprint] = entry }
        let deadline = entry.deadline
        entries[key] = entry.phase == .rest && deadline == nil ? nil : entry
        deadlines[key] = deadline
        if let deadline { earliest = min(earliest ?? deadline, deadline) }
    }

    /// What is pending is no longer known to hold, and what recovers no longer known to be over; what fires stays, for only
    /// an observation resolves it.
    private mutating func forget(_ key: Key, at now: Date) -> [AlertChange] {
        guard var entry = entries[key] else { return [] }
        defer { store(entry, key) }
        switch entry.phase {
        case .rest, .firing: return []
        case .recovering:
            (entry.phase, entry.holds) = (.firing, true)
            // The end that was seen counts for nothing, and is no change either.
            _ = entry.changes.popLast()
            return []
        case .pending:
            (entry.phase, entry.holds) = (.rest, false)
            return [AlertChange(kind: .dropped, alert: entry.alert, at: now)]
        }
    }

    private func hold(_ entry: inout Entry, _ signal: Signal, _ cause: Signal.Cause, _ labels: [Tenant.Label]) -> [AlertChange] {
        let isNew = !entry.holds
        entry.holds = true
        let mayFlap = signal.rule.condition.mayFlap
        if isNew, mayFlap { note(&entry, signal.at) }
        let isFlapping = mayFlap && entry.changes.count > Self.flapChanges
        switch entry.phase {
        case .rest, .pending:
            if case .rest = entry.phase {
                author.renew(&entry, for: signal, labels: labels)
                entry.phase = .pending(since: signal.at)
            }
            author.explain(&entry.alert, cause)
            // What flaps never holds long enough, and is told all the same.
            if entry.hold <= 0 || isFlapping {
                entry.alert.isFlapping = isFlapping
                return [fire(&entry, at: signal.at)]
            }
            return isNew ? [AlertChange(kind: .pending, alert: entry.alert, at: signal.at)] : []
        case .firing, .recovering:
            entry.phase = .firing
            let before = entry.alert
            author.explain(&entry.alert, cause)
            entry.alert.isFlapping = entry.alert.isFlapping || isFlapping
            author.describeFlapping(&entry.alert)
            let begins = entry.alert.isFlapping && !before.isFlapping
            return entry.alert == before
                ? [] : [AlertChange(kind: .updated, alert: entry.alert, at: signal.at, beginsToFlap: begins)]
        }
    }

    private func end(_ entry: inout Entry, _ signal: Signal) -> [AlertChange] {
        guard entry.holds else { return [] }
        let now = signal.at
        let mayFlap = signal.rule.condition.mayFlap
        entry.holds = false
        if mayFlap { note(&entry, now) }
        switch entry.phase {
        case .rest, .recovering: return []
        case .pending:
            entry.phase = .rest
            return [AlertChange(kind: .dropped, alert: entry.alert, at: now)]
        case .firing:
            if mayFlap, entry.changes.count > Self.flapChanges, !entry.alert.isFlapping {
                entry.alert.isFlapping = true
                author.describeFlapping(&entry.alert)
                return [AlertChange(kind: .updated, alert: entry.alert, at: now, beginsToFlap: true)]
            }
            if entry.alert.isFlapping { return [] }
            if entry.recovery <= 0 { return [resolve(&entry, at: now)] }
            entry.phase = .recovering(since: now)
            return []
        }
    }

    private func pass(_ entry: inout Entry, to now: Date) -> [AlertChange] {
        entry.changes.removeAll { $0 + Self.flapWindow <= now }
        switch entry.phase {
        case .pending(let since) where since + entry.hold <= now: return [fire(&entry, at: now)]
        case .recovering(let since) where since + entry.recovery <= now: return [resolve(&entry, at: now)]
        case .firing where entry.alert.isFlapping && entry.changes.isEmpty:
            entry.alert.isFlapping = false
            author.describeFlapping(&entry.alert)
            return [entry.holds ? AlertChange(kind: .updated, alert: entry.alert, at: now) : resolve(&entry, at: now)]
        default: return []
        }
    }

    private func note(_ entry: inout Entry, _ now: Date) {
        entry.changes.removeAll { $0 + Self.flapWindow <= now }
        // One more than the limit tells all that the rest would.
        entry.changes = entry.changes.suffix(Self.flapChanges) + [now]
    }

    private func fire(_ entry: inout Entry, at now: Date) -> AlertChange {
        entry.phase = .firing
        entry.alert.endsAt = nil
        author.describeFlapping(&entry.alert)
        return AlertChange(kind: .fired, alert: entry.alert, at: now, beginsToFlap: entry.alert.isFlapping)
    }

    private func resolve(_ entry: inout Entry, at now: Date) -> AlertChange {
        entry.phase = .rest
        entry.alert.isFlapping = false
        entry.alert.endsAt = max(now, entry.alert.startsAt)
        return AlertChange(kind: .resolved, alert: entry.alert, at: now)
    }
}
