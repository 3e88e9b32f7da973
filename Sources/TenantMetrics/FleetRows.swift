internal import Checking
internal import TenantCore

/// The labels of every tenant and subject, rendered once for each plan and not once for each scrape.
struct FleetRows: Sendable {
    struct TenantRow: Sendable {
        /// `tenant="…"`.
        var labels: [UInt8]
        /// With the name and everything else that the configuration says of the tenant.
        var info: [UInt8]
        var isolationFindings: Int
    }

    struct SubjectRow: Sendable {
        var subject: Subject
        /// `tenant="…",dependency="…"`.
        var labels: [UInt8]
        /// `backend="…"`.
        var backend: [UInt8]
        /// Where the figures of its checks are.
        var checks: [Int]
    }

    /// In the order of the configuration.
    private(set) var tenants: [TenantRow] = []
    /// In the order of the plan.
    private(set) var subjects: [SubjectRow] = []
    /// `tenant="…",check="…"` of each check, by slot.
    private(set) var checks: [[UInt8]] = []

    init() {}

    /// - Parameters:
    ///   - checks: by slot.
    ///   - slots: where each check of the plan has its figures.
    init(_ plan: Plan, checks: [CheckID], slots: [CheckID: Int]) {
        self.checks = checks.map { TextBuffer.labels([("tenant", $0.subject.tenant.rawValue), ("check", $0.name.rawValue)]) }
        tenants = plan.directory.tenants.map { tenant in
            let own = tenant.labels.map { (name: $0.name, value: $0.value) }
            let info = [("tenant", tenant.id.rawValue), ("name", tenant.name), ("frontend_url", tenant.frontendURL?.url ?? "")]
            return TenantRow(
                labels: TextBuffer.labels([("tenant", tenant.id.rawValue)]), info: TextBuffer.labels(info + own),
                isolationFindings: plan.directory.isolationFindings[tenant.id] ?? 0)
        }
        var positions: [Subject: Int] = [:]
        for check in plan.checks {
            guard let slot = slots[check.id] else { continue }
            let subject = check.id.subject
            if let position = positions[subject] {
                subjects[position].checks.append(slot)
                continue
            }
            positions[subject] = subjects.count
            subjects.append(
                SubjectRow(
                    subject: subject,
                    labels: TextBuffer.labels([("tenant", subject.tenant.rawValue), ("dependency", subject.dependency.rawValue)]),
                    backend: TextBuffer.labels([("backend", check.backend.rawValue)]), checks: [slot]))
        }
    }
}

/// The labels of all reasons that were seen, rendered once; they are few and known to the probes.
struct ReasonLabels: Sendable {
    private var places: [ProbeFailure.Reason: Int] = [:]
    /// `reason="…"`, by place.
    private(set) var labels: [[UInt8]] = []

    /// Where the reason's labels are.
    mutating func place(of reason: ProbeFailure.Reason) -> Int {
        if let place = places[reason] { return place }
        places[reason] = labels.count
        labels.append(TextBuffer.labels([("reason", reason.rawValue)]))
        return labels.count - 1
    }
}
