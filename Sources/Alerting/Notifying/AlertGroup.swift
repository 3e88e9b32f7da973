internal import FoundationEssentials
internal import TenantCore

/// Alerts that one receiver is told of together.
struct AlertGroup: Sendable {
    /// Which receiver's group it is, and what tells it from that receiver's others.
    struct ID: Hashable, Sendable {
        var receiver: String
        var key: String
    }

    /// What the receiver knows of one alert.
    enum Membership: Int, Sendable {
        /// It fires, and the receiver does not know it yet.
        case joined = 0
        /// It fires, and the receiver knows it.
        case told = 1
        /// It was resolved, which the receiver does not know yet.
        case ended = 2
        /// It fired and was resolved, and the receiver knows neither.
        case passed = 3
        /// It fires, which the receiver knows, but was told that all of the group is over while this was muted.
        case hidden = 4

        var isFiring: Bool { self == .joined || self == .told || self == .hidden }
        /// Whether the receiver is to hear that it fires.
        var isNews: Bool { self == .joined || self == .hidden }
        /// What it becomes when the alert fires, and
        var fired: Membership { self == .told || self == .ended ? .told : self == .hidden ? .hidden : .joined }
        /// when it is resolved.
        var resolved: Membership { self == .joined || self == .passed ? .passed : .ended }
    }

    let id: ID
    let labels: [String: String]
    var route: Route
    var members: [String: Membership] = [:]
    /// How many of them fire.
    var firingCount = 0
    /// When the last notification was committed; nil before the first.
    var toldAt: Date?
    /// When the first change since then came.
    var beganAt: Date?
    /// Something changed since then.
    var isDirty = false
    /// Those that ended as they were then: they may fire anew in another group before that is told.
    var ended: [String: Alert] = [:]
    /// The members that fire and were muted when they were last looked at.
    var muted: Set<String> = []
    /// When it is looked at again.
    var dueAt: Date
    /// It is told before whatever else is due.
    var isHurried = false

    /// The key of `alert` among groups by `names`; `...` groups by all labels, so that each alert is told alone.
    static func labels(of alert: Alert, by names: [String]) -> [String: String] {
        let names = names.contains("...") ? alert.labels.keys + ["backend", "reason"] : names
        return Dictionary(names.compactMap { name in alert.value(of: name).map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// In Alertmanager's way of writing, `{}:{alertname="…"}`.
    static func key(_ labels: [String: String]) -> String {
        "{}:{" + labels.sorted { $0.key < $1.key }.map { Matcher($0.key, equals: $0.value).description }.joined(separator: ", ") + "}"
    }

    mutating func set(_ fingerprint: String, _ membership: Membership?) {
        let before = members[fingerprint]
        members[fingerprint] = membership
        firingCount += (membership?.isFiring == true ? 1 : 0) - (before?.isFiring == true ? 1 : 0)
        if membership?.isFiring == true { ended[fingerprint] = nil } else { muted.remove(fingerprint) }
        if membership == nil { ended[fingerprint] = nil }
    }

    /// Lets it be told now and before the others, whatever else comes in the same step.
    mutating func hurry(at now: Date) {
        dueAt = now
        isHurried = true
    }

    /// The order in which groups are told that are due together.
    static func isToldBefore(_ left: AlertGroup, _ right: AlertGroup) -> Bool {
        if left.isHurried != right.isHurried { return left.isHurried }
        return (left.dueAt, left.id.receiver, left.id.key) < (right.dueAt, right.id.receiver, right.id.key)
    }

    /// Plans the next look after a change at `now`.
    ///
    /// What is new waits for company; what is known waits for its turn; what is all over is told soon. The end of some waits
    /// for that of the others for a whole interval: the tenants of a server that comes back are not seen well all at once.
    mutating func plan(changedAt now: Date, isEnd: Bool = false) {
        let wasDirty = isDirty
        isDirty = true
        guard !isHurried else { return }
        let soon = now + route.groupWait.inSeconds
        guard let toldAt, firingCount > muted.count else {
            // Before the first notification each who joins makes it wait anew, for half as long again at most: the tenants of
            // a dead server are not seen in the same moment. What was planned while all were muted is no plan.
            if !wasDirty { beganAt = now }
            let isWaiting = toldAt == nil && wasDirty && isEnd
            let latest = (beganAt ?? now) + 1.5 * route.groupWait.inSeconds
            dueAt = isWaiting ? dueAt : toldAt == nil ? min(soon, latest) : soon
            return
        }
        let turn = isEnd ? now + route.groupInterval.inSeconds : max(soon, toldAt + route.groupInterval.inSeconds)
        // What changes all the time must not push its own turn away.
        dueAt = wasDirty ? min(dueAt, turn) : turn
    }
}
