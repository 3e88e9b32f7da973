public import Checking
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// The figures of one check. Values alone: those of the whole fleet are copied beside a page that is being read, and no
/// reference is counted for any.
struct CheckFigures: Sendable {
    var interval: Duration
    /// Nil before the first answer.
    var isUp: Bool?
    var lastDuration: Duration?
    var durationSum = Duration.zero
    var count = 0
    var failures = 0
    /// Seconds since 1970; 0 when it never succeeded.
    var lastSuccess = 0.0
    var phases = Phase.Table<Duration?>(repeating: nil)
    /// Its place in `ReasonLabels`.
    var reason: Int?
    /// The same of the last answer while only inconclusive ones come.
    var inconclusive: Int?
}

/// Figures that belong to no tenant.
struct FleetFigures: Sendable {
    var durations: [Dependency: Histogram] = [:]
    var failures: [FailureKey: Int] = [:]
    var lateness = Histogram()
    var skipped: [Dependency: Int] = [:]
    var reloadSuccessful = true
    var reloadTimestamp = 0.0

    struct FailureKey: Hashable, Sendable {
        var check: String
        var reason: String
    }
}

/// Keeps the figures that `/metrics` shows.
public final class MetricsLedger: Sendable {
    struct Figures: Sendable {
        /// The check of each slot.
        var ids: [CheckID] = []
        /// Where each of `ids` is.
        var slots: [CheckID: Int] = [:]
        /// By slot.
        var checks: [CheckFigures] = []
        var rows = FleetRows()
        var reasons = ReasonLabels()
        var fleet = FleetFigures()
    }

    private let figures: Guarded<Figures>

    /// - Parameter kinds: their reasons and dependencies are shown as zeros before the first event.
    public init(kinds: [any ProbeKind]) {
        var figures = Figures()
        for kind in kinds {
            figures.fleet.durations[kind.dependency] = Histogram()
            figures.fleet.skipped[kind.dependency] = 0
            for (check, reasons) in kind.catalogue {
                for reason in reasons {
                    figures.fleet.failures[.init(check: check.rawValue, reason: reason.rawValue)] = 0
                }
            }
        }
        self.figures = Guarded(figures)
    }

    /// Notes whether a load of the configuration could be used.
    public func noteReload(isSuccessful: Bool) {
        figures.withLock { figures in
            figures.fleet.reloadSuccessful = isSuccessful
            if isSuccessful { figures.fleet.reloadTimestamp = Date().timeIntervalSince1970 }
        }
    }

    /// What is known now.
    func snapshot() -> Figures { figures.withLock { $0 } }
}

extension MetricsLedger: ObservationSink {
    /// Counts finished checks; those of a check that is no more count for the fleet alone.
    public func absorb(_ observations: [Observation]) {
        figures.withLock { figures in
            for observation in observations { Self.add(observation, to: &figures) }
        }
    }

    private static func add(_ observation: Observation, to figures: inout Figures) {
        let dependency = observation.check.subject.dependency
        guard observation.outcome != .skipped else {
            figures.fleet.skipped[dependency, default: 0] += observation.turns
            return
        }
        figures.fleet.lateness.add(observation.lateness)
        figures.fleet.durations[dependency, default: Histogram()].add(observation.duration)
        if case .failed(let failure) = observation.outcome {
            let key = FleetFigures.FailureKey(check: observation.check.name.rawValue, reason: failure.reason.rawValue)
            figures.fleet.failures[key, default: 0] += 1
        }
        guard let slot = figures.slots[observation.check] else { return }
        figures.checks[slot].add(observation, &figures.reasons)
    }

    /// Begins the figures of new checks and drops those of retired ones; a changed check keeps its own.
    public func adopt(_ change: PlanChange) {
        figures.withLock { figures in
            let retired = Set(change.retired)
            let kept = figures.ids.indices.filter { !retired.contains(figures.ids[$0]) }
            figures.checks = kept.map { figures.checks[$0] } + change.started.map { CheckFigures(interval: $0.interval) }
            figures.ids = kept.map { figures.ids[$0] } + change.started.map(\.id)
            figures.slots = Dictionary(uniqueKeysWithValues: figures.ids.enumerated().map { ($1, $0) })
            for check in change.changed {
                if let slot = figures.slots[check.id] { figures.checks[slot].interval = check.interval }
            }
            figures.rows = FleetRows(change.plan, ids: figures.ids, slots: figures.slots)
        }
    }
}

extension CheckFigures {
    mutating func add(_ observation: Observation, _ reasons: inout ReasonLabels) {
        count += 1
        lastDuration = observation.duration
        durationSum += observation.duration
        noteInconclusive(observation.outcome, &reasons)
        switch observation.outcome {
        case .answered(let reading):
            isUp = true
            note(reading.phases)
            reason = (reading.findings.first?.reason).map { reasons.place(of: $0) }
            lastSuccess = observation.finishedAt.timeIntervalSince1970
        case .failed(let failure) where failure.isUndecided: break  // Says nothing about the subject.
        case .failed(let failure):
            isUp = false
            failures += 1
            note(failure.phases)
            reason = reasons.place(of: failure.reason)
        case .skipped: break
        }
    }

    private mutating func noteInconclusive(_ outcome: Observation.Outcome, _ reasons: inout ReasonLabels) {
        switch outcome {
        case .failed(let failure) where failure.isUndecided && !failure.isAttributedToAgent:
            inconclusive = reasons.place(of: failure.reason)
        case .answered, .failed: inconclusive = nil
        case .skipped: break
        }
    }

    private mutating func note(_ times: [Phase: Duration]) {
        phases = Phase.Table(repeating: nil)
        for (phase, duration) in times {
            if let position = phase.position { phases[position] = duration }
        }
    }
}
