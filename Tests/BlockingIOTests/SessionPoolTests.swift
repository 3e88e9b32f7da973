import Checking
import Testing

@testable import BlockingIO

struct SessionPoolTests {
    private let deadline = ContinuousClock.now + .seconds(10)

    private func use(_ pool: SessionPool<PairSession>, failing failure: ProbeFailure? = nil) throws(ProbeFailure) {
        try pool.use(
            before: deadline, open: { () throws(ProbeFailure) in PairSession(ends: SocketPair()) },
            { _ throws(ProbeFailure) in if let failure { throw failure } })
    }

    @Test func `a session is kept after an answer and dropped after a failure`() throws {
        let pool = SessionPool<PairSession>(backend: Backend(rawValue: "server:1"))
        try use(pool)
        #expect(pool.idleCount == 1)
        #expect(throws: ProbeFailure.self) { try use(pool, failing: .garbage("server:1", "anything")) }
        #expect(pool.idleCount == 0)
    }

    @Test func `beyond the backend's budget sessions are used and not kept`() throws {
        let budget = SessionBudget(limit: 2)
        let pools = (0..<3).map { _ in
            SessionPool<PairSession>(backend: Backend(rawValue: "server:1"), budget: budget, census: SessionCensus(), hangUps: nil)
        }
        for pool in pools { try use(pool) }
        #expect(pools.map(\.idleCount) == [1, 1, 0])
        #expect(budget.openCount == 2)
    }

    @Test func `sessions of a pool that nobody holds any more are closed`() throws {
        let budget = SessionBudget()
        var pool: SessionPool<PairSession>? = SessionPool(
            backend: Backend(rawValue: "server:1"), budget: budget, census: SessionCensus(), hangUps: nil)
        if let pool { try use(pool) }
        #expect(budget.openCount == 1)
        pool = nil
        #expect(budget.openCount == 0)
    }

    @Test func `more logins than dials a second live longer`() {
        let census = SessionCensus()
        #expect(census.lifetime == .seconds(300))
        for _ in 0..<1000 { census.add() }
        #expect(census.lifetime == .seconds(1000))
        for _ in 0..<900 { census.remove() }
        #expect(census.lifetime == .seconds(300))
    }

    @Test func `equal identities share a pool, and their backend's budget`() throws {
        let pools = SessionPools<String, PairSession>(hangUps: nil)
        let backend = Backend(rawValue: "server:1")
        let (first, second) = (pools.pool(of: "acme", at: backend), pools.pool(of: "acme", at: backend))
        #expect(first === second)
        let other = pools.pool(of: "globex", at: backend)
        #expect(other !== first)
        try use(first)
        try use(other)
        #expect(pools.openCount == 2)
    }
}
