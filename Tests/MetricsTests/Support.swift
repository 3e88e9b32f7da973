import Checking
import Foundation
import TenantCore
import TenantMetrics

/// The moment from which a test counts.
let start = ContinuousClock.now

let redis = Dependency(rawValue: "redis")
let liveness = CheckName(rawValue: "redis_liveness")

/// A kind whose catalogue a test writes out.
struct Kind: ProbeKind {
    var dependency = redis
    var catalogue: [CheckName: [ProbeFailure.Reason]] = [liveness: [.timeout, .disconnected]]
    func checks(for tenant: Tenant, cadence: Cadence) -> [Check] { [check(tenant.id.rawValue, interval: cadence.interval)] }
}

struct SilentProbe: Probe {
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading { Reading() }
}

func checkID(_ tenant: String) -> CheckID {
    guard let tenant = TenantID(tenant) else { preconditionFailure("\(tenant) is not a tenant id") }
    return CheckID(subject: Subject(tenant: tenant, dependency: redis), name: liveness)
}

func check(_ tenant: String, interval: Duration = .seconds(30), settings: String = "", backend: String = "server:1") -> Check {
    Check(
        id: checkID(tenant), backend: Backend(rawValue: backend), interval: interval, timeout: .seconds(5), settings: Secret(settings),
        probe: SilentProbe())
}

func failure(_ reason: ProbeFailure.Reason) -> Observation.Outcome {
    .failed(ProbeFailure(reason, "it failed", remedy: "Mend it."))
}

func observation(
    _ tenant: String, _ outcome: Observation.Outcome = .answered(Reading()), duration: Duration = .milliseconds(4),
    lateness: Duration = .zero
) -> Observation {
    Observation(
        check: checkID(tenant), backend: Backend(rawValue: "server:1"), finishedAt: Date(timeIntervalSince1970: 1_700_000_000),
        instant: start, duration: duration, lateness: lateness, outcome: outcome)
}

/// A tenant with the guide's least settings.
func tenant(_ id: String) throws -> Tenant {
    let entry: JSONValue = [
        "tenant_id": .string(id), "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "db", "redis_addr": "redis:6379",
    ]
    let loader = try TenantLoader(environment: ["TENANT_CONFIGS": JSONValue.array([entry]).description], dependencies: [])
    guard let tenant = try loader.load().tenants.first else { preconditionFailure("\(entry) is a good tenant") }
    return tenant
}

/// A ledger and a book that follow the same stream, and the page that they make.
final class Desk {
    let ledger: MetricsLedger
    private let book = StatusBook(thresholds: Thresholds())
    private var plan: Plan?
    var machine = MachineFigures(
        version: "1.2.3", startTime: 1_700_000_000,
        sinks: [.init(name: "audit", queued: 3, dropped: 2, isHealthy: true), .init(name: "ops", queued: 0, dropped: 0, isHealthy: false)],
        loops: [.init(name: "scheduler", lastBeat: 1_700_000_001.5), .init(name: "alerts", lastBeat: nil)],
        lanes: [.init(name: "redis", busyThreads: 4, threads: 5, queued: 6)], sessions: [("redis", 7)],
        alerts: AlertSeries(
            firing: ["TenantwatchDependencyDown": 2, "TenantwatchAgentLate": 0], muted: 1,
            transitions: ["TenantwatchDependencyDown": ["fired": 5, "resolved": 3]], silences: 4,
            receivers: [
                .init(name: "ops", queued: 9, attempts: ["succeeded": 7, "failed": 6, "abandoned": 1], oldestAge: .milliseconds(1500))
            ]))

    init(kinds: [any ProbeKind] = [Kind()]) {
        ledger = MetricsLedger(kinds: kinds)
    }

    /// Takes a configuration of these tenants; each has one check, unless the test says which.
    func adopt(
        _ tenants: [Tenant], rejected: [TenantDirectory.Rejected] = [], issues: [ConfigurationIssue] = [], checks: [Check]? = nil
    ) {
        let directory = TenantDirectory(
            tenants: tenants, rejected: rejected, issues: issues, defaultTenant: nil, digest: "", source: "test")
        var next = Plan(directory: directory, kinds: [Kind()], cadence: Cadence(interval: .seconds(30), timeout: .seconds(5)))
        if let checks { next.checks = checks }
        let change = next.change(from: plan)
        book.adopt(change, at: start)
        ledger.adopt(change)
        plan = next
    }

    func absorb(_ observations: [Observation]) {
        _ = book.judge(observations)
        ledger.absorb(observations)
    }

    var exposition: Exposition { Exposition(ledger: ledger, statuses: book.snapshot(), machine: machine) }
    var bytes: [UInt8] { exposition.reduce(into: []) { $0 += $1 } }
    func bytes(as format: ExpositionFormat) -> [UInt8] {
        Exposition(ledger: ledger, statuses: book.snapshot(), machine: machine, format: format).reduce(into: []) { $0 += $1 }
    }
    func page() throws -> Page { try Page(bytes) }
}
