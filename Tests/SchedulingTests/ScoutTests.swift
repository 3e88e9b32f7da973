import BlockingIO
import Checking
import Testing

/// What follows when a server closes a kept connection.
struct ScoutTests {
    private let ids = ["acme", "globex", "initech"].map { checkID($0) }

    /// Three checks of one backend, the last with certificates of its own, whose first turns are over.
    private func rig() -> Rig {
        let rig = Rig()
        rig.adopt([
            check(ids[0], interval: .seconds(600), trust: "a"), check(ids[1], interval: .seconds(600), trust: "a"),
            check(ids[2], interval: .seconds(600), trust: "b"),
        ])
        var jobs: [Job] = []
        for second in 0..<600 { jobs += rig.started(at: after(Double(second))) }
        for job in jobs { rig.land(job, at: after(600)) }
        #expect(jobs.count == 3)
        rig.round(at: after(600))
        _ = rig.takeStarted()
        return rig
    }

    private let backend = Backend(rawValue: "server:1")

    @Test func `one check goes first, at once`() {
        let rig = rig()
        rig.scout(backend, at: after(601))
        #expect(rig.started(at: after(601)).count == 1)
    }

    @Test func `one that is to be asked again in a moment does not go first`() throws {
        let rig = rig()
        for id in ids.dropLast() { rig.recheck(id, at: after(605)) }
        rig.scout(backend, at: after(601))
        #expect(rig.started(at: after(601)).map(\.check.id) == [ids[2]])
    }

    @Test func `nobody follows a scout that is answered`() throws {
        let rig = rig()
        rig.scout(backend, at: after(601))
        let scout = try #require(rig.started(at: after(601)).first)
        rig.land(scout, at: after(602))
        #expect(rig.started(at: after(602)).isEmpty)
        #expect(rig.started(at: after(603)).isEmpty)
    }

    @Test func `nobody follows a scout whose trouble is its own`() throws {
        let rig = rig()
        rig.scout(backend, at: after(601))
        let scout = try #require(rig.started(at: after(601)).first)
        rig.land(scout, .failed(failure(.subject)), at: after(602))
        #expect(rig.started(at: after(602)).isEmpty)
    }

    @Test func `all others follow one that finds the connection broken, one ahead, and share its verdict`() throws {
        let rig = rig()
        rig.scout(backend, at: after(601))
        let scout = try #require(rig.started(at: after(601)).first)
        rig.land(scout, .failed(failure(.backend)), at: after(602))
        let canary = rig.started(at: after(602))
        #expect(canary.count == 1)
        rig.land(canary[0], .failed(failure(.backend)), at: after(603))
        let seen = rig.round(at: after(603))
        #expect(Set(seen.map(\.check)) == Set(ids).subtracting([scout.check.id]))
        #expect(seen.allSatisfy { $0.outcome.reason?.rawValue == "refused" })
    }

    @Test func `all others follow one that is hung up on, as by a server that is just being killed`() throws {
        let rig = rig()
        rig.scout(backend, at: after(601))
        let scout = try #require(rig.started(at: after(601)).first)
        rig.land(scout, .failed(.disconnected("server:1")), at: after(602))
        let canary = try #require(rig.started(at: after(602)).first)
        rig.land(canary, .failed(failure(.backend)), at: after(603))
        #expect(Set(rig.round(at: after(603)).map(\.check)) == Set(ids).subtracting([scout.check.id]))
    }

    @Test func `a broken handshake calls only those who verify certificates alike`() throws {
        let rig = rig()
        rig.scout(backend, at: after(601))
        let scout = try #require(rig.started(at: after(601)).first)
        rig.land(scout, .failed(failure(.trust)), at: after(602))
        let followers = rig.started(at: after(602))
        #expect(followers.allSatisfy { $0.check.trust == scout.check.trust })
        #expect(followers.count == (scout.check.trust == "a" ? 1 : 0))
    }

    @Test func `another hang-up sends no second scout while one is out`() {
        let rig = rig()
        rig.scout(backend, at: after(601))
        rig.scout(backend, at: after(601))
        #expect(rig.started(at: after(601)).count == 1)
        rig.scout(backend, at: after(602))
        #expect(rig.started(at: after(602)).isEmpty)
    }

    @Test func `a scout that a reload retires makes way for another`() throws {
        let rig = rig()
        rig.scout(backend, at: after(601))
        let scout = try #require(rig.started(at: after(601)).first)
        rig.adopt(ids.filter { $0 != scout.check.id }.map { check($0, interval: .seconds(600)) }, at: after(602))
        rig.scout(backend, at: after(602))
        #expect(rig.started(at: after(602)).count == 1)
    }

    @Test func `a backend that nobody leans on is left alone`() {
        let rig = rig()
        rig.scout(Backend(rawValue: "other:1"), at: after(601))
        #expect(rig.started(at: after(601)).isEmpty)
    }
}
