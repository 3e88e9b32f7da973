/// Gives members of an answer the types that libmongoc insists on, where the server gave them another.
///
/// Other drivers take any number for a number and null for nothing; services that imitate MongoDB lean on that.
enum MongoReplyNormaliser {
    private static let numbers: Set = [
        "code", "minWireVersion", "maxWireVersion", "maxBsonObjectSize", "maxMessageSizeBytes", "maxWriteBatchSize", "connectionId",
    ]
    private static let truths: Set = [
        "ismaster", "isWritablePrimary", "helloOk", "secondary", "arbiterOnly", "isreplicaset", "hidden", "passive", "readOnly",
    ]
    private static let null: UInt8 = 0x0A

    /// The same message, with another length where a member changed; itself when its document is broken.
    static func normalised(_ message: [UInt8], from start: Int) -> [UInt8] {
        let document = BSONDocument(message, from: start)
        guard let members = document.members, members.contains(where: { isOdd($0, in: message) }) else { return message }
        var body: [UInt8] = []
        for member in members where member.kind != null {
            let name = message[member.name]
            let (kind, value) =
                replacement(for: member, in: document, named: String(decoding: name, as: UTF8.self))
                ?? (member.kind, Array(message[member.value]))
            body += [kind] + name + [0] + value
        }
        let length = body.count + 5
        var head = Array(message[..<start])
        head.replaceSubrange(0..<4, with: (start + length).littleEndianBytes)
        return head + length.littleEndianBytes + body + [0]
    }

    private static func isOdd(_ member: BSONDocument.Member, in message: [UInt8]) -> Bool {
        if member.kind == null { return true }
        guard [BSONWalk.Kind.fraction, BSONWalk.Kind.longNumber, BSONWalk.Kind.number].contains(member.kind) else { return false }
        let name = String(decoding: message[member.name], as: UTF8.self)
        return truths.contains(name) || numbers.contains(name) && member.kind != BSONWalk.Kind.number
    }

    private static func replacement(
        for member: BSONDocument.Member, in document: BSONDocument, named name: String
    ) -> (kind: UInt8, value: [UInt8])? {
        guard let number = document.number(member) else { return nil }
        if truths.contains(name) { return (BSONWalk.Kind.truth, [number == 0 ? 0 : 1]) }
        guard numbers.contains(name), Int32(exactly: number) != nil else { return nil }
        return (BSONWalk.Kind.number, number.littleEndianBytes)
    }
}

extension Int {
    /// The lower four bytes, as they stand in a document.
    fileprivate var littleEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
