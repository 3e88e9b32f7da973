/// Why a text is not the strict JSON that decides who is who.
public struct JSONError: Error, Equatable, Sendable {
    /// Counted from 1.
    public var line: Int
    /// Counted in bytes from 1.
    public var column: Int
    /// One sentence that never quotes the text, for it may hold secrets.
    public var problem: String
}

extension JSONValue {
    /// Parses strict JSON (RFC 8259): no repeated keys, trailing commas, byte order mark or lone surrogates.
    ///
    /// Foundation's two parsers disagree on repeated keys and accept trailing commas, so that two services
    /// could read two different tenants out of one text; this one refuses whatever is ambiguous.
    ///
    /// - Parameters:
    ///   - bytes: the whole text, in UTF-8.
    ///   - maximumDepth: how deep arrays and objects may nest.
    /// - Throws: `JSONError` with the place of the first thing that is wrong.
    public static func parse(_ bytes: some Sequence<UInt8>, maximumDepth: Int = 32) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: Array(bytes), maximumDepth: maximumDepth)
        return try parser.parseDocument()
    }
}

/// A recursive-descent parser over the bytes of one text.
struct JSONParser {
    let bytes: [UInt8]
    let maximumDepth: Int
    var position = 0
    /// False accepts what is ambiguous and what is no Unicode; see `parseLeniently`.
    var isStrict = true

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("starts with a byte order mark") }
        skipSpace()
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("something follows the end of the value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        guard let byte = peek else { throw error("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
        case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", as: .boolean(true))
        case UInt8(ascii: "f"): return try parseWord("false", as: .boolean(false))
        case UInt8(ascii: "n"): return try parseWord("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw error("a value cannot start like this")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var members: [JSONObject.Member] = []
        var seen: Set<String> = []
        if skip(UInt8(ascii: "}")) { return .object(JSONObject(distinct: [])) }
        repeat {
            skipSpace()
            let start = position
            guard peek == UInt8(ascii: "\"") else { throw error("a key in double quotes is expected") }
            let key = try parseString()
            let isNew = seen.insert(key).inserted
            guard isNew || !isStrict else {
                position = start
                throw error("this key occurs twice in one object")
            }
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw error("a colon is expected after the key") }
            skipSpace()
            if !isNew { members.removeAll { $0.key == key } }
            members.append(JSONObject.Member(key: key, value: try parseValue(depth: depth)))
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw error("a comma or } is expected") }
        return .object(JSONObject(distinct: members))
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            skipSpace()
            elements.append(try parseValue(depth: depth))
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw error("a comma or ] is expected") }
        return .array(elements)
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw error("nested deeper than \(maximumDepth) levels") }
        position += 1
        skipSpace()
    }

    private mutating func parseWord(_ word: StaticString, as value: JSONValue) throws(JSONError) -> JSONValue {
        let text = Array(word.description.utf8)
        guard bytes[position...].starts(with: text) else { throw error("a value cannot start like this") }
        position += text.count
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = position
        _ = skip(UInt8(ascii: "-"))
        let first = peek
        guard skipDigits() else { throw error("a digit is expected") }
        if first == UInt8(ascii: "0"), position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
            throw error("a number cannot start with 0")
        }
        var isInteger = true
        if skip(UInt8(ascii: ".")) {
            isInteger = false
            guard skipDigits() else { throw error("a digit is expected after the point") }
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isInteger = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            guard skipDigits() else { throw error("a digit is expected in the exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw error("the number is too large") }
        return .number(number)
    }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position > start
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    func error(_ problem: String) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return JSONError(line: line, column: column, problem: problem)
    }
}
