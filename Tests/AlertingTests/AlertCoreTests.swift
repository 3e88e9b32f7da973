import Checking
import Foundation
import TenantCore
import Testing

@testable import Alerting

/// What a reload and a restart make of alerts.
struct AlertCoreTests {
    private static let receivers = ReceiverDirectory(names: ["ops"])

    private static func core(_ past: AlertStore.Past = AlertStore.Past()) -> AlertCore {
        var core = AlertCore(AlertingSettings(routes: RouteTable(fallback: Route(receivers: ["ops"]))))
        core.restore(past, at: date(0))
        return core
    }

    /// The plan of a configuration in which `rejected` cannot be used.
    private static func plan(_ good: [String], rejected: [String]) throws -> PlanChange {
        var plan = try AlertingTests.plan(good)
        let entries = (good + rejected).enumerated().map { index, id -> JSONValue in
            var entry: JSONObject = ["tenant_id": .string(id), "name": "Acme", "mongo_uri": "mongodb://mongo", "redis_addr": "redis:6379"]
            entry["redis_db"] = .integer(index)
            entry["mongo_database"] = rejected.contains(id) ? 5 : .string("db_\(id)")
            return .object(entry)
        }
        plan.directory = try TenantLoader(environment: ["TENANT_CONFIGS": JSONValue.array(entries).description], dependencies: []).load()
        return plan.change(from: nil)
    }

    private func statuses(_ core: AlertCore) -> [String] {
        core.engine.entries.values.filter(\.isFiring).map { "\($0.alert.subject.tenant.map(\.rawValue) ?? "agent") \($0.alert.rule)" }
            .sorted()
    }

    /// A core in which the Redis of acme and of globex is down.
    private func outage() throws -> (core: AlertCore, entries: [AlertEngine.Entry]) {
        var core = Self.core()
        _ = core.adopt(try Self.plan(["acme", "globex"], rejected: []), Self.receivers, at: date(0))
        let commit = core.absorb([transition(subject("acme"), to: .down), transition(subject("globex"), to: .down)], at: date(1000))
        return (core, commit.entries)
    }

    @Test func `a tenant whose entry is rejected keeps what fires, at a reload and at a restart`() throws {
        let (running, entries) = try outage()
        for var core in [running, Self.core(AlertStore.Past(entries: entries))] {
            _ = core.adopt(try Self.plan(["globex"], rejected: ["acme"]), Self.receivers, at: date(10))
            #expect(
                statuses(core) == [
                    "acme TenantwatchConfigurationRejected", "acme TenantwatchDependencyDown", "globex TenantwatchDependencyDown",
                ])
        }
    }

    @Test func `a tenant that is removed resolves with that as its reason`() throws {
        let (running, entries) = try outage()
        for var core in [running, Self.core(AlertStore.Past(entries: entries))] {
            let commit = core.adopt(try Self.plan(["globex"], rejected: []), Self.receivers, at: date(10))
            #expect(statuses(core) == ["globex TenantwatchDependencyDown"])
            #expect(commit.entries.first?.alert.annotations["resolution"] == "tenant removed")
            #expect(commit.entries.first?.alert.annotations["remedy"] == nil)
            #expect(commit.entries.first?.alert.endsAt == date(10))
        }
    }

    @Test func `after a restart only an observation resolves`() throws {
        let (_, entries) = try outage()
        var core = Self.core(AlertStore.Past(entries: entries))
        _ = core.adopt(try Self.plan(["acme", "globex"], rejected: []), Self.receivers, at: date(10))
        _ = core.absorb([transition(subject("acme"), from: .healthy, to: .unknown, at: 20)], at: date(1000))
        #expect(statuses(core) == ["acme TenantwatchDependencyDown", "globex TenantwatchDependencyDown"])
        _ = core.absorb([transition(subject("acme"), from: .unknown, to: .healthy, at: 30)], at: date(1000))
        _ = core.tick(at: date(600))
        #expect(statuses(core) == ["globex TenantwatchDependencyDown"])
    }

    @Test func `an agent that has just started does not say that it is well`() {
        var core = Self.core()
        _ = core.observe([.doubt: "no network"], at: date(0))
        _ = core.tick(at: date(600))
        #expect(statuses(core) == ["agent TenantwatchAgentInDoubt"])
        var restarted = Self.core(AlertStore.Past(entries: Array(core.engine.entries.values)))
        _ = restarted.observe([:], undecided: [.doubt], at: date(601))
        _ = restarted.tick(at: date(2000))
        #expect(statuses(restarted) == ["agent TenantwatchAgentInDoubt"])
        _ = restarted.observe([:], at: date(2001))
        _ = restarted.tick(at: date(9000))
        #expect(statuses(restarted).isEmpty)
    }

    @Test func `what a clock that was set back has dated ahead is taken for now`() throws {
        var core = Self.core()
        _ = core.adopt(try Self.plan(["acme"], rejected: []), Self.receivers, at: date(0))
        let commit = core.absorb([transition(subject("acme"), to: .down, at: 86_400)], at: date(1))
        #expect(commit.journal.map(\.at).max() == date(1))
        #expect(commit.entries.first?.alert.startsAt == date(1))
    }

    @Test func `whoever is configured while something fires hears of it`() throws {
        var (core, _) = try outage()
        _ = core.tick(at: date(1001))
        let directory = ReceiverDirectory(names: ["ops", "acme/chat"], ofTenants: [subject("acme").tenant: ["acme/chat"]])
        let commit = core.adopt(try Self.plan(["acme", "globex"], rejected: []), directory, at: date(1010))
        #expect(commit.updates.count == 1)
        #expect(core.tick(at: date(1011)).notifications.map(\.receiver) == ["acme/chat"])
    }
}
