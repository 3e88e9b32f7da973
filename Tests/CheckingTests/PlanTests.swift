import Checking
import TenantCore
import Testing

/// One check for each tenant, as the test describes it.
private struct Kind: ProbeKind {
    var dependency = Dependency(rawValue: "redis")
    var spacing = Duration.zero
    var catalogue: [CheckName: [ProbeFailure.Reason]] { [:] }

    func checks(for tenant: Tenant, cadence: Cadence) -> [Check] {
        [
            check(
                checkID(tenant.id.rawValue, dependency.rawValue), interval: cadence.interval, timeout: cadence.timeout, spacing: spacing,
                settings: tenant.name)
        ]
    }
}

struct PlanTests {
    private let cadence = Cadence(interval: .seconds(30), timeout: .seconds(5))

    private func make(_ ids: [String], _ changes: JSONObject = [:], kinds: [any ProbeKind] = [Kind()]) throws -> Plan {
        Plan(directory: try directory(ids, changes), kinds: kinds, cadence: cadence)
    }

    @Test func `a plan holds the checks of every kind for every tenant`() throws {
        let kinds = [Kind(), Kind(dependency: Dependency(rawValue: "mongo"))]
        let plan = try make(["a", "b"], kinds: kinds)
        #expect(Set(plan.checks.map(\.id)) == [checkID("a"), checkID("a", "mongo"), checkID("b"), checkID("b", "mongo")])
    }

    @Test func `the cadence of the settings holds unless a tenant has its own`() throws {
        let common = try make(["a"]).checks
        let own = try make(["a"], ["redis_interval": "60s", "redis_timeout": "2s"]).checks
        #expect(common.map(\.interval) == [.seconds(30)])
        #expect(common.map(\.timeout) == [.seconds(5)])
        #expect(own.map(\.interval) == [.seconds(60)])
        #expect(own.map(\.timeout) == [.seconds(2)])
    }

    @Test func `a tenant's cadence for one dependency leaves the others alone`() throws {
        #expect(try make(["a"], ["mongo_interval": "60s"]).checks.map(\.interval) == [.seconds(30)])
    }

    @Test(arguments: [["redis_interval": "2s"], ["redis_timeout": "40s"]] as [JSONObject])
    func `a check never lasts longer than its interval`(changes: JSONObject) throws {
        let checks = try make(["a"], changes).checks
        #expect(checks.allSatisfy { $0.timeout <= $0.interval })
    }

    @Test func `where a backend asks for courtesy the intervals are stretched until all checks fit`() throws {
        let ids = (0..<40).map { "t\($0)" }
        let plan = try make(ids, kinds: [Kind(spacing: .seconds(1))])
        #expect(plan.checks.allSatisfy { $0.interval == .seconds(40) })
    }

    @Test func `a longer interval is not shortened by courtesy`() throws {
        let plan = try make(["a", "b"], kinds: [Kind(spacing: .seconds(1))])
        #expect(plan.checks.allSatisfy { $0.interval == .seconds(30) })
    }

    @Test func `checks that need no courtesy are neither counted nor stretched`() throws {
        let ids = (0..<40).map { "t\($0)" }
        let kinds = [Kind(spacing: .seconds(1)), Kind(dependency: Dependency(rawValue: "mongo"))]
        let plan = try make(ids, kinds: kinds)
        let polite = plan.checks.filter { $0.spacing > .zero }
        #expect(polite.allSatisfy { $0.interval == .seconds(40) })
        #expect(plan.checks.filter { $0.spacing == .zero }.allSatisfy { $0.interval == .seconds(30) })
    }
}

struct PlanChangeTests {
    @Test func `the first plan starts everything`() {
        let change = plan([check(checkID("a")), check(checkID("b"))]).change(from: nil)
        #expect(change.started.map(\.id) == [checkID("a"), checkID("b")])
        #expect(change.changed.isEmpty)
        #expect(change.retired.isEmpty)
        #expect(change.previous == nil)
    }

    @Test func `an equal plan changes nothing`() {
        let old = plan([check(checkID("a"), settings: "x"), check(checkID("b"))])
        let change = plan([check(checkID("b")), check(checkID("a"), settings: "x")]).change(from: old)
        #expect(change.started.isEmpty)
        #expect(change.changed.isEmpty)
        #expect(change.retired.isEmpty)
        #expect(change.previous != nil)
    }

    @Test func `new checks start and missing ones retire`() {
        let old = plan([check(checkID("a")), check(checkID("b"))])
        let change = plan([check(checkID("b")), check(checkID("c"))]).change(from: old)
        #expect(change.started.map(\.id) == [checkID("c")])
        #expect(change.retired == [checkID("a")])
        #expect(change.changed.isEmpty)
    }

    @Test(arguments: [
        check(checkID("a"), settings: "new"), check(checkID("a"), interval: .seconds(31)), check(checkID("a"), timeout: .seconds(6)),
        check(checkID("a"), backend: "server:2"),
    ])
    func `a check with other settings is changed`(changed: Check) {
        let change = plan([changed, check(checkID("b"))]).change(from: plan([check(checkID("a")), check(checkID("b"))]))
        #expect(change.changed.map(\.id) == [checkID("a")])
        #expect(change.started.isEmpty)
        #expect(change.retired.isEmpty)
    }
}
