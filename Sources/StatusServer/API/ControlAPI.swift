internal import Alerting
internal import Checking
internal import FoundationEssentials
internal import Hummingbird
internal import TenantCore

/// What changes something, or lets the agent do something; served on the control socket alone.
struct ControlAPI: Sendable {
    let book: StatusBook
    let desk: AlertDesk

    var routes: [APIRoute] {
        [
            APIRoute(method: .post, path: "/api/v1/silences", takesBody: true, status: .created, answer: addSilence),
            APIRoute(method: .delete, path: "/api/v1/silences/{id}", query: ["author"], answer: expireSilence),
            APIRoute(method: .post, path: "/api/v1/deliveries/{id}/replay", query: ["author"], answer: replay),
            APIRoute(method: .post, path: "/api/v1/receivers/{name}/test", query: ["author"], answer: testReceiver),
            APIRoute(method: .post, path: "/api/v1/routes/test", takesBody: true, answer: testRoutes),
        ]
    }

    private func addSilence(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let tenants = book.snapshot()?.directory.tenants ?? []
        let names = AlertDesk.ownNames.union(["tenant"]).union(tenants.flatMap { $0.labels.map(\.name) })
        let order = try SilenceOrder(request.body, labels: names, at: Date())
        for (matcher, place) in zip(order.silence.matchers, order.places) {
            for value in matcher.alternatives { try expect(value, of: matcher.name, at: place) }
        }
        let reach = desk.reach(of: order.silence.matchers, among: tenants)
        let answer: JSONObject = ["reach": ["tenants": .integer(reach.tenants), "alerts": .integer(reach.alerts)]]
        guard order.isConfirmed || reach.tenants <= order.maximumTenants else {
            throw APIProblem(
                .conflict, at: "body.matchers",
                "this silences \(reach.tenants) tenants, which is more than \(order.maximumTenants)",
                fix: "Say that it is meant, with confirmed: true.", more: answer)
        }
        let fix = "Change it and ask again."
        try done(or: .badRequest, at: "body", fix: fix) { () throws(AlertRequestRefused) in try desk.add(order.silence) }
        var stored = answer
        stored["silence"] = order.silence.document
        return stored
    }

    private func expireSilence(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let (id, author) = (request.part("id"), try request.author())
        let fix = "See /api/v1/silences for those that hold or will."
        try done(or: .notFound, at: "id", fix: fix) { () throws(AlertRequestRefused) in try desk.expireSilence(id, actor: author) }
        let silence = desk.silences(includesPast: true).first { $0.id == id }
        return ["silence": silence?.document ?? .null]
    }

    private func replay(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let (id, author) = (request.part("id"), try request.author())
        let fix = "See /api/v1/deliveries?state=dead for all."
        try done(or: .notFound, at: "id", fix: fix) { () throws(AlertRequestRefused) in try desk.replay(id, actor: author) }
        return ["id": .string(id), "state": "queued"]
    }

    private func testReceiver(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        let (name, author) = (request.part("name"), try request.author())
        let fix = "See /api/v1/receivers for all."
        let outcome = try done(or: .notFound, at: "name", fix: fix) { () throws(AlertRequestRefused) in
            try desk.test(name, actor: author)
        }
        let word: JSONValue =
            switch outcome {
            case .delivered: "delivered"
            case .failed, .unreachable: "failed"
            case .gone: "gone"
            }
        return ["receiver": .string(name), "outcome": word, "problem": JSONValue(outcome.problem)]
    }

    private func testRoutes(_ request: APIRequest) throws(APIProblem) -> JSONObject {
        for key in request.body.keys where key != "labels" { throw .unknown(key, at: "body", among: ["labels"]) }
        var labels: [String: String] = [:]
        for member in request.body["labels"]?.object?.members ?? [] {
            guard let text = member.value.text else {
                throw APIProblem(at: "body.labels.\(Scrubber().scrub(member.key, limit: 64))", "is not a text", fix: "Write it in quotes.")
            }
            labels[member.key] = text
        }
        guard !labels.isEmpty else {
            throw APIProblem(at: "body.labels", "names no label", fix: "Write an object like {\"tenant\": \"acme\"}.")
        }
        if let tenant = labels["tenant"] { labels.merge(try ownLabels(of: tenant)) { given, _ in given } }
        try complete(&labels)
        let hearers = desk.hearers(of: labels).map { hearer -> JSONValue in
            ["name": .string(hearer.receiver), "matchers": .array(hearer.matchers.map { .string($0.description) })]
        }
        return ["labels": JSONValue(labels), "receivers": .array(hearers)]
    }

    /// Refuses a value that no alert has: a silence would silence nothing, and every route would let it pass.
    private func expect(_ value: String, of label: String, at place: String) throws(APIProblem) {
        // The empty value is that of alerts without the label, as those about the agent.
        guard !value.isEmpty, let snapshot = book.snapshot() else { return }
        let known: Set<String>
        switch label {
        case "severity": known = Set(Severity.allCases.map(\.rawValue))
        case "alertname": known = Set(desk.rules(for: nil).map(\.name))
        case "dependency":
            let watched = snapshot.directory.tenants.flatMap { snapshot.subjects(of: $0.id) }.map(\.dependency)
            known = Set((watched + desk.alerts().compactMap(\.alert.subject.dependency)).map(\.rawValue))
        case "tenant":
            let ids = snapshot.directory.tenants.map(\.id.rawValue) + snapshot.directory.rejected.compactMap { $0.id?.rawValue }
            guard !ids.contains(value) else { return }
            let close = nearest(to: value, among: ids).map { "Did you mean \($0)?" }
            throw APIProblem(
                at: place, "no tenant is called \(Scrubber().scrub(value, limit: 64))",
                fix: close ?? "See /api/v1/tenants for all; several are met by a matcher like tenant=~\"test-.*\".")
        default: return
        }
        if !known.contains(value) { throw .unknown(value, at: place, among: known.sorted()) }
    }

    /// Refuses labels that no alert has, and adds the severity of the rule.
    private func complete(_ labels: inout [String: String]) throws(APIProblem) {
        for name in ["alertname", "severity", "dependency"] {
            if let value = labels[name] { try expect(value, of: name, at: "body.labels.\(name)") }
        }
        let rule = desk.rules(for: labels["tenant"].flatMap { TenantID($0) }).first { $0.name == labels["alertname"] }
        if labels["severity"] == nil { labels["severity"] = rule?.severity.rawValue }
    }

    private func ownLabels(of name: String) throws(APIProblem) -> [String: String] {
        let directory = book.snapshot()?.directory
        if let tenant = TenantID(name).flatMap({ directory?[$0] }) {
            return Dictionary(tenant.labels.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        // Alerts about a tenant that cannot be watched have its id and nothing else.
        if let directory, directory.rejected.contains(where: { $0.id?.rawValue == name }) { return [:] }
        let close = nearest(to: name, among: directory?.tenants.map(\.id.rawValue) ?? []).map { "Did you mean \($0)?" }
        throw APIProblem(
            .notFound, at: "body.labels.tenant", "no tenant is called \(Scrubber().scrub(name, limit: 64))",
            fix: close ?? "See /api/v1/tenants for all.")
    }

    /// Does what may be refused: by the state, when it cannot be written, else for what was asked.
    private func done<Answer>(
        or status: HTTPResponse.Status, at place: String, fix: String, _ body: () throws(AlertRequestRefused) -> Answer
    ) throws(APIProblem) -> Answer {
        do throws(AlertRequestRefused) {
            return try body()
        } catch {
            if let problem = desk.figures.problem {
                throw APIProblem(.serviceUnavailable, at: "state", problem, fix: "See the disk of the state directory.")
            }
            if error.isConflict { throw APIProblem(.conflict, at: place, error.description, fix: "Do that first.") }
            throw APIProblem(status, at: place, error.description, fix: fix)
        }
    }
}
