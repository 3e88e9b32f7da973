import Checking
import Foundation
import Testing

@testable import Alerting

/// What fires, when, and when it is over.
struct AlertEngineTests {
    /// A step of a story: what is seen at a second; `tick` lets time pass and nothing else.
    enum Step: Sendable {
        case bad, good, unknown, tick
    }

    private static let key = AlertEngine.Key(rule: AlertRule.dependencyDown.name, subject: AlertSubject(subject("acme")))

    /// What the engine says at each step.
    private func story(_ rule: AlertRule, _ steps: [(Double, Step)]) -> [[AlertChange.Kind]] {
        var engine = AlertEngine(author: AlertAuthor())
        return steps.map { seconds, step in play(step, at: seconds, rule, &engine).map(\.kind) }
    }

    private func play(_ step: Step, at seconds: Double, _ rule: AlertRule, _ engine: inout AlertEngine) -> [AlertChange] {
        let state: Signal.State
        switch step {
        case .tick: return engine.tick(at: date(seconds))
        case .bad: state = .holds(Signal.Cause(reason: "refused", description: "no", remedy: "mend", backend: "redis:6379", isShared: true))
        case .good: state = .ended
        case .unknown: state = .unknown
        }
        return engine.absorb(Signal(rule: rule, subject: AlertSubject(subject("acme")), state: state, at: date(seconds)))
    }

    @Test(
        arguments: [
            ("without a hold time it fires at once", 0, 0, [(0, .bad), (5, .good)], [[.fired], [.resolved]]),
            ("it fires once", 0, 0, [(0, .bad), (1, .bad), (2, .bad)], [[.fired], [], []]),
            ("what never was bad says nothing", 0, 0, [(0, .good), (1, .unknown), (2, .good)], [[], [], []]),
            ("it must hold", 60, 0, [(0, .bad), (59, .tick), (60, .tick), (61, .tick)], [[.pending], [], [.fired], []]),
            ("what ends before it held is dropped", 60, 0, [(0, .bad), (59, .good), (60, .tick)], [[.pending], [.dropped], []]),
            (
                "a hold begins anew", 60, 0, [(0, .bad), (30, .good), (31, .bad), (60, .tick), (91, .tick)],
                [[.pending], [.dropped], [.pending], [], [.fired]]
            ),
            (
                "what is pending is forgotten when nothing is known", 60, 0, [(0, .bad), (30, .unknown), (90, .tick)],
                [[.pending], [.dropped], []]
            ),
            (
                "what fires survives the unknown", 0, 0, [(0, .bad), (1, .unknown), (2, .bad), (3, .unknown), (4, .good)],
                [[.fired], [], [], [], [.resolved]]
            ),
            (
                "it must be well for the recovery time", 0, 60, [(0, .bad), (10, .good), (69, .tick), (70, .tick)],
                [[.fired], [], [], [.resolved]]
            ),
            (
                "a relapse during recovery says nothing", 0, 60,
                [(0, .bad), (10, .good), (40, .bad), (70, .tick), (80, .good), (140, .tick)], [[.fired], [], [], [], [], [.resolved]]
            ),
            (
                "what recovers is not over while nothing is known", 0, 60,
                [(0, .bad), (10, .good), (20, .unknown), (70, .tick), (80, .good), (140, .tick)], [[.fired], [], [], [], [], [.resolved]]
            ),
            ("each outage fires", 0, 0, [(0, .bad), (1, .good), (2, .bad), (3, .good)], [[.fired], [.resolved], [.fired], [.resolved]]),
        ] as [(String, Double, Double, [(Double, Step)], [[AlertChange.Kind]])])
    func `a story is told as it should be`(
        name: String, hold: Double, recovery: Double, steps: [(Double, Step)], expected: [[AlertChange.Kind]]
    ) {
        #expect(story(rule(hold: hold, recovery: recovery), steps) == expected, "\(name)")
    }

    @Test func `more than six changes in half an hour are held firing until half an hour was quiet`() {
        let toggles = (0..<8).map { (Double($0) * 10, $0 % 2 == 0 ? Step.bad : .good) }
        let said = story(rule(), toggles + [(1869, .tick), (1870, .tick)])
        // The seventh change is the fourth outage; from then on it fires on through well and ill.
        #expect(said.prefix(6) == [[.fired], [.resolved], [.fired], [.resolved], [.fired], [.resolved]])
        #expect(said[6] == [.fired])
        #expect(said[7] == [])
        #expect(said.suffix(2) == [[], [.resolved]])
    }

    @Test func `only what was seen counts as a change, and not that recovery is over`() {
        var outages: [(Double, Step)] = []
        for start in [0.0, 200, 400] { outages += [(start, .bad), (start + 50, .good), (start + 110, .tick)] }
        let said = story(rule(recovery: 60), outages).flatMap { $0 }
        #expect(said == [.fired, .resolved, .fired, .resolved, .fired, .resolved])
    }

    @Test func `that it begins to flap is written down once`() {
        var engine = AlertEngine(author: AlertAuthor())
        let changes = (0..<12).flatMap { play($0 % 2 == 0 ? .bad : .good, at: Double($0) * 10, rule(), &engine) }
        #expect(changes.flatMap { JournalRow.rows($0) }.map(\.event).suffix(3) == [.alertResolved, .alertFired, .alertFlapping])
    }

    @Test func `what flapped before a restart is not over before it is seen`() throws {
        var engine = AlertEngine(author: AlertAuthor())
        for index in 0..<8 { _ = play(index % 2 == 0 ? .bad : .good, at: Double(index) * 10, rule(), &engine) }
        let stored = try #require(engine[Self.key])
        #expect(stored.alert.isFlapping && !stored.holds)
        var restarted = AlertEngine(author: AlertAuthor())
        restarted.restore(stored, at: date(10_000))
        let unseen = restarted.tick(at: date(10_001))
        #expect(!unseen.contains { $0.kind == .resolved })
        let seen = play(.good, at: 10_002, rule(), &restarted)
        #expect(seen.map(\.kind) == [.resolved])
    }

    @Test func `two incidents of one batch with other labels are both stored`() {
        var engine = AlertEngine(author: AlertAuthor())
        _ = play(.bad, at: 0, rule(), &engine)
        _ = engine.drain()
        _ = play(.good, at: 1, rule(), &engine)
        var severe = rule()
        severe.severity = .warning
        _ = play(.bad, at: 2, severe, &engine)
        let stored = engine.drain()
        #expect(Set(stored.map(\.alert.severity)) == ["critical", "warning"])
        #expect(stored.first { $0.alert.severity == "critical" }?.phase == .rest)
    }

    @Test func `answers that come and go during recovery are no flapping`() {
        var steps: [(Double, Step)] = [(0, .bad)]
        for index in 1...8 { steps += [(Double(index) * 20, .good), (Double(index) * 20 + 10, .unknown)] }
        #expect(story(rule(recovery: 300), steps + [(200, .good), (500, .tick)]).last == [.resolved])
    }

    @Test func `what is forgotten keeps its end for whoever is still to hear of it`() {
        var engine = AlertEngine(author: AlertAuthor())
        _ = play(.bad, at: 0, rule(), &engine)
        _ = play(.good, at: 10, rule(), &engine)
        _ = engine.drain()
        _ = engine.tick(at: date(2000))
        #expect(engine.entries.isEmpty)
        #expect(engine.drain().isEmpty)
    }

    @Test func `what flaps too fast to hold fires all the same`() {
        let toggles = (0..<7).map { (Double($0) * 10, $0 % 2 == 0 ? Step.bad : .good) }
        #expect(story(rule(hold: 60), toggles).last == [.fired])
    }

    @Test func `six changes are not flapping, nor are seven over a longer time`() {
        let six = (0..<6).map { (Double($0) * 10, $0 % 2 == 0 ? Step.bad : .good) }
        #expect(story(rule(), six).flatMap(\.self).filter { $0 == .resolved }.count == 3)
        let slow = (0..<8).map { (Double($0) * 300, $0 % 2 == 0 ? Step.bad : .good) }
        #expect(story(rule(), slow).last == [.resolved])
    }

    @Test func `flapping is said and ends when it is quiet, also in the middle of an outage`() throws {
        var engine = AlertEngine(author: AlertAuthor())
        for index in 0..<7 { _ = play(index % 2 == 0 ? .bad : .good, at: Double(index), rule(), &engine) }
        let flapping = try #require(engine[Self.key]?.alert)
        #expect(flapping.isFlapping)
        #expect(flapping.annotations["flapping"] != nil)
        let changes = engine.tick(at: date(1806))
        #expect(changes.map(\.kind) == [.updated])
        #expect(changes.first?.alert.annotations["flapping"] == nil)
        let end = play(.good, at: 1807, rule(), &engine)
        #expect(end.map(\.kind) == [.resolved])
    }

    @Test func `one incident keeps its labels, fingerprint and start, whatever its cause becomes`() throws {
        var engine = AlertEngine(author: AlertAuthor())
        let first = play(.bad, at: 5, rule(), &engine)
        let fired = try #require(first.first?.alert)
        let other = Signal(
            rule: rule(), subject: AlertSubject(subject("acme")),
            state: .holds(Signal.Cause(reason: "timeout", description: "late", remedy: nil, backend: "redis:6380")), at: date(6))
        let changes = engine.absorb(other)
        let updated = try #require(changes.first?.alert)
        #expect(updated.annotations["reason"] == "timeout")
        #expect(updated.annotations["remedy"] == nil)
        // The server and reason that it began with decide its group, which must not change on the way.
        #expect(updated.backend == "redis:6379")
        #expect(updated.reason == "refused")
        let end = play(.good, at: 9, rule(), &engine)
        let ended = try #require(end.first?.alert)
        #expect([fired.fingerprint, updated.fingerprint] == [ended.fingerprint, ended.fingerprint])
        #expect(ended.startsAt == date(5))
        #expect(ended.endsAt == date(9))
        let again = play(.bad, at: 10, rule(), &engine)
        let next = try #require(again.first?.alert)
        #expect(next.fingerprint == fired.fingerprint)
        #expect(next.startsAt == date(10))
        #expect(next.endsAt == nil)
    }

    @Test func `labels say who and what, annotations why and what to do`() throws {
        var engine = AlertEngine(author: AlertAuthor())
        let changes = play(.bad, at: 0, rule(), &engine)
        let alert = try #require(changes.first?.alert)
        #expect(
            alert.labels == ["alertname": "TenantwatchDependencyDown", "severity": "critical", "tenant": "acme", "dependency": "redis"])
        #expect(alert.annotations["summary"] == "redis of tenant acme is down")
        #expect(alert.annotations["description"] == "no")
        #expect(alert.annotations["remedy"] == "mend")
        #expect(alert.annotations["backend"] == "redis:6379")
        #expect(alert.annotations["runbook_url"]?.isEmpty == false)
    }

    @Test func `what was stored goes on after a restart, and nothing fires twice`() {
        var engine = AlertEngine(author: AlertAuthor())
        _ = play(.bad, at: 0, rule(recovery: 60), &engine)
        let stored = engine.drain()
        #expect(stored.map(\.phase) == [.firing])
        let rest = engine.drain()
        #expect(rest.isEmpty)
        var next = AlertEngine(author: AlertAuthor())
        for entry in stored { next.restore(entry, at: date(4)) }
        let later = play(.bad, at: 5, rule(recovery: 60), &next) + play(.good, at: 10, rule(recovery: 60), &next)
        #expect(later.isEmpty)
        let ends = next.tick(at: date(70))
        #expect(ends.map(\.kind) == [.resolved])
    }

    @Test func `what was pending before a restart does not fire without being seen again`() {
        var engine = AlertEngine(author: AlertAuthor())
        _ = play(.bad, at: 0, rule(hold: 20), &engine)
        var next = AlertEngine(author: AlertAuthor())
        for entry in engine.drain() { next.restore(entry, at: date(50)) }
        let changes = next.tick(at: date(60))
        #expect(changes.isEmpty)
        let seen = play(.bad, at: 61, rule(hold: 20), &next)
        #expect(seen.map(\.kind) == [.pending])
    }

    @Test func `what is at rest and quiet is forgotten`() {
        var engine = AlertEngine(author: AlertAuthor())
        _ = play(.bad, at: 0, rule(), &engine)
        _ = play(.good, at: 1, rule(), &engine)
        #expect(engine.entries.count == 1)
        _ = engine.tick(at: date(1802))
        #expect(engine.entries.isEmpty)
        #expect(engine.nextDeadline == nil)
    }
}
