import RealServers
import Testing

@testable import MongoProbe

/// What servers say of themselves.
struct MongoServerDescriptionTests {
    private func description(_ members: [(String, BSON)]) -> MongoServerDescription {
        MongoServerDescription(BSONDocument(BSON.document(members).encoded))
    }

    @Test(
        arguments: [
            ([("isWritablePrimary", .truth(true))], .standalone, true), ([("ismaster", .truth(true))], .standalone, true),
            ([("ismaster", .int32(1))], .standalone, true), ([("ismaster", .double(1)), ("ok", .int64(1))], .standalone, true),
            ([], .standalone, true), ([("ismaster", .truth(false))], .standalone, false),
            ([("ismaster", .truth(true)), ("msg", .text("isdbgrid"))], .mongos, true), ([("msg", .text("isdbgrid"))], .mongos, true),
            ([("ismaster", .truth(true)), ("setName", .text("rs0"))], .primary, true),
            ([("ismaster", .truth(false)), ("secondary", .truth(true)), ("setName", .text("rs0"))], .secondary, false),
            ([("secondary", .truth(true)), ("hidden", .truth(true)), ("setName", .text("rs0"))], .secondary, false),
            ([("secondary", .truth(true)), ("passive", .truth(true)), ("setName", .text("rs0"))], .secondary, false),
            ([("ismaster", .truth(false)), ("arbiterOnly", .truth(true)), ("setName", .text("rs0"))], .arbiter, false),
            ([("ismaster", .truth(false)), ("secondary", .truth(false)), ("setName", .text("rs0"))], .notReady, false),
            ([("ismaster", .truth(false)), ("isreplicaset", .truth(true)), ("info", .text("no config"))], .unconfigured, false),
            ([("ismaster", .truth(true)), ("readOnly", .truth(true))], .standalone, false),
        ] as [([(String, BSON)], MongoServerDescription.Role, Bool)]) func `its role follows from its fields`(
            members: [(String, BSON)], role: MongoServerDescription.Role, takesWrites: Bool
        )
    {
        #expect(description(members).role == role)
        #expect(description(members).takesWrites == takesWrites)
    }

    @Test func `names are those of the set`() {
        let server = description([
            ("setName", .text("rs0")), ("me", .text("a:1")), ("primary", .text("b:1")), ("hosts", .list([.text("a:1"), .text("b:1")])),
            ("passives", .list([.text("c:1")])), ("arbiters", .list([.text("d:1")])),
        ])
        #expect(server.setName == "rs0")
        #expect(server.me == "a:1")
        #expect(server.primary == "b:1")
    }

    @Test(
        arguments: [
            (0, 17, true), (0, 6, true), (17, 30, true), (0, 5, false), (18, 30, false), (0, 0, false), (9, 2, true),
        ]) func `a version of the protocol must be common`(low: Int32, high: Int32, isSpoken: Bool)
    {
        for number in [{ BSON.int32($0) }, { .int64(Int64($0)) }, { .double(Double($0)) }] as [(Int32) -> BSON] {
            #expect(description([("minWireVersion", number(low)), ("maxWireVersion", number(high))]).isSpoken == isSpoken)
        }
    }

    @Test func `documents that lie are read to their end and no further`() {
        let good = BSON.document([("a", .text("b")), ("setName", .text("rs0")), ("hosts", .list([.text("a:1")]))]).encoded
        #expect(BSONDocument(good).text("setName") == "rs0")
        for count in good.indices { _ = BSONDocument(Array(good[..<count])).texts("hosts") }
        for position in good.indices {
            for byte: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var bad = good
                bad[position] = byte
                let document = BSONDocument(bad)
                _ = (
                    document.text("setName"), document.number("a"), document.truth("a"), document.texts("hosts"), document.document("hosts")
                )
            }
        }
    }
}
