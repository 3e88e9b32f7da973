public import TenantCore

/// Who hears of which alerts, and how often.
public struct Route: Sendable, Equatable {
    /// What shares a notification: a server and a reason, so that ten thousand tenants on one dead server are one.
    public static let blastRadius = ["alertname", "dependency", "backend", "reason"]

    /// All must hold; none match every alert.
    public var matchers: [Matcher]
    /// By name; empty says nothing to anybody.
    public var receivers: [String]
    /// Whether the routes after it are asked too.
    public var continues: Bool
    /// Alerts with equal values of these share a notification.
    public var groupBy: [String]
    /// How long a new group waits for more alerts.
    public var groupWait: Duration
    /// The least time between two notifications of a group that changes.
    public var groupInterval: Duration
    /// How soon a group that does not change is told again.
    public var repeatInterval: Duration

    /// By default the times of Alertmanager, and groups by server and reason.
    public init(
        matchers: [Matcher] = [], receivers: [String], continues: Bool = false, groupBy: [String] = blastRadius,
        groupWait: Duration = .seconds(1), groupInterval: Duration = .seconds(300), repeatInterval: Duration = .seconds(4 * 3600)
    ) {
        self.matchers = matchers
        self.receivers = receivers
        self.continues = continues
        self.groupBy = groupBy
        self.groupWait = groupWait
        self.groupInterval = groupInterval
        self.repeatInterval = repeatInterval
    }
}

/// An alert of one matching `source` silences those that match `target` and have equal values of `equal`.
public struct Inhibition: Sendable, Equatable {
    /// Which alerts silence others while they fire.
    public var source: [Matcher]
    /// Which are silenced.
    public var target: [Matcher]
    /// By name, as matchers ask; none asks for nothing in common.
    public var equal: [String]

    /// All matchers of a list must hold.
    public init(source: [Matcher], target: [Matcher], equal: [String]) {
        self.source = source
        self.target = target
        self.equal = equal
    }

    /// A server that is down for everybody silences what its tenants' slowness would say.
    public static let backendDown = Inhibition(
        source: [Matcher("alertname", equals: "TenantwatchDependencyDown"), Matcher("scope", equals: "backend")],
        target: [Matcher("alertname", equals: "TenantwatchDependencyDegraded")], equal: ["backend"])
}

/// All routes: those of the settings in their order, the default behind them, and the tenants' own.
public struct RouteTable: Sendable, Equatable {
    /// In order; the first that matches ends the search unless it continues.
    public var routes: [Route]
    /// For what no route takes; nil says nothing of it.
    public var fallback: Route?
    /// Receivers of single tenants: each hears of its own tenant's alerts, whatever the routes say.
    public var ofTenants: [TenantID: [String]]

    /// By default nobody hears anything.
    public init(routes: [Route] = [], fallback: Route? = nil, ofTenants: [TenantID: [String]] = [:]) {
        self.routes = routes
        self.fallback = fallback
        self.ofTenants = ofTenants
    }

    /// Who hears of `alert`, each once, with the route that says so.
    public func receivers(for alert: Alert) -> [(receiver: String, route: Route)] {
        var taken: [Route] = []
        for route in routes where route.matchers.allMatch(alert) {
            taken.append(route)
            if !route.continues { break }
        }
        if let fallback, taken.allSatisfy(\.continues) { taken.append(fallback) }
        let own = (alert.subject.tenant.flatMap { ofTenants[$0] } ?? []).map { ($0, Route(receivers: [$0])) }
        var seen: Set<String> = []
        return (taken.flatMap { route in route.receivers.map { ($0, route) } } + own).filter { seen.insert($0.0).inserted }
            .map { (receiver: $0.0, route: $0.1) }
    }
}
