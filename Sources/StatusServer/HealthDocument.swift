internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// `application/health+json` (draft-inadarei-api-health-check-06) about a subject, a tenant or the fleet.
struct HealthDocument {
    /// How many tenants the fleet's document names one by one; `/metrics` has them all.
    private static let listLimit = 100

    let snapshot: StatusSnapshot

    /// The word for a status in health+json.
    static func word(_ status: Status) -> JSONValue {
        switch status {
        case .healthy: "pass"
        case .degraded, .unknown: "warn"
        case .down: "fail"
        }
    }

    /// One dependency; nil when the tenant has no such dependency.
    func subject(_ subject: Subject) -> (status: Status, json: JSONValue)? {
        guard let state = snapshot[subject] else { return notChecked(subject) }
        var json: JSONObject = ["status": Self.word(state.status), "serviceId": .string(subject.description)]
        json["checks"] = [.init(stringLiteral: "\(subject.dependency):\(state.backend)"): [check(state)]]
        return (state.status, .object(json))
    }

    /// One tenant with all its dependencies; nil when it is not watched.
    func tenant(_ id: TenantID) -> (status: Status, json: JSONValue)? {
        guard let tenant = snapshot.directory[id] else { return nil }
        let status = snapshot.status(of: id)
        var checks = JSONObject()
        for subject in snapshot.subjects(of: id) {
            guard let state = snapshot[subject] else { continue }
            checks["\(subject.dependency):\(state.backend)"] = [check(state)]
        }
        for entry in tenant.notChecked { checks["\(entry.dependency):not_checked"] = [check(entry)] }
        let errors = snapshot.directory.rejected(named: id.rawValue)?.issues ?? []
        let isWhole = tenant.notChecked.isEmpty && errors.isEmpty
        var json: JSONObject = [
            "status": isWhole ? Self.word(status) : Self.word(max(status, .degraded)), "serviceId": .string(id.rawValue),
            "description": .string(tenant.name), "checks": .object(checks),
        ]
        if !errors.isEmpty { json["configuration"] = ["state": "watched_as_before", "issues": .array(errors.map(Self.issue))] }
        return (status, .object(json))
    }

    /// A tenant that is rejected, as it is written; nil when there is none of this name.
    func rejected(_ name: String) -> (status: Status, json: JSONValue)? {
        guard let entry = snapshot.directory.rejected(named: name) else { return nil }
        // What the platform takes is no outage of the tenant, even if this agent cannot read it.
        let status: Status = entry.breaksGuide ? .down : .unknown
        let issues = entry.issues.prefix(Self.listLimit).map(Self.issue)
        return (
            status,
            [
                "status": Self.word(status), "serviceId": .string(name),
                "output": .string("the tenant is rejected and not watched: " + (entry.issues.first?.words ?? "")), "checks": [:],
                "configuration": ["state": "rejected", "path": .string(entry.path), "issues": .array(issues)],
            ]
        )
    }

    /// A dependency that is configured and not checked.
    private func notChecked(_ subject: Subject) -> (status: Status, json: JSONValue)? {
        let entries = snapshot.directory[subject.tenant]?.notChecked ?? []
        guard let entry = entries.first(where: { $0.dependency == subject.dependency.rawValue }) else { return nil }
        return (
            .unknown,
            [
                "status": "warn", "serviceId": .string(subject.description),
                "checks": .object(["\(entry.dependency):not_checked": [check(entry)]]),
            ]
        )
    }

    private func check(_ entry: Tenant.NotChecked) -> JSONValue {
        [
            "status": "warn", "componentType": "datastore", "state": "not_checked",
            "output": .string("\(entry.issue.path): \(entry.issue.problem)"),
            "reason": "not_checked", "remedy": .string(entry.issue.fix),
        ]
    }

    private func check(_ state: SubjectState) -> JSONValue {
        var check: JSONObject = [
            "status": Self.word(state.status), "componentType": "datastore", "state": .string(state.status.rawValue),
            "since": .string(Self.format(state.since)),
        ]
        if let checked = state.lastCheckedAt {
            check["time"] = .string(Self.format(checked))
            check["observedValue"] = .number((state.duration.inSeconds * 1e6).rounded() / 1e3)
            check["observedUnit"] = "ms"
        }
        if let cause = state.cause {
            check["output"] = .string(cause.detail)
            check["reason"] = .string(cause.reason.rawValue)
            check["remedy"] = .string(cause.remedy)
        }
        return .object(check)
    }

    /// All tenants: how many are how, which are not well, and what is wrong in the configuration.
    func fleet() -> JSONValue {
        let statuses = snapshot.directory.tenants.map { (id: $0.id, status: snapshot.status(of: $0.id)) }
        var counts = JSONObject()
        for status in Status.allCases { counts[status.rawValue] = .integer(statuses.count { $0.status == status }) }
        counts["rejected"] = .integer(snapshot.directory.rejected.count)
        let unwell = statuses.filter { $0.status != .healthy }.sorted { $0.status > $1.status }
        let partial = snapshot.directory.tenants.filter { !$0.notChecked.isEmpty }
        counts["notChecked"] = .integer(partial.reduce(0) { $0 + $1.notChecked.count })
        let isWell = unwell.isEmpty && snapshot.directory.rejected.isEmpty && partial.isEmpty
        var checks = JSONObject()
        for (id, _) in unwell.prefix(Self.listLimit) {
            let worst = snapshot.subjects(of: id).filter { snapshot.status(of: $0) != .healthy }
            checks["tenant:\(id)"] = .array(
                worst.compactMap { subject in
                    guard let state = snapshot[subject], case .object(var object) = check(state) else { return nil }
                    object["componentId"] = .string(subject.dependency.rawValue)
                    object["affectedEndpoints"] = [.string("/health/\(subject)")]
                    return .object(object)
                })
        }
        return [
            // Never "fail": what reads this document must not unplug the monitor because of a tenant.
            "status": isWell ? "pass" : "warn", "serviceId": "tenantwatch", "description": "the tenants' dependencies",
            "tenants": .object(counts), "unlisted": .integer(max(0, unwell.count - Self.listLimit)),
            "checks": .object(checks), "configuration": configuration(), "notChecked": .array(Self.notChecked(partial)),
        ]
    }

    private func configuration() -> JSONValue {
        let directory = snapshot.directory
        let issues = directory.issues.prefix(Self.listLimit).map(Self.issue)
        let rejected = directory.rejected.prefix(Self.listLimit).map { entry -> JSONValue in
            ["path": .string(entry.path), "tenant": entry.name.map { .string($0) } ?? .null]
        }
        return [
            "source": .string(directory.source), "issueCount": .integer(directory.issues.count),
            "defaultTenant": directory.defaultTenant.map { .string($0.rawValue) } ?? .null,
            "rejected": .array(rejected), "issues": .array(issues),
        ]
    }

    private static func issue(_ issue: ConfigurationIssue) -> JSONValue {
        [
            "severity": .string(issue.severity.rawValue), "tenant": issue.tenant.map { .string($0) } ?? .null,
            "path": .string(issue.path), "problem": .string(issue.summary), "fix": .string(issue.fix),
        ]
    }

    private static func notChecked(_ tenants: [Tenant]) -> [JSONValue] {
        let entries = tenants.flatMap { tenant in tenant.notChecked.map { (tenant.id, $0) } }
        return entries.prefix(listLimit).map { id, entry in
            [
                "tenant": .string(id.rawValue), "dependency": .string(entry.dependency),
                "output": .string("\(entry.issue.path): \(entry.issue.problem)"),
            ]
        }
    }

    private static func format(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
