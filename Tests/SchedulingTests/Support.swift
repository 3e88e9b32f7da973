import BlockingIO
import Checking
import Foundation
import Platform
import TenantCore

/// The moment from which a test counts.
let start = ContinuousClock.now

/// The moment `seconds` after the start.
func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

let redis = Dependency(rawValue: "redis")

/// The redis check of a tenant; a mistake in the id is the test's own.
func checkID(_ tenant: String, _ dependency: Dependency = redis) -> CheckID {
    guard let tenant = TenantID(tenant) else { preconditionFailure("\(tenant) is not a tenant id") }
    return CheckID(subject: Subject(tenant: tenant, dependency: dependency), name: CheckName(rawValue: "\(dependency)_liveness"))
}

func failure(_ scope: ProbeFailure.Scope = .subject, isUndecided: Bool = false) -> ProbeFailure {
    ProbeFailure(
        ProbeFailure.Reason(rawValue: "refused"), "it refused", remedy: "Start it.", scope: scope, isUndecided: isUndecided)
}

extension Observation.Outcome {
    static let good = Observation.Outcome.answered(Reading())
    static let bad = Observation.Outcome.failed(failure())

    /// The failure's reason, nil for every other outcome.
    var reason: ProbeFailure.Reason? {
        if case .failed(let failure) = self { failure.reason } else { nil }
    }
}

/// Answers what it is made with.
struct FixedProbe: Probe {
    var answer: Result<Reading, ProbeFailure> = .success(Reading())
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading { try answer.get() }
}

/// Answers one after the other what a test has prepared, and well once nothing is left.
final class ScriptedProbe: Probe {
    private let answers: Guarded<[Result<Reading, ProbeFailure>]>

    init(_ answers: [Result<Reading, ProbeFailure>]) { self.answers = Guarded(answers) }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        try answers.withLock { $0.isEmpty ? .success(Reading()) : $0.removeFirst() }.get()
    }
}

func check(
    _ id: CheckID, backend: String = "server:1", interval: Duration = .seconds(30), spacing: Duration = .zero, trust: String = "",
    settings: String = "", probe: any Probe = FixedProbe()
) -> Check {
    Check(
        id: id, backend: Backend(rawValue: backend), interval: interval, timeout: .seconds(5), spacing: spacing, trust: trust,
        settings: Secret(settings), probe: probe)
}

/// What became of a job.
func observation(of job: Job, _ outcome: Observation.Outcome, at now: ContinuousClock.Instant) -> Observation {
    Observation(
        check: job.check.id, backend: job.check.backend, finishedAt: Date(timeIntervalSince1970: 0), instant: now, duration: .zero,
        lateness: .zero, outcome: outcome)
}

/// A plan of exactly these checks.
func plan(_ checks: [Check]) -> Plan {
    let directory = TenantDirectory(tenants: [], rejected: [], issues: [], defaultTenant: nil, digest: "", source: "test")
    var plan = Plan(directory: directory, kinds: [], cadence: Cadence(interval: .seconds(30), timeout: .seconds(5)))
    plan.checks = checks
    return plan
}

/// A lane that runs nothing: the test sees what is submitted and decides what lands.
final class HandLane: Lane {
    private let jobs = Guarded<[Job]>([])
    private let landings = Guarded<[Landing]>([])

    func submit(_ jobs: [Job]) { self.jobs.withLock { $0 += jobs } }

    func collect(at now: ContinuousClock.Instant) -> [Landing] {
        landings.withLock { landings in
            defer { landings = [] }
            return landings
        }
    }

    /// What the test has not taken yet waits for a thread.
    var figures: LaneFigures {
        var figures = LaneFigures()
        figures.queued = jobs.withLock { $0.count }
        return figures
    }

    /// What was submitted since this was asked last.
    func takeSubmitted() -> [Job] {
        jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }

    /// Lets something land at the next round.
    func land(_ landing: Landing) { landings.withLock { $0.append(landing) } }
}

/// Takes down what it is handed.
final class Recorder: ObservationSink, TransitionSink {
    private let seenObservations = Guarded<[Observation]>([])
    private let seenTransitions = Guarded<[Transition]>([])

    var observations: [Observation] { seenObservations.withLock { $0 } }
    var transitions: [Transition] { seenTransitions.withLock { $0 } }

    func absorb(_ observations: [Observation]) { seenObservations.withLock { $0 += observations } }
    func absorb(_ transitions: [Transition]) { seenTransitions.withLock { $0 += transitions } }
    func adopt(_ change: PlanChange) {}
}
