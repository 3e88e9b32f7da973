internal import FoundationEssentials
internal import TenantCore

/// What a group has to say: who joined and who recovered since its last notification, and who fires on.
struct GroupContent: Sendable {
    /// Alerts that fire, which the receiver does not know yet.
    var joined: [Alert] = []
    /// Alerts that were resolved.
    var resolved: [Alert] = []
    /// Alerts that fire, which the receiver knows.
    var known: [Alert] = []

    /// Whether somebody joined or recovered.
    var isChange: Bool { !joined.isEmpty || !resolved.isEmpty }
    /// Those that fire.
    var firing: [Alert] { joined + known }
    /// Whether something fires.
    var isFiring: Bool { !joined.isEmpty || !known.isEmpty }
    /// Changes first.
    var alerts: [Alert] { joined + resolved + known }

    /// Sorts each list by fingerprint, so that equal states read equal.
    mutating func sort() {
        let order = { (left: Alert, right: Alert) in left.fingerprint < right.fingerprint }
        joined.sort(by: order)
        resolved.sort(by: order)
        known.sort(by: order)
    }

    /// At most `limit` of the alerts, in order, for whoever reads and does not count.
    ///
    /// Up to half of the room is kept for one alert of each severity and cause, the worst first: however many recovered, what
    /// fires says why. While nothing fires, those that were resolved stand for it.
    func excerpt(of limit: Int) -> [Alert] {
        let all = alerts
        guard all.count > limit else { return all }
        var seen: Set<[String?]> = []
        let causes = (isFiring ? firing : resolved).filter {
            seen.insert([$0.severity, $0.reason, $0.annotations["description"], $0.annotations["remedy"]]).inserted
        }
        let ranked = Severity.allCases.flatMap { severity in causes.filter { $0.severity == severity.rawValue } }
        let kept = Set(ranked.prefix((limit + 1) / 2).map(\.fingerprint))
        var room = limit - kept.count
        return all.filter { alert in
            if kept.contains(alert.fingerprint) { return true }
            room -= 1
            return room >= 0
        }
    }

    /// At most `limit` of the alerts: changes first, and of these the oldest, so that none is left out forever.
    ///
    /// - Parameter firesElsewhere: whether an alert that was resolved here fires in another group by now. Its end comes before
    ///   all others, for the receiver must not hear it after that beginning.
    func truncated(to limit: Int, firesElsewhere: (Alert) -> Bool) -> GroupContent {
        guard joined.count + resolved.count + known.count > limit else { return self }
        let changes = (joined + resolved).map { alert in
            (rank: alert.isFiring || !firesElsewhere(alert) ? 1 : 0, at: alert.endsAt ?? alert.startsAt, alert: alert)
        }
        let kept = changes.sorted { ($0.rank, $0.at, $0.alert.fingerprint) < ($1.rank, $1.at, $1.alert.fingerprint) }.prefix(limit)
        var content = GroupContent(joined: [], resolved: [], known: Array(known.prefix(limit - kept.count)))
        for change in kept {
            if change.alert.isFiring { content.joined.append(change.alert) } else { content.resolved.append(change.alert) }
        }
        content.sort()
        return content
    }
}
