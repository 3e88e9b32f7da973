internal import TenantCore

/// Walks through the document of an answer before libmongoc does, which reads beyond the end of a bad one, or ends the
/// process.
///
/// Source: the BSON specification 1.1.
struct BSONWalk {
    enum Kind {
        static let fraction: UInt8 = 0x01
        static let text: UInt8 = 0x02
        static let document: UInt8 = 0x03
        static let list: UInt8 = 0x04
        static let binary: UInt8 = 0x05
        static let truth: UInt8 = 0x08
        /// Two texts that end at a NUL.
        static let expression: UInt8 = 0x0B
        /// A text and an ObjectId.
        static let pointer: UInt8 = 0x0C
        static let code: UInt8 = 0x0D
        static let symbol: UInt8 = 0x0E
        /// A length, a text and a document.
        static let scopedCode: UInt8 = 0x0F
        static let number: UInt8 = 0x10
        static let longNumber: UInt8 = 0x12
        /// How many bytes values of the other types have: numbers, an ObjectId, a truth value, moments, nothing.
        static let sizes: [UInt8: Int] = [
            0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8,
            // Undefined, a decimal number, and the least and the greatest of keys.
            0x06: 0, 0x13: 16, 0x7F: 0, 0xFF: 0,
        ]
    }

    /// Members that libmongoc takes to be of their type without a look at it.
    private static let trusted: [(name: [UInt8], kind: UInt8)] =
        [("primary", Kind.text)].map { (Array($0.utf8), $1) }
        + ["speculativeAuthenticate", "topologyVersion", "lastWrite", "tags", "$clusterTime", "cursor", "writeConcernError"]
        .map { (Array($0.utf8), Kind.document) }
        + ["hosts", "passives", "arbiters", "saslSupportedMechs", "errorLabels"].map { (Array($0.utf8), Kind.list) }
        // libmongoc ends the process at an error whose code is 0, also where it only becomes 0 as it is cut to 32 bits.
        + [("code", Kind.number)].map { (Array($0.utf8), $1) }
    /// Those of them that name members of a set, and
    private static let hostLists = ["hosts", "passives", "arbiters"].map { Array($0.utf8) }
    /// those that hold nothing but texts.
    private static let textLists = ["hosts", "passives", "arbiters", "saslSupportedMechs", "errorLabels"].map { Array($0.utf8) }
    private static let host = Array("primary".utf8)
    private static let code = Array("code".utf8)
    private static let writeConcernError = Array("writeConcernError".utf8)
    private static let payload = Array("payload".utf8)
    /// We never ask for compression, and libmongoc would use what it is offered; `MongoReplyNormaliser` leaves it out.
    private static let compression = Array("compression".utf8)
    /// A set has at most as many members; libmongoc dials each that is named.
    private static let memberLimit = 50
    /// libmongoc derives a key in as many rounds as the server asks for, which nothing can interrupt.
    private static let roundLimit = 1_000_000

    /// Servers take as many levels: a validator, which an answer with all about a collection holds, may have them.
    private static let depthLimit = 200
    private static let shortest = 5

    private let bytes: [UInt8]
    private var position: Int
    /// The name of the member of the whole document that the walk is in.
    private var member = 0..<0
    /// How many members of a set were named so far.
    private var memberCount = 0

    private init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// Whether the bytes from `start` to the end are one document with which libmongoc can do no harm.
    static func isSound(_ bytes: [UInt8], from start: Int) -> Bool {
        var walk = BSONWalk(bytes, from: start)
        return walk.passDocument(before: bytes.count, depth: 0) && walk.position == bytes.count
    }

    private mutating func passDocument(before limit: Int, depth: Int, isList: Bool = false) -> Bool {
        guard depth < Self.depthLimit, let length = number(before: limit), length >= Self.shortest, length <= limit - position else {
            return false
        }
        let end = position + length - 1
        position += 4
        // libbson complains of another first name on our standard error.
        if isList, position < end, bytes[position + 1] != UInt8(ascii: "0") { return false }
        while position < end {
            let kind = bytes[position]
            position += 1
            guard let name = passName(before: end) else { return false }
            if depth == 0 { member = name }
            let start = position
            guard passValue(kind, before: end, depth: depth), isExpected(kind, name, bytes[start..<position], depth: depth) else {
                return false
            }
        }
        guard position == end, bytes[end] == 0 else { return false }
        position += 1
        return true
    }

    private mutating func isExpected(_ kind: UInt8, _ name: Range<Int>, _ value: ArraySlice<UInt8>, depth: Int) -> Bool {
        let (member, name) = (bytes[member], bytes[name])
        if name.elementsEqual(Self.payload), kind == Kind.binary, !Self.isBearable(value.dropFirst(5)) { return false }
        switch depth {
        case 0:
            let hasKind = Self.trusted.allSatisfy { $0.kind == kind || !$0.name.elementsEqual(member) }
            return hasKind && !Self.compression.elementsEqual(member) && (!Self.host.elementsEqual(member) || Self.isHost(value))
                && (!Self.code.elementsEqual(member) || Self.isNotZero(value))
        case 1:
            if Self.writeConcernError.elementsEqual(member), Self.code.elementsEqual(name) {
                return kind == Kind.number && Self.isNotZero(value)
            }
            guard Self.textLists.contains(where: { $0.elementsEqual(member) }) else { return true }
            guard kind == Kind.text else { return false }
            guard Self.hostLists.contains(where: { $0.elementsEqual(member) }) else { return true }
            memberCount += 1
            return memberCount <= Self.memberLimit && Self.isHost(value)
        default: return true
        }
    }

    private static func isNotZero(_ value: ArraySlice<UInt8>) -> Bool { value.contains { $0 != 0 } }

    /// Whether what a server says while it checks a password asks for no more rounds than we can bear.
    ///
    /// Source: RFC 5802: attributes like `i=4096`, separated by commas.
    private static func isBearable(_ payload: ArraySlice<UInt8>) -> Bool {
        payload.split(separator: UInt8(ascii: ",")).filter { $0.starts(with: "i=".utf8) }.allSatisfy { attribute in
            Int(String(decoding: attribute.dropFirst(2), as: UTF8.self)).map { (1...roundLimit).contains($0) } ?? false
        }
    }

    /// Whether a text is a host, perhaps with a port: at another libmongoc ends the process.
    private static func isHost(_ value: ArraySlice<UInt8>) -> Bool {
        (try? HostPort.parse(String(decoding: value.dropFirst(4).dropLast(), as: UTF8.self), defaultPort: 27017)) != nil
    }

    private mutating func passName(before limit: Int) -> Range<Int>? {
        guard let end = bytes[position..<limit].firstIndex(of: 0) else { return nil }
        defer { position = end + 1 }
        return position..<end
    }

    private mutating func passValue(_ kind: UInt8, before limit: Int, depth: Int) -> Bool {
        switch kind {
        case Kind.document: return passDocument(before: limit, depth: depth + 1)
        case Kind.list: return passDocument(before: limit, depth: depth + 1, isList: true)
        case Kind.text, Kind.code, Kind.symbol: return passText(before: limit)
        case Kind.pointer: return passText(before: limit) && pass(12, before: limit)
        case Kind.expression: return passName(before: limit) != nil && passName(before: limit) != nil
        case Kind.scopedCode:
            guard let length = number(before: limit), length >= 4, length <= limit - position else { return false }
            let end = position + length
            position += 4
            return passText(before: end) && passDocument(before: end, depth: depth + 1) && position == end
        case Kind.binary:
            guard let length = number(before: limit), length >= 0 else { return false }
            return pass(4 + 1 + length, before: limit)
        default:
            guard let size = Kind.sizes[kind] else { return false }
            return pass(size, before: limit)
        }
    }

    private mutating func passText(before limit: Int) -> Bool {
        guard let length = number(before: limit), length >= 1, pass(4 + length, before: limit) else { return false }
        return bytes[position - 1] == 0
    }

    private mutating func pass(_ count: Int, before limit: Int) -> Bool {
        guard count <= limit - position else { return false }
        position += count
        return true
    }

    /// The little-endian number of four bytes that comes next, which stays to be passed.
    private func number(before limit: Int) -> Int? {
        limit - position >= 4 ? bytes.littleEndian(at: position) : nil
    }
}

extension [UInt8] {
    /// The number of four bytes at `offset`, which must be there.
    func littleEndian(at offset: Int) -> Int {
        let (low, high) = (UInt32(self[offset]) | UInt32(self[offset + 1]) << 8, UInt32(self[offset + 2]) | UInt32(self[offset + 3]) << 8)
        return Int(Int32(bitPattern: low | high << 16))
    }
}
