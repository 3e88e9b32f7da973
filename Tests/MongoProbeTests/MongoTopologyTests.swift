import Checking
import RealServers
import TenantCore
import Testing
import Transport

@testable import MongoProbe

/// Why no server takes writes, in words.
struct MongoTopologyTests {
    private func server(_ members: [(String, BSON)]) -> MongoServerDescription {
        MongoServerDescription(BSONDocument(BSON.document(members).encoded))
    }

    private func secondary(of primary: String?) -> MongoServerDescription {
        server(
            [("setName", .text("rs0")), ("secondary", .truth(true)), ("ismaster", .truth(false))]
                + (primary.map { [("primary", .text($0))] } ?? []))
    }

    private func failure(
        _ uri: String, _ described: [String: MongoServerDescription], unreached: [String: ProbeFailure] = [:]
    ) throws -> ProbeFailure {
        func byHost<Value>(_ values: [String: Value]) throws -> [HostPort: Value] {
            Dictionary(uniqueKeysWithValues: try values.map { (try HostPort.parse($0, defaultPort: 27017), $1) })
        }
        let errors = MongoErrors(try MongoAddress.parse(uri), database: "acme_db")
        return MongoTopology(errors: errors, described: try byHost(described), unreached: try byHost(unreached)).failure
    }

    private let unknown = ProbeFailure(.dns, "the name of mongo1:27017 could not be resolved", remedy: "x")
    private let silent = ProbeFailure.timeout("mongo1:27017", during: .command)

    @Test func `a primary that answers, and whose own name leads nowhere, is named with the cause`() throws {
        let primary = server([("setName", .text("rs0")), ("ismaster", .truth(true)), ("me", .text("mongo1:27017"))])
        let failure = try failure("mongodb://10.0.0.1/?replicaSet=rs0", ["10.0.0.1": primary], unreached: ["mongo1": unknown])
        #expect(failure.reason == .primaryUnreachable)
        #expect(
            failure.detail
                == "the primary mongo1:27017 cannot be reached from here, as 10.0.0.1:27017 is the primary and calls itself so: "
                + "the name of mongo1:27017 could not be resolved")
        #expect(failure.remedy.contains("rs.conf()"))
        #expect(failure.remedy.contains("directConnection=true"))
        #expect(failure.holdsFor == .zero)
    }

    @Test func `directConnection is no remedy where several hosts are named, or another member is the primary`() throws {
        let primary = server([("setName", .text("rs0")), ("ismaster", .truth(true)), ("me", .text("mongo1:27017"))])
        let several = try failure("mongodb://10.0.0.1,10.0.0.2/?replicaSet=rs0", ["10.0.0.1": primary], unreached: ["mongo1": unknown])
        let other = try failure(
            "mongodb://10.0.0.1/?replicaSet=rs0", ["10.0.0.1": secondary(of: "mongo1:27017")], unreached: ["mongo1": silent])
        for failure in [several, other] {
            #expect(failure.reason == .primaryUnreachable)
            #expect(!failure.remedy.contains("directConnection"))
        }
        // It may have died, so that another is about to be elected.
        #expect(other.holdsFor == .seconds(15))
        #expect(other.remedy.hasPrefix("See whether it runs."))
    }

    @Test func `where no member names a primary, those that were not reached are named`() throws {
        let failure = try failure(
            "mongodb://10.0.0.1,10.0.0.2/?replicaSet=rs0", ["10.0.0.1": secondary(of: nil)],
            unreached: ["10.0.0.2": .timeout("10.0.0.2:27017", during: .connect)])
        #expect(failure.reason == .noPrimary)
        #expect(
            failure.detail
                == "10.0.0.1:27017,10.0.0.2:27017 has no primary among the members that answer; 10.0.0.2:27017 did not answer in time (connect)"
        )
        #expect(
            try self.failure("mongodb://10.0.0.1/?replicaSet=rs0", ["10.0.0.1": secondary(of: nil)]).detail
                == "10.0.0.1:27017 has no primary")
    }

    @Test func `another set, a mongos and a standalone server have sentences of their own`() throws {
        func words(_ members: [(String, BSON)]) throws -> (String, String) {
            let failure = try failure("mongodb://10.0.0.1/?replicaSet=rs0", ["10.0.0.1": server(members)])
            #expect(failure.reason == .wrongSetName)
            return (failure.detail, failure.remedy)
        }
        #expect(try words([("setName", .text("other"))]).0 == "10.0.0.1:27017 belongs to the set other and not to rs0")
        #expect(try words([("msg", .text("isdbgrid"))]).0 == "10.0.0.1:27017 is a mongos and belongs to no set, and not to rs0")
        #expect(try words([("ismaster", .truth(true))]).0 == "10.0.0.1:27017 is a standalone server and belongs to no set, and not to rs0")
        #expect(try words([("ismaster", .truth(true))]).1.hasPrefix("Remove replicaSet"))
    }

    @Test(
        arguments: [
            ([("arbiterOnly", .truth(true)), ("setName", .text("rs0"))], .arbiter), ([("setName", .text("rs0"))], .memberNotReady),
            ([("isreplicaset", .truth(true)), ("ismaster", .truth(false))], .setUnconfigured),
        ] as [([(String, BSON)], ProbeFailure.Reason)]) func `members that all are alike are called what they are`(
            members: [(String, BSON)], reason: ProbeFailure.Reason
        ) throws
    {
        #expect(try failure("mongodb://a,b/?replicaSet=rs0", ["a": server(members), "b": server(members)]).reason == reason)
    }
}
