internal import Alerting
internal import Checking
internal import Hummingbird
internal import Storage
internal import TenantCore

/// The read side of the API: what fires, whom it is told to, and how the tenants are.
struct ReadAPI: Sendable {
    /// How many alerts one answer holds at most, and unless asked for more.
    private static let alertLimits = (highest: 10_000, usual: 1000)
    /// The same of deliveries; no more dead letters are kept.
    private static let deliveryLimits = (highest: 10_000, usual: 100)
    /// The steps that the history of alerts is made of.
    private static let history: [JournalRow.Event] = [.statusChanged, .alertFired, .alertResolved, .alertFlapping]

    let book: StatusBook
    let desk: AlertDesk

    var routes: [APIRoute] {
        [
            APIRoute(method: .get, path: "/api/v1/alerts", query: ["tenant", "rule", "state", "limit"], answer: alerts),
            APIRoute(method: .get, path: "/api/v1/alerts/history", query: ["tenant", "event", "before", "limit"], answer: history),
            APIRoute(method: .get, path: "/api/v1/deliveries", query: ["state", "limit"], answer: deliveries),
            APIRoute(method: .get, path: "/api/v1/silences", query: ["past"], answer: silences),
            APIRoute(method: .get, path: "/api/v1/receivers", answer: receivers),
            APIRoute(method: .get, path: "/api/v1/rules", query: ["tenant"], answer: rules),
            APIRoute(method: .get, path: "/api/v1/tenants", query: ["status"], answer: tenants),
        ]
    }

    private func alerts(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let tenant = try request.tenant()
        let state = try request.choice("state", AlertView.State.allCases.map { ($0.rawValue, $0) })
        let rule = try request.choice("rule", desk.rules(for: nil).map { ($0.name, $0.name) })
        let limit = try request.count("limit", in: 1...Self.alertLimits.highest) ?? Self.alertLimits.usual
        let found = desk.alerts().filter { view in
            (tenant == nil || view.alert.subject.tenant == tenant) && (state == nil || view.state == state)
                && (rule == nil || view.alert.rule == rule)
        }
        return ["alerts": .array(found.prefix(limit).map(\.document)), "total": .integer(found.count)]
    }

    private func history(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let event = try request.choice("event", Self.history.map { ($0.rawValue, $0) })
        let limit = try request.count("limit", in: 1...1000) ?? 100
        let query = AlertStore.HistoryQuery(
            events: event.map { [$0] } ?? Self.history, tenant: try request.tenant(), before: try request.count("before", in: 1...Int.max),
            limit: limit)
        let rows = try stored { () throws(StorageFailure) in try desk.history(query) }
        let next = rows.count == limit ? rows.last.map { JSONValue.integer($0.id) } : nil
        return ["steps": .array(rows.map(\.document)), "next": next ?? .null]
    }

    private func deliveries(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let areDead = try request.choice("state", [("queued", false), ("dead", true)]) ?? false
        let limit = try request.count("limit", in: 1...Self.deliveryLimits.highest) ?? Self.deliveryLimits.usual
        let found = try stored { () throws(StorageFailure) in try desk.deliveries(areDead: areDead, limit: limit) }
        return ["deliveries": .array(found.deliveries.map(\.document)), "total": .integer(found.total)]
    }

    private func silences(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let includesPast = try request.choice("past", [("true", true), ("false", false)]) ?? false
        return ["silences": .array(desk.silences(includesPast: includesPast).map(\.document))]
    }

    private func receivers(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let figures = desk.figures.receivers.sorted { $0.key < $1.key }
        return ["receivers": .array(figures.map { name, figures in figures.document(name: name) })]
    }

    private func rules(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        ["rules": .array(desk.rules(for: try request.tenant()).map(\.document))]
    }

    private func tenants(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let status = try request.choice("status", Status.allCases.map { ($0.rawValue, $0) })
        guard let snapshot = book.snapshot() else { return ["tenants": []] }
        let found = snapshot.directory.tenants.filter { status == nil || snapshot.status(of: $0.id) == status }
        return ["tenants": .array(found.map { snapshot.document(of: $0) })]
    }

    private func stored<Answer>(_ read: () throws(StorageFailure) -> Answer) throws(APIProblem) -> Answer {
        do throws(StorageFailure) {
            return try read()
        } catch {
            throw APIProblem(.serviceUnavailable, at: "state", error.description, fix: "See the disk of the state directory.")
        }
    }
}
