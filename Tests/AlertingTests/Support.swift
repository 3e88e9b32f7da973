import Checking
import Foundation
import TenantCore

@testable import Alerting

/// The wall clock, so many seconds after some moment.
func date(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_767_323_045 + seconds) }

/// The id that a test writes out; a mistake in it is the test's own.
func subject(_ tenant: String, _ dependency: String = "redis") -> Subject {
    guard let id = TenantID(tenant) else { preconditionFailure("\(tenant) is not a tenant id") }
    return Subject(tenant: id, dependency: Dependency(rawValue: dependency))
}

func transition(
    _ subject: Subject, from: Status = .healthy, to: Status, cause: String = "refused", at seconds: Double = 0
) -> Transition {
    let finding = Finding(ProbeFailure.Reason(rawValue: cause), "redis:6379 said \(cause)", remedy: "Mend \(cause).")
    return Transition(
        subject: subject, backend: Backend(rawValue: "redis:6379"), from: from, to: to, cause: to == .healthy ? nil : finding,
        at: date(seconds), lasted: .seconds(60))
}

struct SilentProbe: Probe {
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading { Reading() }
}

/// A plan that checks each dependency of each tenant, whose labels are as given.
func plan(_ tenants: [String], labels: JSONObject = [:], dependencies: [String] = ["redis"]) throws -> Plan {
    let entries = tenants.map { tenant -> JSONValue in
        [
            "tenant_id": .string(tenant), "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "db",
            "redis_addr": "redis:6379", "labels": .object(labels),
        ]
    }
    let loader = try TenantLoader(environment: ["TENANT_CONFIGS": JSONValue.array(entries).description], dependencies: [])
    let cadence = Cadence(interval: .seconds(30), timeout: .seconds(5))
    var plan = Plan(directory: try loader.load(), kinds: [], cadence: cadence)
    plan.checks = tenants.flatMap { tenant in
        dependencies.map { dependency in
            Check(
                id: CheckID(subject: subject(tenant, dependency), name: CheckName(rawValue: "\(dependency)_liveness")),
                backend: Backend(rawValue: "redis:6379"), interval: cadence.interval, timeout: cadence.timeout, settings: Secret(""),
                probe: SilentProbe())
        }
    }
    return plan
}

/// A rule about dependencies that are down, with these times in seconds.
func rule(hold: Double = 0, recovery: Double = 0) -> AlertRule {
    var rule = AlertRule.dependencyDown
    (rule.hold, rule.recovery) = (.seconds(hold), .seconds(recovery))
    return rule
}

/// An alert that fires, as the engine makes it.
func alert(
    _ tenant: String, _ dependency: String = "redis", rule: String = "TenantwatchDependencyDown", severity: String = "critical",
    backend: String = "redis:6379", reason: String = "refused", isShared: Bool = true, labels: [String: String] = [:],
    at seconds: Double = 0
) -> Alert {
    let who = ["alertname": rule, "severity": severity, "tenant": tenant, "dependency": dependency]
    let all = labels.merging(who) { $1 }
    return Alert(
        fingerprint: Alert.fingerprint(all), rule: rule, subject: AlertSubject(subject(tenant, dependency)), labels: all,
        annotations: ["summary": "\(dependency) of tenant \(tenant) is down"], backend: backend, reason: reason, isShared: isShared,
        startsAt: date(seconds), endsAt: nil, isFlapping: false)
}

/// The same alert, resolved.
func ended(_ alert: Alert, at seconds: Double) -> Alert {
    var alert = alert
    alert.endsAt = date(seconds)
    return alert
}
