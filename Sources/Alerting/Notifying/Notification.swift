public import FoundationEssentials
internal import TenantCore

/// What one receiver is told at once; frozen when it is committed, so that each retry says the same under the same id.
public struct Notification: Sendable, Equatable, Codable {
    /// Why somebody is told.
    public enum Kind: String, Sendable, Codable {
        /// Something fired or was resolved.
        case change
        /// Nothing has changed, but it still fires.
        case reminder
        /// The dead-man's switch.
        case heartbeat
        /// Somebody tries the receiver out.
        case test
    }

    /// `msg_` and hexadecimal digits; the same on each retry.
    public var id: String
    /// The receiver's name.
    public var receiver: String
    /// Why.
    public var kind: Kind
    /// What tells the group from others, in Alertmanager's way of writing.
    public var groupKey: String
    /// What the alerts of the group share, by the names that the route groups by.
    public var groupLabels: [String: String]
    /// The alerts: those that joined, those that were resolved, and those that fire on. For a webhook all that its bodies have
    /// room for, for all others at most `shownLimit`.
    public var alerts: [Alert]
    /// How many alerts of the group fire, those that are not shown included.
    public var firingCount: Int
    /// How many alerts have been resolved since the last notification, those that are not shown included.
    public var resolvedCount: Int
    /// The first tenants by name: of those that fire while any does, else of those that were resolved.
    public var tenants: [String]
    /// How many tenants fire, or were resolved while none fires.
    public var tenantCount: Int
    /// What holds, of whom and where, in one line without the names of many.
    public var headline: String
    /// Who joined and who left since the last one.
    public var changes: GroupChanges
    /// When it was committed.
    public var createdAt: Date

    /// How many alerts one notification shows to whoever is not a webhook.
    static let shownLimit = 100
    /// How many tenants a summary names.
    static let namedTenants = 3

    /// Whether something of the group still fires.
    public var isFiring: Bool { firingCount > 0 }
    /// How many alerts are not shown.
    public var truncatedCount: Int { firingCount + resolvedCount - alerts.count }

    /// One sentence: of a single alert its own summary, of many the server, the count and the first tenants.
    public var summary: String {
        guard firingCount + resolvedCount > 1, let first = alerts.first else {
            let text = alerts.first?.annotations["summary"] ?? "nothing"
            return isFiring ? text : isUnwatched ? headline : "resolved: \(text)"
        }
        let place = groupLabels["backend"].map { " on \($0)" } ?? ""
        let why = groupLabels["reason"].map { " (\($0))" } ?? ""
        let rest = tenantCount > tenants.count ? " and \(tenantCount - tenants.count) more" : ""
        let who =
            tenantCount == 0 ? "" : ": \(tenantCount) \(tenantCount == 1 ? "tenant" : "tenants"), \(tenants.joined(separator: ", "))\(rest)"
        let resolved = isFiring && resolvedCount > 0 ? "; \(resolvedCount) resolved" : ""
        return "\(isFiring ? "" : isUnwatched ? "no longer watched: " : "resolved: ")\(first.rule)\(place)\(why)\(who)\(resolved)"
    }

    /// The worst severity of the alerts that fire, or of all when none does.
    var severity: Severity {
        let firing = alerts.filter(\.isFiring)
        let given = Set((firing.isEmpty ? alerts : firing).map(\.severity))
        return Severity.allCases.first { given.contains($0.rawValue) } ?? .info
    }

    /// Whether it says of nobody that all is well or that something fires.
    var isUnwatched: Bool { !isFiring && changes.unwatched.count > 0 && changes.recovered.count == 0 }
}

extension Notification {
    /// A notification of these alerts, of which it shows `shownLimit` at most.
    ///
    /// - Parameter firing: those that fire; new to the receiver unless it is a reminder.
    init(
        receiver: String, kind: Kind, groupKey: String, groupLabels: [String: String], firing: [Alert], resolved: [Alert], at now: Date
    ) {
        let isNew = kind != .reminder
        let content = GroupContent(joined: isNew ? firing : [], resolved: resolved, known: isNew ? [] : firing)
        self.init(
            receiver: receiver, kind: kind, groupKey: groupKey, groupLabels: groupLabels, content: content,
            alerts: content.excerpt(of: Self.shownLimit), at: now)
    }

    /// A notification of what a group has to say, with those alerts that it shows.
    init(
        receiver: String, kind: Kind, groupKey: String, groupLabels: [String: String], content: GroupContent, alerts: [Alert], at now: Date
    ) {
        // Of those that fire, while any does: whoever is woken must read who is broken, not who was.
        let tenants = Set((content.isFiring ? content.firing : content.resolved).compactMap { $0.subject.tenant?.rawValue })
        self.init(
            id: Self.newID("msg"), receiver: receiver, kind: kind, groupKey: groupKey, groupLabels: groupLabels, alerts: alerts,
            firingCount: content.firing.count, resolvedCount: content.resolved.count,
            tenants: Array(tenants.sorted().prefix(Self.namedTenants)), tenantCount: tenants.count,
            headline: GroupHeadline.text(of: content, labels: groupLabels), changes: GroupChanges(content), createdAt: now)
    }

    /// A name that nothing else bears: `prefix_` and 32 hexadecimal digits.
    static func newID(_ prefix: String) -> String {
        "\(prefix)_\(UUID().uuidString.replacing("-", with: "").lowercased())"
    }
}
