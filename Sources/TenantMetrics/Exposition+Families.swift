internal import Checking
internal import Platform
internal import TenantCore

extension Exposition {
    /// One row for each element.
    private static func rows<Element: Sendable>(
        _ metric: Metric, _ elements: [Element], _ write: @escaping @Sendable (Element, inout TextBuffer) -> Void
    ) -> Family {
        Family(metric: metric, rowCount: elements.count) { range, buffer in
            for element in elements[range] { write(element, &buffer) }
        }
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
        let (checks, checkLabels, reasonLabels) = (figures.checks, figures.rows.checkLabels, figures.reasons.labels)
        let (sum, count) = ("\(Catalogue.duration.name)_sum", "\(Catalogue.duration.name)_count")
        let phaseLabels = Phase.all.map { TextBuffer.labels([("phase", $0.rawValue)]) }
        func eachCheck(_ metric: Metric, _ write: @escaping @Sendable (String, CheckFigures, [UInt8], inout TextBuffer) -> Void) -> Family {
            let name = metric.name
            return Family(metric: metric, rowCount: checks.count) { range, buffer in
                for slot in range { write(name, checks[slot], checkLabels[slot], &buffer) }
            }
        }
        return [
            eachCheck(Catalogue.lastDuration) { name, check, labels, buffer in
                if let duration = check.lastDuration { buffer.sample(name, labels, seconds: duration) }
            },
            eachCheck(Catalogue.duration) { _, check, labels, buffer in
                buffer.sample(sum, labels, seconds: check.durationSum)
                buffer.sample(count, labels, count: check.count)
            },
            eachCheck(Catalogue.phase) { name, check, labels, buffer in
                for position in check.phases.indices {
                    if let duration = check.phases[position] { buffer.sample(name, labels, phaseLabels[position], seconds: duration) }
                }
            },
            eachCheck(Catalogue.checks) { name, check, labels, buffer in buffer.sample(name, labels, count: check.count) },
            eachCheck(Catalogue.failures) { name, check, labels, buffer in buffer.sample(name, labels, count: check.failures) },
            eachCheck(Catalogue.failing) { name, check, labels, buffer in
                if let reason = check.reason { buffer.sample(name, labels, reasonLabels[reason], count: 1) }
            },
            eachCheck(Catalogue.inconclusive) { name, check, labels, buffer in
                if let reason = check.inconclusive { buffer.sample(name, labels, reasonLabels[reason], count: 1) }
            },
            eachCheck(Catalogue.lastSuccess) { name, check, labels, buffer in buffer.sample(name, labels, [], check.lastSuccess) },
            eachCheck(Catalogue.interval) { name, check, labels, buffer in buffer.sample(name, labels, seconds: check.interval) },
        ]
    }

    static func tenantFamilies(_ statuses: StatusSnapshot, _ figures: MetricsLedger.Figures) -> [Family] {
        struct Row: Sendable {
            var labels: [UInt8]
            var status: Status
            var isUp: Bool?
        }
        let states = figures.rows.subjects.compactMap { row -> Row? in
            guard let status = statuses.status(of: row.subject) else { return nil }
            let answers = row.checks.compactMap { figures.checks[$0].isUp }
            let isUp = answers.isEmpty || status == .unknown ? nil : answers.allSatisfy { $0 }
            return Row(labels: row.labels, status: status, isUp: isUp)
        }
        let labels = Status.allCases.map { (status: $0, label: TextBuffer.labels([("status", $0.rawValue)])) }
        return [
            rows(Catalogue.up, states) { row, buffer in
                if let isUp = row.isUp { buffer.sample(Catalogue.up.name, row.labels, count: isUp ? 1 : 0) }
            },
            rows(Catalogue.status, states) { row, buffer in
                for (status, label) in labels {
                    buffer.sample(Catalogue.status.name, row.labels, label, count: row.status == status ? 1 : 0)
                }
            },
            rows(Catalogue.backendInfo, figures.rows.subjects) { $1.sample(Catalogue.backendInfo.name, $0.labels, $0.backend, count: 1) },
            rows(Catalogue.tenantInfo, figures.rows.tenants) { $1.sample(Catalogue.tenantInfo.name, $0.info, count: 1) },
            rows(Catalogue.notChecked, figures.rows.notChecked) { $1.sample(Catalogue.notChecked.name, $0, count: 1) },
            rows(Catalogue.isolationFindings, figures.rows.tenants) {
                $1.sample(Catalogue.isolationFindings.name, $0.labels, count: $0.isolationFindings)
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
            single(Catalogue.reloadSuccessful, fleet.reloadSuccessful ? 1 : 0),
            single(Catalogue.reloadTimestamp, fleet.reloadTimestamp),
        ]
    }

    static func alertFamilies(_ alerts: AlertSeries) -> [Family] {
        let firing = alerts.firing.sorted { $0.key < $1.key }
        let transitions = alerts.transitions.sorted { $0.key < $1.key }.flatMap { rule, counts in
            counts.sorted { $0.key < $1.key }.map { (rule: rule, transition: $0.key, count: $0.value) }
        }
        let deliveries = alerts.receivers.flatMap { receiver in
            receiver.attempts.sorted { $0.key < $1.key }.map { (receiver: receiver.name, outcome: $0.key, count: $0.value) }
        }
        return [
            values(Catalogue.alertsFiring, firing, labels: { TextBuffer.labels([("alertname", $0.key)]) }) { Double($0.value) },
            single(Catalogue.alertsMuted, Double(alerts.muted)),
            values(
                Catalogue.alertTransitions, transitions,
                labels: { TextBuffer.labels([("alertname", $0.rule), ("transition", $0.transition)]) }, { Double($0.count) }),
            single(Catalogue.silences, Double(alerts.silences)),
            values(Catalogue.notifications, alerts.receivers, labels: { TextBuffer.labels([("receiver", $0.name)]) }) { Double($0.queued) },
            values(
                Catalogue.deliveries, deliveries, labels: { TextBuffer.labels([("receiver", $0.receiver), ("outcome", $0.outcome)]) },
                { Double($0.count) }),
            values(Catalogue.oldestNotification, alerts.receivers, labels: { TextBuffer.labels([("receiver", $0.name)]) }) {
                $0.oldestAge.inSeconds
            },
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
            values(Catalogue.loopBeat, machine.loops, labels: { TextBuffer.labels([("loop", $0.name)]) }, { $0.lastBeat }),
            lanes(Catalogue.laneBusy) { $0.busyThreads },
            lanes(Catalogue.laneThreads) { $0.threads },
            lanes(Catalogue.laneQueued) { $0.queued },
            values(Catalogue.sessions, machine.sessions, labels: { TextBuffer.labels([("dependency", $0.dependency)]) }) {
                Double($0.count)
            },
            single(Catalogue.build, 1, [("version", machine.version)]),
            single(Catalogue.processorSeconds, usage.processorSeconds),
            single(Catalogue.residentBytes, Double(usage.residentBytes)),
            single(Catalogue.virtualBytes, Double(usage.virtualBytes)),
            single(Catalogue.openDescriptors, Double(usage.openDescriptors)),
            single(Catalogue.maximumDescriptors, Double(usage.maximumDescriptors)),
            single(Catalogue.startTime, machine.startTime),
        ]
    }
}
