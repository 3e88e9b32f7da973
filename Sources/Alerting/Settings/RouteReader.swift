internal import TenantCore

extension AlertingSettingsReader {
    private static let waits: ClosedRange<Duration> = .zero ... .seconds(3600)
    private static let intervals: ClosedRange<Duration> = .seconds(1) ... .seconds(8760 * 3600)

    /// `routes` and `default_route`; the receivers in short hear of what falls through.
    func readRoutes(_ reader: inout ObjectReader) -> RouteTable {
        let routes = reader.each("routes", readMatchingRoute) ?? []
        noteUnreachable(&reader, routes)
        var fallback = reader.nested("default_route") { readRoute(&$0) }
        if !shorthand.isEmpty {
            var route = fallback ?? Route(receivers: [])
            route.receivers += shorthand.map(\.name).filter { [named = route.receivers] in !named.contains($0) }
            fallback = route
        }
        return RouteTable(routes: routes, fallback: fallback)
    }

    private func readMatchingRoute(_ reader: inout ObjectReader) -> Route? {
        let matchers = reader.matchers("matchers") ?? []
        let continues = reader.boolean("continue") ?? false
        guard var route = readRoute(&reader) else { return nil }
        (route.matchers, route.continues) = (matchers, continues)
        return route
    }

    private func readRoute(_ reader: inout ObjectReader) -> Route? {
        var route = Route(receivers: [])
        let receivers = reader.require("receivers") { $0.strings("receivers", known) }
        route.groupBy = reader.labelNames("group_by", or: "...") ?? route.groupBy
        if route.groupBy.contains("..."), route.groupBy.count > 1 {
            reader.note("group_by", "has other names beside ...", fix: "Keep \"...\" alone: it stands for all labels.")
        }
        route.groupWait = reader.duration("group_wait", in: Self.waits) ?? route.groupWait
        route.groupInterval = reader.duration("group_interval", in: Self.intervals) ?? route.groupInterval
        route.repeatInterval = reader.duration("repeat_interval", in: Self.intervals) ?? route.repeatInterval
        if route.repeatInterval < route.groupInterval {
            reader.note("repeat_interval", "is shorter than group_interval", fix: "Raise it, or lower group_interval.")
        }
        guard let receivers else { return nil }
        route.receivers = receivers
        return route
    }

    private func noteUnreachable(_ reader: inout ObjectReader, _ routes: [Route]) {
        guard let index = routes.firstIndex(where: { $0.matchers.isEmpty && !$0.continues }), index < routes.count - 1 else { return }
        reader.note(
            "routes[\(index)]", "matches every alert and does not continue, so that the routes after it hear of nothing",
            fix: "Add matchers, add `continue: true`, or move it to the end.", severity: .warning)
    }
}
