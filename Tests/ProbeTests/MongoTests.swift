import Checking
import Foundation
import MongoProbe
import RealServers
import TenantCore
import Testing

/// MongoDB as its users configure it, each answered by a real server.
@Suite(.serialized) struct MongoTests {
    private func mongo(_ uri: String, _ more: JSONObject = [:]) -> JSONObject {
        var keys: JSONObject = ["mongo_uri": .string(uri)]
        for member in more.members { keys[member.key] = member.value }
        return keys
    }

    @Test func `an open server is healthy, by address, name and with a database`() throws {
        let server = try MongoServer()
        let kind = MongoProbeKind()
        #expect(try verdict(kind, mongo(server.uri)) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://localhost:\(server.port)")) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://localhost:\(server.port)/acme_db?appName=x")) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://localhost:\(server.port)/?tls=false&directConnection=true")) == "healthy")
    }

    @Test func `logins and rights are told apart`() throws {
        let server = try MongoServer(users: [
            .init("acme", password: "p@ss:w/rd", database: "acme_db"), .init("other", password: "secret", database: "other_db"),
        ])
        let kind = MongoProbeKind()
        let host = "127.0.0.1:\(server.port)"
        #expect(try verdict(kind, mongo("mongodb://acme:p%40ss%3Aw%2Frd@\(host)/acme_db")) == "healthy")
        #expect(
            try verdict(kind, mongo("mongodb://acme:p%40ss%3Aw%2Frd@\(host)/?authSource=acme_db&authMechanism=SCRAM-SHA-256")) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://acme:wrong@\(host)/acme_db")) == "auth")
        #expect(try verdict(kind, mongo("mongodb://acme:p%40ss%3Aw%2Frd@\(host)/")) == "auth")
        #expect(try verdict(kind, mongo("mongodb://other:secret@\(host)/other_db")) == "not_authorised")
        #expect(try verdict(kind, mongo("mongodb://\(host)/")) == "not_authorised")
        let result = try ask(kind, mongo("mongodb://acme:p%40ss%3Aw%2Frd@\(host)/acme_db"))
        #expect(Set(try result.get().phases.keys) == [.resolve, .connect, .auth, .command])
    }

    @Test func `TLS is verified`() throws {
        let ca = try Ground.certificate("ca.pem")
        let evil = try Ground.certificate("evil-ca.pem")
        let (good, wrong) = (try MongoServer(certificate: "server"), try MongoServer(certificate: "server"))
        let kind = MongoProbeKind()
        #expect(try verdict(kind, mongo("mongodb://localhost:\(good.port)/?tls=true", ["mongo_ca_file": .string(ca)])) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://localhost:\(good.port)/?ssl=true&tlsCAFile=\(ca)")) == "healthy")
        #expect(
            try verdict(kind, mongo("mongodb://localhost:\(good.port)/?tls=true", ["mongo_ca_file": .string(evil)]))
                == "certificate_unknown")
        #expect(try verdict(kind, mongo("mongodb://localhost:\(good.port)/?tls=true")) == "certificate_unknown")
        #expect(
            try verdict(kind, mongo("mongodb://127.0.0.2:\(wrong.port)/?tls=true", ["mongo_ca_file": .string(ca)]), timeout: .seconds(2))
                == "refused")
        // The alert that the server sends before it hangs up may arrive or not.
        #expect(
            ["disconnected", "protocol_error"].contains(try verdict(kind, mongo("mongodb://localhost:\(good.port)/"), timeout: .seconds(2)))
        )
        let plain = try MongoServer()
        #expect(["tls", "timeout"].contains(try verdict(kind, mongo("mongodb://localhost:\(plain.port)/?tls=true"), timeout: .seconds(1))))
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
        #expect(wordOnLane(of: check) == "refused")
    }

    @Test func `a replica set is followed through a step down`() throws {
        let set = try MongoReplicaSet(name: "rs0")
        let kind = MongoProbeKind()
        let check = try #require(try checks(kind, mongo(set.uri)).first)
        #expect(word(outcome(of: check)) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://127.0.0.1:\(set.members[1].port)/?replicaSet=rs0")) == "healthy")
        #expect(try verdict(kind, mongo("mongodb://127.0.0.1:\(set.members[0].port)/?replicaSet=other")) == "wrong_set_name")
        #expect(try verdict(kind, mongo("mongodb://127.0.0.1:\(set.members[1].port)/?directConnection=true")) == "read_only")
        set.members[2].process.freeze()
        #expect(
            word(outcome(of: try #require(try checks(kind, mongo(set.uri)).first))) == "healthy", "a frozen secondary uses up nobody's time"
        )
        set.members[2].process.thaw()
        try set.stepDown()
        var seen: [String] = []
        #expect(
            wait(seconds: 30) {
                seen.append(word(outcome(of: check))); return seen.last == "healthy"
            })
        // What an election looks like must hold for longer than an election takes.
        #expect(Set(seen).isSubset(of: ["no_primary", "healthy"]), "\(seen)")
    }

    @Test func `a set without a majority has no primary, and must have none for 15 seconds`() throws {
        let set = try MongoReplicaSet(name: "rs1")
        let check = try #require(try checks(MongoProbeKind(), mongo(set.uri)).first)
        #expect(word(outcome(of: check)) == "healthy")
        set.members[0].process.crash()
        set.members[1].process.crash()
        var last: Result<Reading, ProbeFailure>?
        #expect(
            wait(seconds: 30) {
                last = outcome(of: check); return last.map(word) == "no_primary"
            })
        if case .failure(let failure) = last { #expect(failure.holdsFor == .seconds(15)) }
    }

    @Test func `a dead member that is no seed keeps nobody from the primary`() throws {
        let set = try MongoReplicaSet(name: "rs2")
        set.members[2].process.crash()
        let seeds = set.members.prefix(2).map { "127.0.0.1:\($0.port)" }
        for uri in ["mongodb://\(seeds[0])/?replicaSet=rs2", "mongodb://\(seeds.joined(separator: ","))/?replicaSet=rs2"] {
            #expect(wordOnLane(of: try #require(try checks(MongoProbeKind(), mongo(uri)).first)) == "healthy")
        }
    }

    @Test func `a server that is a member of a set needs no set name to be healthy`() throws {
        #expect(
            try verdict(MongoProbeKind(), mongo("mongodb://127.0.0.1:\(Ground.freePort())/?replicaSet=rs0"), timeout: .seconds(2))
                == "refused")
    }

    @Test func `what libmongoc does not accept is an issue of the configuration`() throws {
        let bad = try tenant(mongo("mongodb+srv://localhost/"))
        #expect(MongoProbeKind().issues(with: bad).map(\.path) == ["mongo_uri"])
        #expect(MongoProbeKind().issues(with: try tenant(mongo("mongodb://127.0.0.1:1/"))).isEmpty)
    }
}
