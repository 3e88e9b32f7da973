/// BSON as a hostile MongoDB writes it: nothing is checked.
public enum BSON: Sendable {
    case text(String)
    case int32(Int32)
    case int64(Int64)
    case double(Double)
    case truth(Bool)
    case bytes([UInt8])
    case list([BSON])
    case document([(String, BSON)])
    case null
    case objectID([UInt8])
    case expression(String, String)
    case pointer(String, [UInt8])
    case code(String)
    case symbol(String)
    case scopedCode(String, [(String, BSON)])

    private var kind: UInt8 {
        switch self {
        case .double: 0x01
        case .text: 0x02
        case .document: 0x03
        case .list: 0x04
        case .bytes: 0x05
        case .truth: 0x08
        case .null: 0x0A
        case .objectID: 0x07
        case .expression: 0x0B
        case .pointer: 0x0C
        case .code: 0x0D
        case .symbol: 0x0E
        case .scopedCode: 0x0F
        case .int32: 0x10
        case .int64: 0x12
        }
    }

    /// The value as it stands behind its name.
    public var encoded: [UInt8] {
        switch self {
        case .double(let number): little(number.bitPattern)
        case .text(let text), .code(let text), .symbol(let text): Self.counted(text)
        case .expression(let pattern, let options): Array(pattern.utf8) + [0] + Array(options.utf8) + [0]
        case .pointer(let text, let bytes): Self.counted(text) + bytes
        case .scopedCode(let text, let scope): Self.scoped(Self.counted(text) + BSON.document(scope).encoded)
        case .document(let members):
            Self.whole(members.flatMap { [$1.kind] + Array($0.utf8) + [0] + $1.encoded })
        case .list(let elements):
            Self.whole(elements.enumerated().flatMap { [$1.kind] + Array("\($0)".utf8) + [0] + $1.encoded })
        case .bytes(let bytes): little(Int32(bytes.count)) + [0] + bytes
        case .truth(let truth): [truth ? 1 : 0]
        case .int32(let number): little(number)
        case .int64(let number): little(number)
        case .null: []
        case .objectID(let bytes): bytes
        }
    }

    private static func counted(_ text: String) -> [UInt8] { little(Int32(text.utf8.count + 1)) + Array(text.utf8) + [0] }

    private static func scoped(_ content: [UInt8]) -> [UInt8] { little(Int32(content.count + 4)) + content }

    private static func whole(_ members: [UInt8]) -> [UInt8] { little(Int32(members.count + 5)) + members + [0] }
}

private func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }

/// A MongoDB that answers as its script says.
public enum ScriptedMongo {
    /// What an honest primary says to `hello`.
    public static let primary: [(String, BSON)] = [
        ("isWritablePrimary", .truth(true)), ("ismaster", .truth(true)), ("maxBsonObjectSize", .int32(16_777_216)),
        ("maxMessageSizeBytes", .int32(48_000_000)), ("maxWriteBatchSize", .int32(100_000)), ("minWireVersion", .int32(0)),
        ("maxWireVersion", .int32(17)), ("readOnly", .truth(false)), ("ok", .double(1)),
    ]

    /// The message that answers `request` with this document, in the form in which it was asked.
    public static func answer(to request: [UInt8], _ members: [(String, BSON)]) -> [UInt8] {
        guard request.count >= 16 else { return [] }
        let document = BSON.document(members).encoded
        let isQuery = isQuery(request)
        let body =
            isQuery
            ? little(Int32(8)) + little(Int64(0)) + little(Int32(0)) + little(Int32(1)) + document : little(Int32(0)) + [0] + document
        let head = little(Int32(16 + body.count)) + little(Int32(1)) + Array(request[4..<8]) + little(Int32(isQuery ? 1 : 2013))
        return head + body
    }

    /// Whether `request` is this command.
    public static func asks(_ request: [UInt8], _ command: String) -> Bool {
        let name = Array(command.utf8) + [0]
        return request.indices.dropLast(name.count).contains { request[$0..<($0 + name.count)].elementsEqual(name) }
    }

    /// A refusal, as servers write it.
    public static func refusal(_ code: Int32, _ text: String = "", labels: [String] = []) -> [(String, BSON)] {
        [("ok", .double(0)), ("errmsg", .text(text)), ("code", .int32(code)), ("errorLabels", .list(labels.map { .text($0) }))]
    }

    /// Whether a request has the form that drivers greet servers in which they do not know.
    public static func isQuery(_ request: [UInt8]) -> Bool { request.count > 16 && request[12] == 0xD4 && request[13] == 0x07 }

    /// The name of the command in a request; empty for what is none.
    public static func command(in request: [UInt8]) -> String {
        let isQuery = isQuery(request)
        // Behind head and flags a query has the name of a collection and two numbers, a message the kind of its section.
        let document = isQuery ? (request[20...].firstIndex(of: 0) ?? request.count) + 9 : 21
        guard request.count > document + 5 else { return "" }
        return String(decoding: request[(document + 5)...].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A server whose answers a script makes from the command's name and the whole request; nil is `{ok: 1}`.
    ///
    /// Every driver's first `isMaster` is answered as `hello` is.
    public static func answering(
        hello: [(String, BSON)] = primary, _ script: @escaping @Sendable (String, [UInt8]) -> [(String, BSON)]?
    ) throws -> ScriptedServer {
        try ScriptedServer.binary({ request in
            let name = command(in: request)
            let isHello = ["hello", "isMaster", "ismaster"].contains(name)
            return .send(answer(to: request, script(name, request) ?? (isHello ? hello : [("ok", .double(1))])))
        })
    }

    /// What the primary of a set says to `hello`, with more members or others.
    public static func description(_ more: [(String, BSON)]) -> [(String, BSON)] {
        let names = Set(more.map(\.0))
        return primary.filter { !names.contains($0.0) } + more
    }

    /// A server that is honest at `hello`, and answers `ping` and everything else with `members`.
    public static func afterHello(_ members: [(String, BSON)]) throws -> ScriptedServer {
        try ScriptedServer.binary({ request in
            let isHello = asks(request, "hello") || asks(request, "isMaster") || asks(request, "ismaster")
            return .send(answer(to: request, isHello ? primary : members))
        })
    }

    /// A server that answers everything with what an honest one says to `hello`, and `more`.
    public static func saying(_ more: [(String, BSON)]) throws -> ScriptedServer {
        let members = description(more)
        return try ScriptedServer.binary({ .send(answer(to: $0, members)) })
    }
}
