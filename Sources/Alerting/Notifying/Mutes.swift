internal import FoundationEssentials

/// Decides which alerts are not told now: silences, maintenance windows and inhibitions.
struct Mutes: Sendable {
    /// Why an alert is not told.
    struct Reason: Sendable, Equatable {
        /// `silence`, `maintenance` or `inhibition`.
        var kind: String
        /// The silence's id, the window's name, or the matchers of the inhibition's source.
        var name: String
        var since: Date
    }

    private(set) var silences: [String: Silence] = [:]
    private let windows: [MaintenanceWindow]
    private let inhibitions: [Inhibition]
    /// How many firing alerts there are for each inhibition and its equal values, and since when.
    private var sources: [[[String]: (count: Int, since: Date)]]
    /// The windows that held when `refresh` was last called.
    private var open: [(window: MaintenanceWindow, since: Date, until: Date)] = []
    private var active: [Silence] = []
    private var lookedAt = Date.distantPast
    private var isChanged = false

    init(windows: [MaintenanceWindow], inhibitions: [Inhibition]) {
        self.windows = windows
        self.inhibitions = inhibitions
        sources = inhibitions.map { _ in [:] }
    }

    /// How many silences hold.
    var activeCount: Int { active.count }

    /// Adds a silence or takes its new version.
    mutating func put(_ silence: Silence) {
        silences[silence.id] = silence
        isChanged = true
    }

    /// Forgets silences that ended before `limit`.
    mutating func prune(endedBefore limit: Date) { silences = silences.filter { $0.value.endsAt >= limit } }

    /// Looks at the clock, once a second at most; true when other alerts are muted than before.
    mutating func refresh(at now: Date) -> Bool {
        guard isChanged || abs(now.timeIntervalSince(lookedAt)) >= 1 else { return false }
        (lookedAt, isChanged) = (now, false)
        let before = (active.map(\.id), open.map(\.window.name))
        active = silences.values.filter { $0.isActive(at: now) }.sorted { $0.id < $1.id }
        open = windows.compactMap { window in window.stretch(at: now).map { (window, $0.start, $0.end) } }
        return before != (active.map(\.id), open.map(\.window.name))
    }

    /// Learns which alerts fire; true when an inhibition begins or ends.
    mutating func absorb(_ change: AlertChange) -> Bool {
        let step: Int
        switch change.kind {
        case .fired: step = 1
        case .resolved: step = -1
        default: return false
        }
        var isChanged = false
        for (index, inhibition) in inhibitions.enumerated() where inhibition.source.allMatch(change.alert) {
            let values = inhibition.equal.map { change.alert.value(of: $0) ?? "" }
            let before = sources[index][values]
            let count = (before?.count ?? 0) + step
            let since = min(before?.since ?? .distantFuture, change.at)
            sources[index][values] = count > 0 ? (count, since) : nil
            isChanged = isChanged || count == 0 || (count == 1 && step == 1)
        }
        return isChanged
    }

    /// Why `alert` is not told now; nil when it is.
    func reason(for alert: Alert) -> Reason? {
        if let silence = active.first(where: { $0.matchers.allMatch(alert) }) {
            return Reason(kind: "silence", name: silence.id, since: silence.startsAt)
        }
        if let (window, since, _) = open.first(where: { $0.window.matchers.allMatch(alert) }) {
            return Reason(kind: "maintenance", name: window.name, since: since)
        }
        for (index, inhibition) in inhibitions.enumerated() where !sources[index].isEmpty && inhibition.target.allMatch(alert) {
            let values = inhibition.equal.map { alert.value(of: $0) ?? "" }
            // Nothing is silenced for having nothing in common.
            guard values.isEmpty || values.contains(where: { !$0.isEmpty }), let since = sources[index][values]?.since,
                !inhibition.source.allMatch(alert)
            else { continue }
            return Reason(kind: "inhibition", name: inhibition.source.map(\.description).joined(separator: ","), since: since)
        }
        return nil
    }
}
