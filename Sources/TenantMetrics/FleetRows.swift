internal import Checking
internal import TenantCore

/// The labels of every tenant, subject and check, rendered once for each plan and not once for each scrape.
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

    /// `tenant="…",dependency="…"` of each dependency that is not checked.
    private(set) var notChecked: [[UInt8]] = []
    /// In the order of the configuration.
    private(set) var tenants: [TenantRow] = []
    /// In the order of the plan.
    private(set) var subjects: [SubjectRow] = []
    /// `tenant="…",check="…"` of each check, by slot.
    private(set) var checkLabels: [[UInt8]] = []

    init() {}

    /// - Parameters:
    ///   - ids: the checks of the plan, by slot.
    ///   - slots: where each of them has its figures.
    init(_ plan: Plan, ids: [CheckID], slots: [CheckID: Int]) {
        checkLabels = ids.map { TextBuffer.labels([("tenant", $0.subject.tenant.rawValue), ("check", $0.name.rawValue)]) }
        tenants = plan.directory.tenants.map { tenant in
            let own = tenant.labels.map { (name: $0.name, value: $0.value) }
            let info = [("tenant", tenant.id.rawValue), ("name", tenant.name), ("frontend_url", tenant.frontendURL?.url ?? "")]
            return TenantRow(
                labels: TextBuffer.labels([("tenant", tenant.id.rawValue)]), info: TextBuffer.labels(info + own),
                isolationFindings: plan.directory.isolationFindings[tenant.id] ?? 0)
        }
        notChecked = plan.directory.tenants.flatMap { tenant in
            tenant.notChecked.map { TextBuffer.labels([("tenant", tenant.id.rawValue), ("dependency", $0.dependency)]) }
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
