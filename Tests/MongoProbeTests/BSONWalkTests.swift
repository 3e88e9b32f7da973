import RealServers
import Testing

@testable import MongoProbe

/// What of a MongoDB's answers libmongoc may see.
struct BSONWalkTests {
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
        #expect(!BSONWalk.isSound(nested(40).encoded, from: 0))
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
