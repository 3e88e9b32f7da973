internal import Checking
internal import TenantCore

/// What one round of checks found, for people and for programs.
struct CheckReport {
    let observations: [Observation]
    let rejected: [TenantDirectory.Rejected]
    /// The dependencies that no check can ask, with their tenants.
    var notChecked: [(tenant: TenantID, entry: Tenant.NotChecked)] = []

    /// One line of the report.
    private struct Row {
        var status: Status
        var cause: Finding?
        var phases: [Phase: Duration]

        init(_ outcome: Observation.Outcome) {
            switch outcome {
            case .answered(let reading):
                status = reading.findings.isEmpty ? .healthy : .degraded
                cause = reading.findings.first
                phases = reading.phases
            case .failed(let failure):
                status = failure.isUndecided ? .unknown : .down
                cause = Finding(failure.reason, failure.detail, remedy: failure.remedy)
                phases = failure.phases
            case .skipped:
                status = .unknown
                phases = [:]
            }
        }
    }

    /// True when every dependency was answered well and every entry could be read.
    ///
    /// One that a check cannot ask, although its settings may be right, is not counted.
    var isHealthy: Bool {
        rejected.isEmpty && notChecked.allSatisfy { $0.entry.issue.severity == .warning }
            && observations.allSatisfy { Row($0.outcome).status == .healthy }
    }

    /// An aligned table; the cause and the remedy stand under what is not well.
    func table(isColoured: Bool) -> String {
        let width = max(6, observations.map { $0.check.subject.tenant.rawValue.count }.max() ?? 0)
        var text = pad("TENANT", width) + "  " + pad("DEPENDENCY", 10) + "  " + pad("STATUS", 8) + "  " + pad("TIME", 10) + "  PHASES\n"
        for observation in observations {
            let row = Row(observation.outcome)
            let status = colour(pad(row.status.rawValue, 8), row.status, isColoured)
            let phases = row.phases.sorted { $0.key < $1.key }.map { "\($0.key) \(milliseconds($0.value))" }.joined(separator: ", ")
            text += pad(observation.check.subject.tenant.rawValue, width) + "  " + pad(observation.check.subject.dependency.rawValue, 10)
            text += "  \(status)  " + pad(milliseconds(observation.duration), 10) + "  \(phases)\n"
            if let cause = row.cause { text += "    \(cause.reason): \(cause.detail)\n    → \(cause.remedy)\n" }
        }
        for (tenant, entry) in notChecked {
            text += pad(tenant.rawValue, width) + "  " + pad(entry.dependency, 10) + "  not checked\n"
            text += "    \(entry.issue.path): \(entry.issue.problem)\n    → \(entry.issue.fix)\n"
        }
        for entry in rejected {
            text += "\(entry.name ?? entry.path): not checked, its configuration has issues\n"
            for issue in entry.issues { text += "    \(issue)\n" }
        }
        return text
    }

    /// The same as one JSON object.
    var json: JSONValue {
        let checks = observations.map { observation -> JSONValue in
            let row = Row(observation.outcome)
            var object: JSONObject = [
                "tenant": .string(observation.check.subject.tenant.rawValue),
                "dependency": .string(observation.check.subject.dependency.rawValue), "check": .string(observation.check.name.rawValue),
                "backend": .string(observation.backend.rawValue), "status": .string(row.status.rawValue),
                "seconds": .number(observation.duration.inSeconds),
            ]
            var phases = JSONObject()
            for (phase, duration) in row.phases.sorted(by: { $0.key < $1.key }) { phases[phase.rawValue] = .number(duration.inSeconds) }
            object["phases"] = .object(phases)
            if let cause = row.cause {
                object["reason"] = .string(cause.reason.rawValue)
                object["detail"] = .string(cause.detail)
                object["remedy"] = .string(cause.remedy)
            }
            return .object(object)
        }
        let entries = rejected.map { entry -> JSONValue in
            ["path": .string(entry.path), "issues": .array(entry.issues.map { .string($0.description) })]
        }
        let unchecked = notChecked.map { tenant, entry -> JSONValue in
            [
                "tenant": .string(tenant.rawValue), "dependency": .string(entry.dependency), "issue": .string(entry.issue.description),
            ]
        }
        return [
            "healthy": .boolean(isHealthy), "checks": .array(checks), "notChecked": .array(unchecked), "rejected": .array(entries),
        ]
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func milliseconds(_ duration: Duration) -> String {
        "\((duration.inSeconds * 10_000).rounded() / 10) ms"
    }

    private func colour(_ text: String, _ status: Status, _ isColoured: Bool) -> String {
        guard isColoured else { return text }
        let code =
            switch status {
            case .healthy: 32
            case .degraded, .unknown: 33
            case .down: 31
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
