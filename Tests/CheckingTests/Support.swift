import Checking
import Foundation
import TenantCore

/// The moment from which a test counts.
let start = ContinuousClock.now

/// The moment `seconds` after the start.
func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

/// The wall clock at that moment.
func date(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_000_000 + seconds) }

/// The id that a test writes out; a mistake in it is the test's own.
func id(_ text: String) -> TenantID {
    guard let id = TenantID(text) else { preconditionFailure("\(text) is not a tenant id") }
    return id
}

func subject(_ tenant: String, _ dependency: String = "redis") -> Subject {
    Subject(tenant: id(tenant), dependency: Dependency(rawValue: dependency))
}

func checkID(_ tenant: String, _ dependency: String = "redis", name: String? = nil) -> CheckID {
    CheckID(subject: subject(tenant, dependency), name: CheckName(rawValue: name ?? "\(dependency)_liveness"))
}

/// A failure that counts, unless told otherwise.
func failure(
    _ reason: String = "refused", scope: ProbeFailure.Scope = .subject, holdsFor: Duration = .zero, isUndecided: Bool = false
) -> ProbeFailure {
    ProbeFailure(
        ProbeFailure.Reason(rawValue: reason), "it said \(reason)", remedy: "Mend \(reason).", scope: scope, holdsFor: holdsFor,
        isUndecided: isUndecided)
}

func finding(_ reason: String) -> Finding {
    Finding(ProbeFailure.Reason(rawValue: reason), "it is \(reason)", remedy: "Mend \(reason).")
}

extension Observation.Outcome {
    static let good = Observation.Outcome.answered(Reading())
    static let noteworthy = Observation.Outcome.answered(Reading(findings: [finding("slow")]))
    static let bad = Observation.Outcome.failed(failure())
    static let undecided = Observation.Outcome.failed(failure("rate_limited", isUndecided: true))
}

/// Is never asked.
struct SilentProbe: Probe {
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading { Reading() }
}

func check(
    _ id: CheckID, backend: String = "server:1", interval: Duration = .seconds(30), timeout: Duration = .seconds(5),
    spacing: Duration = .zero, settings: String = ""
) -> Check {
    Check(
        id: id, backend: Backend(rawValue: backend), interval: interval, timeout: timeout, spacing: spacing,
        settings: Secret(settings), probe: SilentProbe())
}

func observation(
    _ id: CheckID, _ outcome: Observation.Outcome, at seconds: Double = 0, duration: Duration = .zero
) -> Observation {
    Observation(
        check: id, backend: Backend(rawValue: "server:1"), finishedAt: date(seconds), instant: after(seconds), duration: duration,
        lateness: .zero, outcome: outcome)
}

/// A directory of tenants that differ in their ids, and in what `changes` says.
func directory(_ ids: [String], _ changes: JSONObject = [:]) throws(ConfigurationRejected) -> TenantDirectory {
    let entries = ids.map { id -> JSONValue in
        var entry: JSONObject = [
            "tenant_id": .string(id), "name": .string(id), "mongo_uri": "mongodb://mongo", "mongo_database": "db",
            "redis_addr": "redis:6379",
        ]
        for member in changes.members { entry[member.key] = member.value }
        return .object(entry)
    }
    let environment = ["TENANT_CONFIGS": JSONValue.array(entries).description]
    return try TenantLoader(environment: environment, dependencies: ["mongo", "redis", "oidc"]).load()
}

/// A plan of exactly these checks.
func plan(_ checks: [Check]) -> Plan {
    let directory = TenantDirectory(tenants: [], rejected: [], issues: [], defaultTenant: nil, digest: "", source: "test")
    var plan = Plan(directory: directory, kinds: [], cadence: Cadence(interval: .seconds(30), timeout: .seconds(5)))
    plan.checks = checks
    return plan
}
