import Checking
import Testing

struct StatusBookTests {
    private let book = StatusBook(thresholds: Thresholds())

    private func adopt(_ checks: [Check], from old: Plan? = nil, at seconds: Double = 0) -> Plan {
        let plan = plan(checks)
        book.adopt(plan.change(from: old), at: after(seconds))
        return plan
    }

    private func judge(_ id: CheckID, _ outcomes: [Observation.Outcome], from seconds: Double = 1) -> StatusBook.Judgement {
        book.judge(outcomes.enumerated().map { observation(id, $1, at: seconds + Double($0)) })
    }

    @Test func `there is nothing to see before the first plan`() {
        #expect(book.snapshot() == nil)
    }

    @Test func `a planned subject is unknown until it answers`() throws {
        _ = adopt([check(checkID("acme"), backend: "redis:1")])
        let state = try #require(book.snapshot()?[subject("acme")])
        #expect(state.status == .unknown)
        #expect(state.backend.rawValue == "redis:1")
        #expect(state.lastCheckedAt == nil)
        #expect(state.cause == nil)
    }

    @Test func `a change of status is told once, with what it was and what it is`() throws {
        _ = adopt([check(checkID("acme"))])
        let transitions = judge(checkID("acme"), [.good, .good, .bad, .bad, .bad, .bad]).transitions
        #expect(transitions.map(\.from) == [.unknown, .healthy])
        #expect(transitions.map(\.to) == [.healthy, .down])
        #expect(transitions.map(\.subject) == [subject("acme"), subject("acme")])
        #expect(transitions.map(\.at) == [date(1), date(5)])
    }

    @Test func `a change to the worse carries its cause, a change to the better none`() {
        _ = adopt([check(checkID("acme"))])
        let transitions = judge(checkID("acme"), [.bad, .bad, .bad, .good, .good, .noteworthy]).transitions
        #expect(transitions.map(\.to) == [.down, .healthy, .degraded])
        #expect(transitions.map(\.cause?.reason.rawValue) == ["refused", nil, "slow"])
        #expect(transitions.first?.cause?.remedy == "Mend refused.")
    }

    @Test func `a change says how long the old status held`() {
        _ = adopt([check(checkID("acme"))], at: 0)
        let transitions = judge(checkID("acme"), [.good, .bad, .bad, .bad], from: 10).transitions
        #expect(transitions.map(\.lasted) == [.seconds(10), .seconds(3)])
    }

    @Test func `a check whose matter is not settled is named`() {
        _ = adopt([check(checkID("acme")), check(checkID("globex"))])
        let judgement = book.judge([observation(checkID("acme"), .bad, at: 1), observation(checkID("globex"), .good, at: 1)])
        #expect(judgement.suspicious == [checkID("acme")])
    }

    @Test func `a failure below the threshold shows as the cause while the status stays`() throws {
        _ = adopt([check(checkID("acme"))])
        _ = judge(checkID("acme"), [.good, .bad])
        let state = try #require(book.snapshot()?[subject("acme")])
        #expect(state.status == .healthy)
        #expect(state.cause?.reason.rawValue == "refused")
    }

    @Test func `a good answer clears the cause`() throws {
        _ = adopt([check(checkID("acme"))])
        _ = judge(checkID("acme"), [.bad, .good])
        let state = try #require(book.snapshot()?[subject("acme")])
        #expect(state.cause == nil)
    }

    @Test func `the last answer's figures are kept, and a skipped turn is no answer`() throws {
        _ = adopt([check(checkID("acme"))])
        let reading = Reading(phases: [.command: .milliseconds(3)])
        _ = book.judge([
            observation(checkID("acme"), .answered(reading), at: 5, duration: .milliseconds(7)),
            observation(checkID("acme"), .skipped, at: 9),
        ])
        let state = try #require(book.snapshot()?[subject("acme")])
        #expect(state.lastCheckedAt == date(5))
        #expect(state.duration == .milliseconds(7))
        #expect(state.phases == [.command: .milliseconds(3)])
    }

    @Test func `a dependency is as well as its worst check`() throws {
        let checks = [checkID("acme", name: "fast"), checkID("acme", name: "deep")]
        _ = adopt(checks.map { check($0) })
        _ = book.judge([observation(checks[0], .good, at: 1), observation(checks[1], .noteworthy, at: 2)])
        #expect(book.snapshot()?[subject("acme")]?.status == .degraded)
    }

    @Test func `an answer about a subject that is not planned is ignored`() {
        _ = adopt([check(checkID("acme"))])
        let judgement = judge(checkID("nobody"), [.bad, .bad, .bad])
        #expect(judgement.transitions.isEmpty)
        #expect(judgement.suspicious.isEmpty)
        #expect(book.snapshot()?[subject("nobody")] == nil)
    }
}
