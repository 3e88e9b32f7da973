internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// Who joined and who left a group since its last notification, by name, for bodies that people read.
public struct GroupChanges: Sendable, Equatable, Codable {
    /// Some names and how many there are; made of ids, so that they hold nothing that would have to be cleaned.
    public struct Names: Sendable, Equatable, Codable {
        /// The first ones, sorted; more than any service shows.
        public var names: [String]
        /// Of all, those left out included.
        public var count: Int

        static let none = Names(names: [], count: 0)
    }

    /// More than this many names fit into no service's body.
    private static let most = 5000

    /// Those who fire and were not known yet.
    public var joined: Names
    /// Those who were resolved because all is well.
    public var recovered: Names
    /// Those of whom nobody knows whether all is well: they are no longer watched.
    public var unwatched: Names
    /// Those who fire on.
    public var known: Names

    init(_ content: GroupContent) {
        let all = content.joined + content.resolved + content.known
        let showsDependency = Set(all.map(\.subject.dependency)).count > 1
        let showsRule = Set(all.map(\.rule)).count > 1
        let names = { (alerts: [Alert]) in
            let names = Set(alerts.map { Self.name($0, showsDependency: showsDependency, showsRule: showsRule) })
            return Names(names: Array(names.sorted().prefix(Self.most)), count: names.count)
        }
        joined = names(content.joined)
        recovered = names(content.resolved.filter(\.isWatched))
        unwatched = names(content.resolved.filter { !$0.isWatched })
        known = names(content.known)
    }

    /// As short as tells it from the others.
    private static func name(_ alert: Alert, showsDependency: Bool, showsRule: Bool) -> String {
        let subject = [alert.subject.tenant?.rawValue, showsDependency ? alert.subject.dependency?.rawValue : nil].compactMap { $0 }
        let name = subject.isEmpty ? "tenantwatch" : subject.joined(separator: "/")
        return showsRule ? "\(name) (\(alert.rule))" : name
    }
}

extension Alert {
    /// Why it ended other than by a good answer: `tenant removed`, `dependency removed` or `rule switched off`.
    var resolution: String? { annotations["resolution"] }
    /// False once its tenant or dependency is gone, or its rule is switched off: it has ended, and nobody knows that all is well.
    var isWatched: Bool { isFiring || resolution == nil }
}
