internal import Checking
internal import Platform
internal import TenantCore

extension Exposition {
    /// One row for each element.
    private static func rows<Element: Sendable>(
        _ metric: Metric, _ elements: [Element], _ write: @escaping @Sendable (Element, inout TextBuffer) -> Void
    ) -> Family {
        Family(metric: metric, rowCount: elements.count) { write(elements[$0], &$1) }
    }

    /// One row with the same labels and a value for each element that has one.
    private static func values<Element: Sendable>(
        _ metric: Metric, _ elements: [Element], labels: @escaping @Sendable (Element) -> [UInt8],
        _ value: @escaping @Sendable (Element) -> Double?
    ) -> Family {
        rows(metric, elements) { element, buffer in
            if let value = value(element) { buffer.sample(metric.name, labels(element), [], value) }
        }
    }

    private static func single(_ metric: Metric, _ value: Double, _ labels: [(name: String, value: String)] = []) -> Family {
        Family(metric: metric, rowCount: 1) { _, buffer in buffer.sample(metric.name, TextBuffer.labels(labels), [], value) }
    }

    static func checkFamilies(_ figures: MetricsLedger.Figures) -> [Family] {
        let checks = figures.checks
        func each(_ metric: Metric, _ value: @escaping @Sendable (CheckFigures) -> Double?) -> Family {
            values(metric, checks, labels: { $0.labels }, value)
        }
        return [
            each(Catalogue.lastDuration) { $0.lastDuration?.inSeconds },
            rows(Catalogue.duration, checks) { check, buffer in
                buffer.sample("\(Catalogue.duration.name)_sum", check.labels, [], check.durationSum.inSeconds)
                buffer.sample("\(Catalogue.duration.name)_count", check.labels, [], Double(check.count))
            },
            rows(Catalogue.phase, checks) { check, buffer in
                for (phase, duration) in check.phases.sorted(by: { $0.key < $1.key }) {
                    buffer.sample(Catalogue.phase.name, check.labels, TextBuffer.labels([("phase", phase.rawValue)]), duration.inSeconds)
                }
            },
            each(Catalogue.checks) { Double($0.count) },
            each(Catalogue.failures) { Double($0.failures) },
            rows(Catalogue.failing, checks) { check, buffer in
                guard let reason = check.reason else { return }
                buffer.sample(Catalogue.failing.name, check.labels, TextBuffer.labels([("reason", reason.rawValue)]), 1)
            },
            each(Catalogue.lastSuccess) { $0.lastSuccess },
            each(Catalogue.interval) { $0.interval.inSeconds },
        ]
    }

    static func tenantFamilies(_ statuses: StatusSnapshot, _ figures: MetricsLedger.Figures) -> [Family] {
        struct Row: Sendable {
            var labels: [UInt8]
            var state: SubjectState
            var isUp: Bool?
        }
        var answers: [Subject: Bool] = [:]
        for check in figures.checks {
            guard let isUp = check.isUp else { continue }
            answers[check.id.subject] = (answers[check.id.subject] ?? true) && isUp
        }
        let subjects = statuses.directory.tenants.flatMap { statuses.subjects[$0.id] ?? [] }
        let states = subjects.compactMap { subject -> Row? in
            guard let state = statuses.states[subject] else { return nil }
            let labels = TextBuffer.labels([("tenant", subject.tenant.rawValue), ("dependency", subject.dependency.rawValue)])
            return Row(labels: labels, state: state, isUp: state.status == .unknown ? nil : answers[subject])
        }
        return [
            values(Catalogue.up, states, labels: { $0.labels }) { $0.isUp.map { $0 ? 1 : 0 } },
            rows(Catalogue.status, states) { row, buffer in
                for status in Status.allCases {
                    let label = TextBuffer.labels([("status", status.rawValue)])
                    buffer.sample(Catalogue.status.name, row.labels, label, row.state.status == status ? 1 : 0)
                }
            },
            rows(Catalogue.backendInfo, states) { row, buffer in
                buffer.sample(Catalogue.backendInfo.name, row.labels, TextBuffer.labels([("backend", row.state.backend.rawValue)]), 1)
            },
            rows(Catalogue.tenantInfo, statuses.directory.tenants) { tenant, buffer in
                let own = tenant.labels.map { (name: $0.name, value: $0.value) }
                let labels = [("tenant", tenant.id.rawValue), ("name", tenant.name), ("frontend_url", tenant.frontendURL?.url ?? "")]
                buffer.sample(Catalogue.tenantInfo.name, TextBuffer.labels(labels + own), [], 1)
            },
        ]
    }

    static func configurationFamilies(_ statuses: StatusSnapshot) -> [Family] {
        let directory = statuses.directory
        let severities = [ConfigurationIssue.Severity.error, .warning]
        return [
            values(
                Catalogue.tenants, [("watched", directory.tenants.count), ("rejected", directory.rejected.count)],
                labels: { TextBuffer.labels([("state", $0.0)]) }, { Double($0.1) }),
            values(Catalogue.issues, severities, labels: { TextBuffer.labels([("severity", $0.rawValue)]) }) { severity in
                Double(directory.issues.count { $0.severity == severity })
            },
        ]
    }

    static func fleetFamilies(_ fleet: FleetFigures) -> [Family] {
        let failures = fleet.failures.sorted { ($0.key.check, $0.key.reason) < ($1.key.check, $1.key.reason) }
        let deliveries = fleet.deliveries.sorted { ($0.key.receiver, $0.key.outcome) < ($1.key.receiver, $1.key.outcome) }
        let firing = fleet.firing.sorted { $0.key < $1.key }
        return [
            rows(Catalogue.fleetDuration, fleet.durations.sorted { $0.key < $1.key }) { row, buffer in
                row.value.write(Catalogue.fleetDuration, TextBuffer.labels([("dependency", row.key.rawValue)]), to: &buffer)
            },
            values(
                Catalogue.fleetFailures, failures,
                labels: { TextBuffer.labels([("check", $0.key.check), ("reason", $0.key.reason)]) }, { Double($0.value) }),
            Family(metric: Catalogue.lateness, rowCount: 1) { fleet.lateness.write(Catalogue.lateness, [], to: &$1) },
            values(
                Catalogue.skipped, fleet.skipped.sorted { $0.key < $1.key },
                labels: { TextBuffer.labels([("dependency", $0.key.rawValue)]) }, { Double($0.value) }),
            values(Catalogue.alertsFiring, firing, labels: { TextBuffer.labels([("alertname", $0.key)]) }) { Double($0.value.count) },
            values(
                Catalogue.deliveries, deliveries,
                labels: { TextBuffer.labels([("receiver", $0.key.receiver), ("outcome", $0.key.outcome)]) }, { Double($0.value) }),
            single(Catalogue.reloadSuccessful, fleet.reloadSuccessful ? 1 : 0),
            single(Catalogue.reloadTimestamp, fleet.reloadTimestamp),
        ]
    }

    static func machineFamilies(_ machine: MachineFigures) -> [Family] {
        func sinks(_ metric: Metric, _ value: @escaping @Sendable (MachineFigures.Sink) -> Double) -> Family {
            values(metric, machine.sinks, labels: { TextBuffer.labels([("sink", $0.name)]) }, { value($0) })
        }
        func lanes(_ metric: Metric, _ value: @escaping @Sendable (MachineFigures.Lane) -> Int) -> Family {
            values(metric, machine.lanes, labels: { TextBuffer.labels([("lane", $0.name)]) }, { Double(value($0)) })
        }
        let usage = ProcessUsage.measure()
        return [
            sinks(Catalogue.sinkDropped) { Double($0.dropped) },
            sinks(Catalogue.sinkQueued) { Double($0.queued) },
            sinks(Catalogue.sinkHealthy) { $0.isHealthy ? 1 : 0 },
            lanes(Catalogue.laneBusy) { $0.busyThreads },
            lanes(Catalogue.laneThreads) { $0.threads },
            lanes(Catalogue.laneQueued) { $0.queued },
            values(Catalogue.sessions, machine.sessions, labels: { TextBuffer.labels([("dependency", $0.dependency)]) }) {
                Double($0.count)
            },
            single(Catalogue.build, 1, [("version", machine.version), ("swift", "6.3")]),
            single(Catalogue.processorSeconds, usage.processorSeconds),
            single(Catalogue.residentBytes, Double(usage.residentBytes)),
            single(Catalogue.virtualBytes, Double(usage.virtualBytes)),
            single(Catalogue.openDescriptors, Double(usage.openDescriptors)),
            single(Catalogue.maximumDescriptors, Double(usage.maximumDescriptors)),
            single(Catalogue.startTime, machine.startTime),
        ]
    }
}
