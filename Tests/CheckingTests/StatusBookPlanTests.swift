import Checking
import TenantCore
import Testing

/// What becomes of statuses when the plan changes, and how a tenant's status follows from its dependencies'.
struct StatusBookPlanTests {
    private let book = StatusBook(thresholds: Thresholds())

    private func bring(_ id: CheckID, to outcomes: [Observation.Outcome], from seconds: Double) {
        _ = book.judge(outcomes.enumerated().map { observation(id, $1, at: seconds + Double($0)) })
    }

    @Test func `a changed check keeps its history and gets its new backend`() throws {
        let old = plan([check(checkID("acme"), backend: "old:1")])
        book.adopt(old.change(from: nil), at: start)
        bring(checkID("acme"), to: [.bad, .bad, .bad], from: 1)
        book.adopt(plan([check(checkID("acme"), backend: "new:1")]).change(from: old), at: after(10))
        let state = try #require(book.snapshot()?[subject("acme")])
        #expect(state.status == .down)
        #expect(state.backend.rawValue == "new:1")
        #expect(state.since == date(3))
    }

    @Test func `a retired subject is gone, and what is said of it later is ignored`() {
        let old = plan([check(checkID("acme")), check(checkID("globex"))])
        book.adopt(old.change(from: nil), at: start)
        book.adopt(plan([check(checkID("globex"))]).change(from: old), at: after(10))
        let judgement = book.judge([observation(checkID("acme"), .bad, at: 11)])
        #expect(judgement.suspicious.isEmpty)
        #expect(book.snapshot()?[subject("acme")] == nil)
        #expect(book.snapshot()?[subject("globex")] != nil)
        #expect(book.snapshot()?.subjects(of: id("acme")) == [])
    }

    @Test func `the snapshot of one tenant has nobody else's states`() {
        book.adopt(plan(["mongo", "redis"].map { check(checkID("acme", $0)) } + [check(checkID("globex"))]).change(from: nil), at: start)
        bring(checkID("acme", "redis"), to: [.bad, .bad, .bad], from: 1)
        let snapshot = book.snapshot(of: id("acme"))
        #expect(snapshot?.subjects(of: id("acme")).count == 2)
        #expect(snapshot?.status(of: id("acme")) == .down)
        #expect(snapshot?[subject("globex")] == nil)
        #expect(book.snapshot(of: id("nobody"))?.status(of: id("nobody")) == .unknown)
    }

    @Test func `a snapshot stays as it was`() {
        book.adopt(plan([check(checkID("acme"))]).change(from: nil), at: start)
        let before = book.snapshot()
        bring(checkID("acme"), to: [.bad, .bad, .bad], from: 1)
        #expect(before?[subject("acme")]?.status == .unknown)
        #expect(book.snapshot()?[subject("acme")]?.status == .down)
    }

    @Test func `a tenant that comes back begins anew`() throws {
        let with = plan([check(checkID("acme"))])
        let without = plan([])
        book.adopt(with.change(from: nil), at: start)
        bring(checkID("acme"), to: [.bad, .bad, .bad], from: 1)
        book.adopt(without.change(from: with), at: after(10))
        book.adopt(with.change(from: without), at: after(20))
        #expect(book.snapshot()?[subject("acme")]?.status == .unknown)
    }

    @Test func `a tenant's dependencies are listed in the order of their names`() {
        book.adopt(plan(["redis", "mongo", "oidc"].map { check(checkID("acme", $0)) }).change(from: nil), at: start)
        #expect(book.snapshot()?.subjects(of: id("acme")).map(\.dependency.rawValue) == ["mongo", "oidc", "redis"])
    }

    @Test(
        arguments: [
            ([.good, .good], .healthy), ([.good, .noteworthy], .degraded), ([.good, nil], .unknown), ([.noteworthy, nil], .degraded),
            ([.bad, .good], .down), ([.bad, .noteworthy], .down), ([.bad, nil], .down), ([nil, nil], .unknown),
        ] as [([Observation.Outcome?], Status)])
    func `a tenant is as well as its worst dependency`(outcomes: [Observation.Outcome?], status: Status) throws {
        let checks = [checkID("acme", "mongo"), checkID("acme", "redis")]
        book.adopt(plan(checks.map { check($0) }).change(from: nil), at: start)
        for (check, outcome) in zip(checks, outcomes) {
            guard let outcome else { continue }
            bring(check, to: [outcome, outcome, outcome], from: 1)
        }
        #expect(book.snapshot()?.status(of: id("acme")) == status)
    }

    @Test func `one tenant's trouble is not another's`() {
        book.adopt(plan([check(checkID("acme")), check(checkID("globex"))]).change(from: nil), at: start)
        bring(checkID("acme"), to: [.bad, .bad, .bad], from: 1)
        bring(checkID("globex"), to: [.good], from: 1)
        #expect(book.snapshot()?.status(of: id("acme")) == .down)
        #expect(book.snapshot()?.status(of: id("globex")) == .healthy)
    }

    @Test func `a tenant of whom nothing is watched is unknown`() {
        book.adopt(plan([]).change(from: nil), at: start)
        #expect(book.snapshot()?.status(of: id("acme")) == .unknown)
    }
}
