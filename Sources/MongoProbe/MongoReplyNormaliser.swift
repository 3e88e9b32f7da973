/// Gives members of an answer the types that libmongoc insists on, where the server gave them another, and leaves out what means
/// nothing to other drivers and harms libmongoc.
///
/// Other drivers take any number for a number, null for nothing and 0 for no code, and do not compress what they did not offer to
/// compress; services that imitate MongoDB lean on that.
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
        guard let members = document.members, members.contains(where: { isOdd($0, in: message, document) }) else { return message }
        var body: [UInt8] = []
        for member in members where !isVoid(member, in: document, named: String(decoding: message[member.name], as: UTF8.self)) {
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

    /// Whether a member says nothing: `compression` is good where it was offered, which it never is.
    private static func isVoid(_ member: BSONDocument.Member, in document: BSONDocument, named name: String) -> Bool {
        member.kind == null || name == "compression" || name == "code" && document.number(member) == 0
    }

    private static func isOdd(_ member: BSONDocument.Member, in message: [UInt8], _ document: BSONDocument) -> Bool {
        let name = String(decoding: message[member.name], as: UTF8.self)
        if isVoid(member, in: document, named: name) { return true }
        guard [BSONWalk.Kind.fraction, BSONWalk.Kind.longNumber, BSONWalk.Kind.number].contains(member.kind) else { return false }
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
