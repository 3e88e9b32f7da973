import Alerting
import Checking
import Testing

struct AlertEngineTests {
    /// What an engine says to changes in a row.
    private func alerts(_ transitions: [Transition]) -> [Alert?] {
        var engine = AlertEngine()
        return transitions.map { engine.absorb($0) }
    }

    @Test func `a dependency that goes down fires`() throws {
        let alert = try #require(alerts([transition(subject("acme"), to: .down, at: 5)])[0])
        #expect(alert.isFiring)
        #expect(alert.startsAt == date(5))
        #expect(alert.endsAt == nil)
        #expect(alert.subject == subject("acme"))
    }

    @Test(arguments: [Status.healthy, .degraded])
    func `it resolves when an observation says otherwise`(status: Status) throws {
        let seen = alerts([transition(subject("acme"), to: .down, at: 5), transition(subject("acme"), from: .down, to: status, at: 9)])
        let fired = try #require(seen[0])
        let resolved = try #require(seen[1])
        #expect(!resolved.isFiring)
        #expect(resolved.endsAt == date(9))
        #expect(resolved.startsAt == fired.startsAt)
        #expect(resolved.labels == fired.labels)
        #expect(resolved.fingerprint == fired.fingerprint)
    }

    @Test func `an alert that fires survives the unknown and does not fire anew`() {
        let seen = alerts([
            transition(subject("acme"), to: .down), transition(subject("acme"), from: .down, to: .unknown),
            transition(subject("acme"), from: .unknown, to: .down), transition(subject("acme"), from: .down, to: .unknown),
            transition(subject("acme"), from: .unknown, to: .healthy),
        ])
        #expect(seen.map { $0?.isFiring } == [true, nil, nil, nil, false])
    }

    @Test(arguments: [Status.healthy, .degraded, .unknown])
    func `nothing is said of what never was down`(status: Status) {
        #expect(alerts([transition(subject("acme"), from: .unknown, to: status)]) == [nil])
    }

    @Test func `each outage is an alert with one fingerprint and its own start`() {
        let seen = alerts([
            transition(subject("acme"), to: .down, at: 1), transition(subject("acme"), from: .down, to: .healthy, at: 2),
            transition(subject("acme"), to: .down, cause: "timeout", at: 3),
        ])
        #expect(seen[0]?.fingerprint == seen[2]?.fingerprint)
        #expect(seen[2]?.startsAt == date(3))
    }

    @Test func `subjects fire and resolve by themselves`() {
        let seen = alerts([
            transition(subject("acme"), to: .down), transition(subject("acme", "mongo"), to: .down),
            transition(subject("globex"), to: .down), transition(subject("acme"), from: .down, to: .healthy),
        ])
        #expect(seen.map { $0?.isFiring } == [true, true, true, false])
        #expect(Set(seen.prefix(3).map { $0?.fingerprint }).count == 3)
        #expect(seen[3]?.subject == subject("acme"))
    }

    @Test func `the labels say who and what and never why`() throws {
        let alert = try #require(alerts([transition(subject("acme"), to: .down)])[0])
        #expect(
            alert.labels == [
                "alertname": "TenantwatchDependencyDown", "severity": "critical", "tenant": "acme", "dependency": "redis",
            ])
    }

    @Test func `the annotations say why and what to do`() throws {
        let alert = try #require(alerts([transition(subject("acme"), to: .down, cause: "timeout")])[0])
        #expect(alert.annotations["reason"] == "timeout")
        #expect(alert.annotations["description"] == "redis:6379 said timeout")
        #expect(alert.annotations["remedy"] == "Mend timeout.")
        #expect(alert.annotations["backend"] == "redis:6379")
        #expect(alert.annotations["summary"]?.contains("acme") == true)
        #expect(alert.annotations["runbook_url"]?.isEmpty == false)
    }

    @Test func `the engine knows how many fire`() {
        var engine = AlertEngine()
        var counts = [engine.firingCount]
        for change in [
            transition(subject("acme"), to: .down), transition(subject("globex"), to: .down),
            transition(subject("acme"), from: .down, to: .healthy),
        ] {
            _ = engine.absorb(change)
            counts.append(engine.firingCount)
        }
        #expect(counts == [0, 1, 2, 1])
    }

    @Test func `another rule fires on another status`() {
        var rule = AlertRule.dependencyDown
        rule.name = "Slow"
        rule.status = .degraded
        var engine = AlertEngine(rule: rule)
        let seen = [transition(subject("acme"), to: .degraded), transition(subject("acme"), from: .degraded, to: .down)].map {
            engine.absorb($0)
        }
        #expect(seen.map { $0?.isFiring } == [true, false])
        #expect(seen[0]?.labels["alertname"] == "Slow")
    }
}
