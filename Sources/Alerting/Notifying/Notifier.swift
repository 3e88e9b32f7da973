internal import FoundationEssentials
internal import TenantCore

/// Decides who is told what and when: routes alerts to groups and groups to notifications. Pure: time is what it is told.
struct Notifier: Sendable {
    /// What must be stored with the notifications that it belongs to.
    enum Update: Sendable, Equatable {
        case member(AlertGroup.ID, fingerprint: String, AlertGroup.Membership?)
        /// Everybody in the group who fires is now known to; who was resolved has left.
        case told(AlertGroup.ID, at: Date)
        case removed(AlertGroup.ID)
    }

    private var routes: RouteTable
    /// Receivers that are told of single alerts by other means.
    private let ungrouped: Set<String>
    /// Receivers that do not want to hear that something is over.
    private var deafToEnds: Set<String>
    /// How many alerts a body for each webhook may have, 0 for all. A webhook knows alerts by what stood in its bodies, all
    /// other receivers know groups.
    private var maxAlerts: [String: Int]
    private(set) var groups: [AlertGroup.ID: AlertGroup] = [:]
    private var alerts = GroupedAlerts()
    /// No group is due before it.
    private var earliest: Date?

    init(
        routes: RouteTable, ungrouped: Set<String> = [], deafToEnds: Set<String> = [], maxAlerts: [String: Int] = [:]
    ) {
        self.routes = routes
        self.ungrouped = ungrouped
        self.deafToEnds = deafToEnds
        self.maxAlerts = maxAlerts
    }

    /// When `flush` has something to do.
    var nextDeadline: Date? { earliest }

    /// Takes the receivers of a configuration; what is said to nobody any more is forgotten.
    mutating func adopt(_ directory: ReceiverDirectory) -> [Update] {
        routes.ofTenants = directory.ofTenants
        deafToEnds = directory.deafToEnds
        maxAlerts = directory.maxAlerts
        let gone = groups.keys.filter { !directory.mayHear($0.receiver) }
        for id in gone {
            guard var group = groups.removeValue(forKey: id) else { continue }
            for fingerprint in Array(group.members.keys) { leave(fingerprint, &group) }
        }
        return gone.map { .removed($0) }
    }

    /// Who hears of `alert`, by routes alone.
    func receivers(for alert: Alert) -> [(receiver: String, route: Route)] { routes.receivers(for: alert) }

    /// Takes what became of an alert.
    mutating func absorb(_ change: AlertChange) -> [Update] {
        let fingerprint = change.alert.fingerprint
        switch change.kind {
        case .pending, .dropped: return []
        case .updated:
            alerts.update(change.alert)
            return []
        case .fired: return fire(change.alert, at: change.at)
        case .resolved:
            guard alerts.update(change.alert) else { return [] }
            return alerts.groups(of: fingerprint).map { id in
                let membership = groups[id]?.members[fingerprint]?.resolved ?? .passed
                groups[id]?.set(fingerprint, membership)
                if groups[id]?.ended[fingerprint] == nil { groups[id]?.ended[fingerprint] = change.alert }
                groups[id]?.plan(changedAt: change.at, isEnd: true)
                note(groups[id]?.dueAt)
                return .member(id, fingerprint: fingerprint, membership)
            }
        }
    }

    private mutating func fire(_ alert: Alert, at now: Date) -> [Update] {
        routes.receivers(for: alert).filter { !ungrouped.contains($0.receiver) }.map { join(alert, $0.receiver, $0.route, at: now) }
    }

    /// Lets receivers hear of an alert that fired before they were configured for it.
    mutating func enroll(_ alert: Alert, at now: Date) -> [Update] {
        let hearers = Set(alerts.groups(of: alert.fingerprint).map(\.receiver))
        return routes.receivers(for: alert).filter { !ungrouped.contains($0.receiver) && !hearers.contains($0.receiver) }
            .map { join(alert, $0.receiver, $0.route, at: now) }
    }

    private mutating func join(_ alert: Alert, _ receiver: String, _ route: Route, at now: Date) -> Update {
        let labels = AlertGroup.labels(of: alert, by: route.groupBy)
        let id = AlertGroup.ID(receiver: receiver, key: AlertGroup.key(labels))
        var group = groups[id] ?? AlertGroup(id: id, labels: labels, route: route, dueAt: now + route.groupWait.inSeconds)
        for other in alerts.groups(of: alert.fingerprint) where other.receiver == receiver && other != id {
            // Its end there must not be told after this beginning.
            groups[other]?.hurry(at: now)
            note(now)
        }
        // One that the receiver knows, and that ended and began again since, has not changed for it.
        let membership = group.members[alert.fingerprint]?.fired ?? .joined
        group.set(alert.fingerprint, membership)
        group.plan(changedAt: now)
        groups[id] = group
        note(group.dueAt)
        alerts.insert(alert, in: id)
        return .member(id, fingerprint: alert.fingerprint, membership)
    }

    /// The wall clock was set: what is planned in it moves along.
    mutating func shift(by jump: TimeInterval) {
        for id in groups.keys {
            groups[id]?.dueAt += jump
            groups[id]?.toldAt? += jump
            groups[id]?.beganAt? += jump
        }
        earliest = earliest.map { $0 + jump }
    }

    /// Looks again at those that were muted, and at once tells of those who no longer are.
    mutating func reconsider(at now: Date, isMuted: (Alert) -> Bool) {
        for (id, group) in groups where !group.muted.isEmpty {
            let muted = Set(group.members.keys.filter { group.members[$0]?.isFiring == true && alerts[$0].map(isMuted) == true })
            groups[id]?.muted = muted
            let isNews = group.muted.contains { !muted.contains($0) && group.members[$0]?.isNews == true }
            guard isNews, group.dueAt > now else { continue }
            groups[id]?.dueAt = now
            note(now)
        }
    }

    /// The notifications that are due, with what must be stored with them.
    mutating func flush(at now: Date, isMuted: (Alert) -> Bool) -> (notifications: [Notification], updates: [Update]) {
        guard let earliest, earliest <= now else { return ([], []) }
        var notifications: [Notification] = []
        var updates: [Update] = []
        for id in groups.values.filter({ $0.dueAt <= now }).sorted(by: AlertGroup.isToldBefore).map(\.id) {
            guard var group = groups[id] else { continue }
            let (notification, changes) = tell(&group, at: now, isMuted: isMuted)
            groups[id] = group.members.isEmpty ? nil : group
            if let notification { notifications.append(notification) }
            updates += changes
        }
        self.earliest = groups.values.lazy.map(\.dueAt).min()
        return (notifications, updates)
    }

    private mutating func tell(_ group: inout AlertGroup, at now: Date, isMuted: (Alert) -> Bool) -> (Notification?, [Update]) {
        var content = GroupContent()
        var unsaid: [String] = []
        let isDeaf = deafToEnds.contains(group.id.receiver)
        let isWebhook = maxAlerts[group.id.receiver] != nil
        group.muted = []
        group.isHurried = false
        for (fingerprint, membership) in group.members {
            guard let alert = group.ended[fingerprint] ?? alerts[fingerprint] else { continue }
            switch (membership, membership == .ended ? false : isMuted(alert)) {
            // Whoever follows alerts by their bodies never heard of one that has passed, and has nothing to end.
            case (.ended, _) where isDeaf, (.passed, _) where isDeaf || isWebhook, (.passed, true): unsaid.append(fingerprint)
            case (.ended, _), (.passed, false): content.resolved.append(alert)
            case (_, true): group.muted.insert(fingerprint)
            case (.told, false): content.known.append(alert)
            case (_, false): content.joined.append(alert)
            }
        }
        for fingerprint in unsaid { leave(fingerprint, &group) }
        if group.members.isEmpty { return (nil, [.removed(group.id)]) }
        let left = unsaid.map { Update.member(group.id, fingerprint: $0, nil) }
        let rest = group.route.repeatInterval.inSeconds
        if !content.isChange, !content.isFiring || now < (group.toldAt ?? .distantPast) + rest {
            group.isDirty = false
            // Muted alone, it waits for `reconsider`; else for its reminder.
            group.dueAt = content.isFiring ? (group.toldAt ?? now) + rest : now + rest
            return (nil, left)
        }
        content.sort()
        let (shown, superseded) = shown(of: content, in: &group)
        let (notification, updates) = settle(&group, content, shown, at: now)
        return (notification, left + superseded + updates)
    }

    /// What of `content` the receiver's bodies have room for; the rest stays in the group until there is.
    private mutating func shown(of content: GroupContent, in group: inout AlertGroup) -> (GroupContent, [Update]) {
        guard let limit = maxAlerts[group.id.receiver], limit > 0 else { return (content, []) }
        let alerts = alerts
        let firesElsewhere = { (alert: Alert) in alerts[alert.fingerprint]?.isFiring == true }
        let shown = content.truncated(to: limit, firesElsewhere: firesElsewhere)
        let kept = Set(shown.resolved.map(\.fingerprint))
        // The receiver knows it as firing, and it fires: told later, its end here would be a lie.
        let superseded = content.resolved.filter { !kept.contains($0.fingerprint) && firesElsewhere($0) }
        return (shown, superseded.flatMap { handOver($0.fingerprint, from: &group) })
    }

    /// Takes an alert out of a group whose receiver knows it, for it fires in another; there it is known from now on.
    private mutating func handOver(_ fingerprint: String, from group: inout AlertGroup) -> [Update] {
        leave(fingerprint, &group)
        var updates = [Update.member(group.id, fingerprint: fingerprint, nil)]
        for other in alerts.groups(of: fingerprint) where other.receiver == group.id.receiver {
            guard groups[other]?.members[fingerprint] == .joined else { continue }
            groups[other]?.set(fingerprint, .told)
            updates.append(.member(other, fingerprint: fingerprint, .told))
        }
        return updates
    }

    private mutating func settle(
        _ group: inout AlertGroup, _ content: GroupContent, _ shown: GroupContent, at now: Date
    ) -> (Notification, [Update]) {
        let isWebhook = maxAlerts[group.id.receiver] != nil
        let notification = Notification(
            receiver: group.id.receiver, kind: content.isChange ? .change : .reminder, groupKey: group.id.key, groupLabels: group.labels,
            content: content, alerts: isWebhook ? shown.alerts : content.excerpt(of: Notification.shownLimit), at: now)
        for alert in shown.joined { group.set(alert.fingerprint, .told) }
        for alert in shown.resolved { leave(alert.fingerprint, &group) }
        group.toldAt = now
        if group.members.isEmpty { return (notification, [.removed(group.id)]) }
        // Those that are muted stay untold. Where the whole group was told for over they are told anew once they are not.
        for fingerprint in group.members.keys where !content.isFiring && group.members[fingerprint] == .told {
            group.set(fingerprint, .hidden)
        }
        let untold = group.members.filter { $0.value != .told }.sorted { $0.key < $1.key }
        // What a body had no room for is news like any other, and comes with the next.
        group.isDirty = untold.contains { !group.muted.contains($0.key) }
        group.dueAt = now + (group.isDirty ? group.route.groupInterval : group.route.repeatInterval).inSeconds
        return (notification, [.told(group.id, at: now)] + untold.map { .member(group.id, fingerprint: $0.key, $0.value) })
    }

    private mutating func leave(_ fingerprint: String, _ group: inout AlertGroup) {
        group.set(fingerprint, nil)
        alerts.remove(fingerprint, from: group.id)
    }

    private mutating func note(_ date: Date?) {
        if let date { earliest = min(earliest ?? date, date) }
    }
}

extension Notifier {
    /// What was stored of one group before a restart.
    struct Stored: Sendable {
        var id: AlertGroup.ID
        var toldAt: Date?
        var members: [(fingerprint: String, membership: AlertGroup.Membership)]
    }

    /// Takes back a group. Whoever is no longer to be told of its alerts keeps what was begun, and hears its end.
    mutating func restore(_ stored: Stored, alerts known: [String: Alert], at now: Date) {
        guard let sample = stored.members.lazy.compactMap({ known[$0.fingerprint] }).first else { return }
        let route =
            routes.receivers(for: sample).first { $0.receiver == stored.id.receiver }?.route ?? Route(receivers: [stored.id.receiver])
        var labels = AlertGroup.labels(of: sample, by: route.groupBy)
        if AlertGroup.key(labels) != stored.id.key { labels = AlertGroup.labels(of: sample, by: Route.blastRadius) }
        var group = AlertGroup(id: stored.id, labels: labels, route: route, dueAt: now + route.groupWait.inSeconds)
        // One that lies ahead was stored by a clock that was wrong.
        group.toldAt = stored.toldAt.map { min($0, now) }
        for (fingerprint, membership) in stored.members {
            guard let alert = known[fingerprint] else { continue }
            group.set(fingerprint, membership)
            if !membership.isFiring {
                // It may have begun anew since, for somebody else.
                var over = alert
                over.endsAt = over.endsAt ?? now
                group.ended[fingerprint] = over
            }
            alerts.insert(alert, in: stored.id)
        }
        let isDirty = group.members.values.contains { $0 != .told }
        if isDirty {
            group.plan(changedAt: now, isEnd: !group.members.values.contains(where: \.isNews))
        } else {
            group.dueAt = (group.toldAt ?? now) + route.repeatInterval.inSeconds
        }
        groups[stored.id] = group
        note(group.dueAt)
    }
}
