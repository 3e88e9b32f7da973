import Checking
import Foundation
import TenantCore
import Testing

@testable import Alerting

/// The alert about a dependency whose answers say nothing about it.
struct InconclusiveRuleTests {
    private static let name = "TenantwatchDependencyInconclusive"

    private func core(_ overrides: [String: RuleOverride] = [:], past: AlertStore.Past = AlertStore.Past()) throws -> AlertCore {
        let settings = AlertingSettings(
            rules: RuleBook(overrides: overrides), routes: RouteTable(fallback: Route(receivers: ["ops"])))
        var core = AlertCore(settings)
        core.restore(past, at: date(0))
        _ = core.adopt(try plan(["acme"]).change(from: nil), ReceiverDirectory(names: ["ops"]), at: date(0))
        return core
    }

    private func change(_ state: InconclusiveChange.State, at seconds: Double) -> InconclusiveChange {
        InconclusiveChange(subject: subject("acme"), backend: Backend(rawValue: "redis:6379"), state: state, at: date(seconds))
    }

    private func throttled(_ reason: String = "rate_limited") -> InconclusiveChange.State {
        .holds(Finding(ProbeFailure.Reason(rawValue: reason), "asks us to slow down", remedy: "Ask less."))
    }

    private func firing(_ core: AlertCore) -> [Alert] {
        core.engine.entries.values.filter { $0.isFiring && $0.alert.rule == Self.name }.map(\.alert)
    }

    @Test func `it fires after 15 minutes, by backend and reason, and ends with the next conclusive answer`() throws {
        var core = try core()
        _ = core.absorb(change(throttled(), at: 0), at: date(0))
        _ = core.tick(at: date(899))
        #expect(firing(core).isEmpty)
        _ = core.tick(at: date(900))
        let alert = try #require(firing(core).first)
        #expect(alert.severity == "warning" && alert.backend == "redis:6379" && alert.reason == "rate_limited")
        #expect(alert.labels["tenant"] == "acme" && alert.labels["dependency"] == "redis")
        #expect(alert.annotations["description"] == "asks us to slow down" && alert.annotations["remedy"] == "Ask less.")
        _ = core.absorb(change(.ended, at: 1000), at: date(1000))
        #expect(firing(core).isEmpty)
    }

    @Test func `what is laid to the agent begins the 15 minutes anew, and ends nothing`() throws {
        var core = try core()
        _ = core.absorb(change(throttled(), at: 0), at: date(0))
        _ = core.absorb(change(.unknown, at: 800), at: date(800))
        _ = core.tick(at: date(2000))
        #expect(firing(core).isEmpty)
        _ = core.absorb(change(throttled(), at: 2000), at: date(2000))
        _ = core.tick(at: date(2899))
        #expect(firing(core).isEmpty)
        _ = core.tick(at: date(2900))
        #expect(firing(core).count == 1)
        _ = core.absorb(change(.unknown, at: 3000), at: date(3000))
        _ = core.tick(at: date(9000))
        #expect(firing(core).count == 1)
    }

    @Test func `throttling that comes and goes fires nothing, and ends at once where it lasted`() throws {
        var core = try core()
        for index in 0..<30 {
            let state = index % 2 == 0 ? throttled() : .ended
            _ = core.absorb(change(state, at: Double(index) * 60), at: date(Double(index) * 60))
            #expect(firing(core).isEmpty)
        }
        _ = core.absorb(change(throttled(), at: 1800), at: date(1800))
        _ = core.tick(at: date(2700))
        #expect(firing(core).map(\.isFlapping) == [false])
        _ = core.absorb(change(.ended, at: 2701), at: date(2701))
        #expect(firing(core).isEmpty)
    }

    @Test func `another reason does not begin it anew`() throws {
        var core = try core()
        _ = core.absorb(change(throttled(), at: 0), at: date(0))
        _ = core.absorb(change(throttled("throttled"), at: 600), at: date(600))
        _ = core.tick(at: date(900))
        #expect(firing(core).map(\.reason) == ["rate_limited"])
        #expect(firing(core).first?.annotations["reason"] == "throttled")
    }

    @Test(arguments: [Status.healthy, .degraded, .down]) func `after a restart any status that is known ends it`(status: Status) throws {
        var before = try core()
        _ = before.absorb(change(throttled(), at: 0), at: date(0))
        let entries = before.tick(at: date(900)).entries
        var after = try core(past: AlertStore.Past(entries: entries))
        #expect(firing(after).count == 1)
        _ = after.absorb([transition(subject("acme"), from: .healthy, to: .unknown, at: 1000)], at: date(1000))
        #expect(firing(after).count == 1)
        _ = after.absorb([transition(subject("acme"), from: .unknown, to: status, at: 1001)], at: date(1001))
        #expect(firing(after).isEmpty)
    }

    @Test func `settings change it as they do the others`() throws {
        var core = try core([Self.name: RuleOverride(severity: .info, hold: .seconds(60))])
        _ = core.absorb(change(throttled(), at: 0), at: date(0))
        _ = core.tick(at: date(60))
        #expect(firing(core).map(\.severity) == ["info"])
        var off = try self.core([Self.name: RuleOverride(isEnabled: false)])
        _ = off.absorb(change(throttled(), at: 0), at: date(0))
        _ = off.tick(at: date(10_000))
        #expect(firing(off).isEmpty)
    }
}
