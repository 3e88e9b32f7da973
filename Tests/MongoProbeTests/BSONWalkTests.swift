import RealServers
import Testing

@testable import MongoProbe

/// What of a MongoDB's answers libmongoc may see.
struct BSONWalkTests {
    static let rareTypes: [(String, BSON)] = [
        ("expression", .expression("^a.*$", "i")), ("pointer", .pointer("a.b", [UInt8](repeating: 7, count: 12))),
        ("script", .code("function() {}")), ("symbol", .symbol("a")), ("scoped", .scopedCode("x", [("y", .int32(1))])), ("last", .int32(2)),
    ]

    @Test func `no length of a rare type may lie, and what follows one is found`() {
        let good = BSON.document(Self.rareTypes).encoded
        #expect(BSONDocument(good).number("last") == 2)
        #expect(BSONDocument(good).members?.count == Self.rareTypes.count)
        for count in good.indices {
            #expect(!BSONWalk.isSound(Array(good[..<count]), from: 0))
            _ = BSONDocument(Array(good[..<count])).members
        }
        for position in good.indices {
            for byte: UInt8 in [0, 1, 0x0B, 0x0F, 0x7F, 0x80, 0xFF] {
                var bad = good
                bad[position] = byte
                _ = BSONWalk.isSound(bad, from: 0)
                _ = BSONDocument(bad).members
            }
        }
    }

    private func isSound(_ members: [(String, BSON)]) -> Bool { BSONWalk.isSound(BSON.document(members).encoded, from: 0) }

    @Test(
        arguments: [
            ScriptedMongo.primary,
            [("ok", .double(0)), ("code", .int32(13)), ("errmsg", .text("no")), ("codeName", .text("Unauthorized"))],
            [("ok", .double(1)), ("writeConcernError", .document([("code", .int32(64)), ("errmsg", .text("waiting"))]))],
            [
                ("hosts", .list([.text("a:27017"), .text("[::1]:27018")])), ("primary", .text("a:27017")),
                ("errorLabels", .list([.text("x")])),
            ],
            [("hosts", .list((0..<50).map { .text("m\($0):27017") }))],
            [("payload", .bytes(Array("r=x,s=eA==,i=15000".utf8)))], [("payload", .bytes(Array("v=signature".utf8)))],
            [("other", .document([("code", .int32(0))]))], [],
            [("cursor", .document([("validator", .document(Self.rareTypes))]))], Self.rareTypes,
        ] as [[(String, BSON)]]) func `what an honest server says passes`(members: [(String, BSON)])
    {
        #expect(isSound(members))
    }

    @Test(
        arguments: [
            // libmongoc ends the process at an error whose code is 0.
            [("code", .int32(0))], [("code", .int64(1 << 32))], [("code", .double(0.5))], [("code", .truth(false))],
            [("code", .text("13"))],
            [("writeConcernError", .document([("code", .int32(0))]))], [("writeConcernError", .document([("code", .double(8))]))],
            [("writeConcernError", .int32(1))],
            // It takes elements for texts.
            [("hosts", .list([.int32(1)]))], [("errorLabels", .list([.int32(1)]))], [("saslSupportedMechs", .list([.document([])]))],
            [("hosts", .text("a:1"))], [("primary", .int32(1))],
            // Nobody asked for it.
            [("compression", .list([.text("zlib")]))], [("compression", .list([]))],
            // More members than a set may have, over all lists.
            [("hosts", .list((0..<51).map { .text("m\($0):27017") }))],
            [("hosts", .list((0..<30).map { .text("m\($0):1") })), ("passives", .list((0..<30).map { .text("p\($0):1") }))],
            // At these libmongoc ends the process.
            [("hosts", .list([.text("a:0")]))], [("hosts", .list([.text("a:65536")]))], [("primary", .text(""))],
            // More rounds than anybody can bear.
            [("payload", .bytes(Array("r=x,s=eA==,i=2147483647".utf8)))], [("payload", .bytes(Array("r=x,i=0".utf8)))],
            [("payload", .bytes(Array("r=x,i=99999999999999999999".utf8)))], [("payload", .bytes(Array("i=-5".utf8)))],
            [("speculativeAuthenticate", .document([("payload", .bytes(Array("r=x,s=eA==,i=1000001".utf8)))]))],
        ] as [[(String, BSON)]]) func `what would harm libmongoc does not`(members: [(String, BSON)])
    {
        #expect(!isSound(members))
    }

    @Test func `no length may lie`() {
        let good = BSON.document([("a", .text("b")), ("c", .document([("d", .int32(1))])), ("e", .bytes([1, 2, 3]))]).encoded
        #expect(BSONWalk.isSound(good, from: 0))
        for count in good.indices { #expect(!BSONWalk.isSound(Array(good[..<count]), from: 0)) }
        // Each byte that is part of a length, set to what it must not be.
        for position in [0, 7, 16, 31] {
            var bad = good
            bad[position] = 0xFF
            #expect(!BSONWalk.isSound(bad, from: 0), "byte \(position)")
        }
        #expect(!BSONWalk.isSound(good + [0], from: 0))
    }

    @Test func `depth is bounded`() {
        func nested(_ depth: Int) -> BSON { (0..<depth).reduce(BSON.document([])) { inner, _ in .document([("a", inner)]) } }
        #expect(BSONWalk.isSound(nested(8).encoded, from: 0))
        // As deep as a document that a server stores may be, inside an answer.
        #expect(BSONWalk.isSound(nested(110).encoded, from: 0))
        #expect(!BSONWalk.isSound(nested(250).encoded, from: 0))
    }
}

/// Which messages are handed on.
struct MongoReplyGuardTests {
    private let request: [UInt8] = [16, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0xDD, 0x07, 0, 0]
    private var answer: [UInt8] { ScriptedMongo.answer(to: request, [("ok", .double(1))]) }

    private func takes(_ pieces: [[UInt8]], limit: Int = 1 << 20) -> Bool {
        var replyGuard = MongoReplyGuard(limit: limit)
        replyGuard.awaitAnswer(to: request)
        return pieces.allSatisfy { replyGuard.take($0) }
    }

    @Test func `a whole answer is handed on, in one piece and byte by byte`() {
        for pieces in [[answer], answer.map { [$0] }] {
            var replyGuard = MongoReplyGuard(limit: 1 << 20)
            replyGuard.awaitAnswer(to: request)
            for piece in pieces.dropLast() {
                let isTaken = replyGuard.take(piece)
                #expect(isTaken)
                #expect(!replyGuard.hasReady)
            }
            let isTaken = replyGuard.take(pieces.last ?? [])
            #expect(isTaken)
            #expect(replyGuard.hasReady)
            let handed = Array(replyGuard.hand(4)) + Array(replyGuard.hand(1000))
            #expect(handed == answer)
            #expect(!replyGuard.hasReady)
        }
    }

    @Test func `an answer to another question, of another kind or of another size is not`() {
        var other = answer
        other[8] = 6
        var kind = answer
        kind[12] = 1
        var flags = answer
        flags[16] = 2
        var section = answer
        section[20] = 1
        for bad in [other, kind, flags, section] { #expect(!takes([bad])) }
        #expect(!takes([answer], limit: answer.count - 1))
        #expect(takes([answer], limit: answer.count))
        for length: UInt8 in [0, 15, 25] {
            var short = answer
            short[0] = length
            #expect(!takes([short]))
        }
    }
}

/// What answers look like to libmongoc.
struct MongoReplyNormaliserTests {
    private func normalised(_ members: [(String, BSON)]) -> [UInt8] {
        let request: [UInt8] = [16, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0xDD, 0x07, 0, 0]
        return MongoReplyNormaliser.normalised(ScriptedMongo.answer(to: request, members), from: 21)
    }

    private static let types: [@Sendable (Int32) -> BSON] = [{ .int32($0) }, { .int64(Int64($0)) }, { .double(Double($0)) }]

    @Test(arguments: types.indices) func `numbers of any type become those that libmongoc takes`(index: Int) {
        let number = Self.types[index]
        #expect(
            normalised([("ismaster", number(1)), ("secondary", number(0)), ("maxWireVersion", number(17)), ("ok", .double(1))])
                == normalised([
                    ("ismaster", .truth(true)), ("secondary", .truth(false)), ("maxWireVersion", .int32(17)), ("ok", .double(1)),
                ]))
        #expect(normalised([("code", number(13)), ("other", number(1))]) == normalised([("code", .int32(13)), ("other", number(1))]))
    }

    @Test func `what is null is left out`() {
        #expect(normalised([("setName", .null), ("primary", .null), ("ok", .double(1))]) == normalised([("ok", .double(1))]))
    }

    @Test(arguments: [BSON.int32(0), .int64(0), .double(0), .double(0.5), .null]) func `an error whose code is 0 has none`(code: BSON) {
        #expect(normalised([("ok", .double(0)), ("code", code)]) == normalised([("ok", .double(0))]))
    }

    @Test(arguments: [BSON.list([.text("zlib")]), .list([]), .text("zlib"), .null])
    func `compression, which was not offered, is left out, also beside rare types`(value: BSON) {
        #expect(normalised(BSONWalkTests.rareTypes + [("compression", value)]) == normalised(BSONWalkTests.rareTypes))
    }

    @Test func `a number that does not fit stays what it was, and so does a broken document`() {
        for code in [BSON.int64(1 << 32), .double(.nan), .double(1e300)] {
            let message = ScriptedMongo.answer(to: [UInt8](repeating: 0, count: 16), [("code", code)])
            #expect(MongoReplyNormaliser.normalised(message, from: 21) == message)
        }
        let good = ScriptedMongo.answer(to: [UInt8](repeating: 0, count: 16), [("code", .int64(13)), ("me", .text("a"))])
        for position in 21..<good.count {
            for byte: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var bad = good
                bad[position] = byte
                _ = MongoReplyNormaliser.normalised(bad, from: 21)
            }
        }
        for count in 25..<good.count {
            let half = Array(good[..<count])
            #expect(MongoReplyNormaliser.normalised(half, from: 21) == half)
        }
    }
}
