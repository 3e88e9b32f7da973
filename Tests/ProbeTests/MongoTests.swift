import Checking
import Foundation
import MongoProbe
import RealServers
import TenantCore
import Testing

/// What takes more than one answer of a MongoDB; single answers are rows of the server matrix.
@Suite(.serialized) struct MongoTests {
    private func mongo(_ uri: String) -> JSONObject { ["mongo_uri": .string(uri)] }

    @Test func `phases tell where the time went`() throws {
        let server = try MongoServer(users: [.init("acme", password: "secret", database: "acme_db")])
        let result = try ask(MongoProbeKind(), mongo("mongodb://acme:secret@127.0.0.1:\(server.port)/acme_db"))
        #expect(Set(try result.get().phases.keys) == [.resolve, .connect, .auth, .command])
    }

    @Test func `a frozen server times out, a killed one is refused, and both come back`() throws {
        let server = try MongoServer()
        let check = try #require(try checks(MongoProbeKind(), mongo(server.uri), timeout: .seconds(1)).first)
        #expect(word(outcome(of: check)) == "healthy")
        server.process.freeze()
        #expect(word(outcome(of: check)) == "timeout")
        #expect(word(outcome(of: check)) == "timeout")
        server.process.thaw()
        #expect(word(outcome(of: check)) == "healthy")
        server.process.crash()
        #expect(word(outcome(of: check)) == "refused")
        let second = try MongoServer(port: server.port)
        #expect(word(outcome(of: check)) == "healthy")
        #expect(second.process.isRunning)
    }

    @Test func `a kept session whose server is gone never locks itself out`() throws {
        // libmongoc 1.23 dials a known server again inside its own lock once its heartbeat is due.
        let server = try MongoServer()
        let keys = mongo("mongodb://127.0.0.1:\(server.port)/?heartbeatFrequencyMS=500")
        let check = try #require(try checks(MongoProbeKind(), keys).first)
        let end = ContinuousClock.now + .milliseconds(600)
        while ContinuousClock.now < end { #expect(word(outcome(of: check)) == "healthy") }
        server.process.crash()
        #expect(try wordOnLane(of: check) == "refused")
    }

    @Test func `a replica set is followed through a step down, and must have no primary for 15 seconds`() throws {
        let set = try MongoReplicaSet(name: "rs0")
        let check = try #require(try checks(MongoProbeKind(), mongo(set.uri)).first)
        #expect(word(outcome(of: check)) == "healthy")
        try set.stepDown()
        var seen: [String] = []
        #expect(
            wait(seconds: 30) {
                seen.append(word(outcome(of: check))); return seen.last == "healthy"
            })
        // What an election looks like must hold for longer than an election takes.
        #expect(Set(seen).isSubset(of: ["no_primary", "healthy"]), "\(seen)")
        set.members[0].process.crash()
        set.members[1].process.crash()
        var last: Result<Reading, ProbeFailure>?
        #expect(
            wait(seconds: 30) {
                last = outcome(of: check); return last.map(word) == "no_primary"
            })
        if case .failure(let failure) = last { #expect(failure.holdsFor == .seconds(15)) }
    }

    @Test func `what libmongoc does not accept is an issue of the configuration`() throws {
        let bad = try tenant(mongo("mongodb+srv://localhost/"))
        #expect(MongoProbeKind().issues(with: bad).map(\.path) == ["mongo_uri"])
        #expect(MongoProbeKind().issues(with: try tenant(mongo("mongodb://127.0.0.1:1/"))).isEmpty)
    }
}
