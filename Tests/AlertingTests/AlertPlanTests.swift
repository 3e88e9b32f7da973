import Alerting
import Checking
import TenantCore
import Testing

/// What becomes of alerts when the configuration changes.
struct AlertPlanTests {
    @Test func `a tenant's own labels come with its alerts`() throws {
        var engine = AlertEngine()
        _ = engine.adopt(try plan(["acme"], labels: ["team": "blue", "region": "eu"]).change(from: nil), at: date(0))
        let fired = engine.absorb(transition(subject("acme"), to: .down))
        let alert = try #require(fired)
        #expect(alert.labels["team"] == "blue")
        #expect(alert.labels["region"] == "eu")
        #expect(alert.labels["tenant"] == "acme")
    }

    @Test func `one tenant's labels are not another's`() throws {
        var engine = AlertEngine()
        _ = engine.adopt(try plan(["acme"], labels: ["team": "blue"]).change(from: nil), at: date(0))
        let alert = engine.absorb(transition(subject("globex"), to: .down))
        #expect(alert?.labels["team"] == nil)
    }

    @Test func `labels that change in the middle of an incident change neither its labels nor its fingerprint`() throws {
        var engine = AlertEngine()
        let old = try plan(["acme"], labels: ["team": "blue"])
        _ = engine.adopt(old.change(from: nil), at: date(0))
        let fired = engine.absorb(transition(subject("acme"), to: .down, at: 1))
        _ = engine.adopt(try plan(["acme"], labels: ["team": "red"]).change(from: old), at: date(2))
        let resolved = engine.absorb(transition(subject("acme"), from: .down, to: .healthy, at: 3))
        #expect(resolved?.fingerprint == fired?.fingerprint)
        #expect(resolved?.labels["team"] == "blue")
    }

    @Test func `a removed tenant's alerts resolve and say so`() throws {
        var engine = AlertEngine()
        let old = try plan(["acme", "globex"])
        _ = engine.adopt(old.change(from: nil), at: date(0))
        let fired = engine.absorb(transition(subject("acme"), to: .down, at: 1))
        _ = engine.absorb(transition(subject("globex"), to: .down, at: 1))
        let resolved = engine.adopt(try plan(["globex"]).change(from: old), at: date(7))
        #expect(resolved.map(\.subject) == [subject("acme")])
        #expect(resolved.map(\.endsAt) == [date(7)])
        #expect(resolved.map(\.annotations["resolution"]) == ["tenant removed"])
        #expect(resolved.first?.fingerprint == fired?.fingerprint)
        #expect(engine.firingCount == 1)
    }

    @Test func `a removed tenant's alerts resolve once`() throws {
        var engine = AlertEngine()
        let old = try plan(["acme", "globex"])
        _ = engine.adopt(old.change(from: nil), at: date(0))
        _ = engine.absorb(transition(subject("acme"), to: .down))
        let new = try plan(["globex"])
        let first = engine.adopt(new.change(from: old), at: date(1))
        let second = engine.adopt(try plan(["globex"]).change(from: new), at: date(2))
        #expect(first.count == 1)
        #expect(second.isEmpty)
    }

    @Test func `a removed tenant that was well says nothing`() throws {
        var engine = AlertEngine()
        let old = try plan(["acme", "globex"])
        _ = engine.adopt(old.change(from: nil), at: date(0))
        let resolved = engine.adopt(try plan(["globex"]).change(from: old), at: date(1))
        #expect(resolved.isEmpty)
    }

    @Test func `an unchanged plan leaves what fires alone`() throws {
        var engine = AlertEngine()
        let old = try plan(["acme"])
        _ = engine.adopt(old.change(from: nil), at: date(0))
        _ = engine.absorb(transition(subject("acme"), to: .down))
        let resolved = engine.adopt(try plan(["acme"]).change(from: old), at: date(1))
        #expect(resolved.isEmpty)
        #expect(engine.firingCount == 1)
    }

    @Test func `every dependency of a removed tenant resolves`() throws {
        var engine = AlertEngine()
        let old = try plan(["acme", "globex"], dependencies: ["mongo", "redis"])
        _ = engine.adopt(old.change(from: nil), at: date(0))
        for dependency in ["mongo", "redis"] { _ = engine.absorb(transition(subject("acme", dependency), to: .down)) }
        let resolved = engine.adopt(try plan(["globex"], dependencies: ["mongo", "redis"]).change(from: old), at: date(1))
        #expect(Set(resolved.map(\.subject)) == [subject("acme", "mongo"), subject("acme", "redis")])
    }
}
