/// Why a text is not the strict JSON that decides who is who.
public struct JSONError: Error, Equatable, Sendable {
    /// Counted from 1.
    public var line: Int
    /// Counted in bytes from 1.
    public var column: Int
    /// What was found, in a phrase that never quotes a value, for it may be a secret.
    public var problem: String
    /// The likely cause, and what to do about it.
    public var fix: String
    /// Where in the value it is, for example `[2].labels`; empty at the top.
    public var place: String
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

    /// The same for the texts of tenants, in which no byte may have been replaced.
    static func parseTenants(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        parser.refusesReplacement = true
        return try parser.parseDocument()
    }
}

/// A recursive-descent parser over the bytes of one text.
struct JSONParser {
    /// A step from a value to one inside it.
    enum Step {
        case key(String)
        case index(Int)
        /// A string in a key's place without a colon behind it: it may be a value, and even a secret.
        case unknown
    }

    let bytes: [UInt8]
    let maximumDepth: Int
    /// Where the part of the text that is parsed ends.
    let end: Int
    var position = 0
    /// False accepts what is ambiguous and what is no Unicode; see `parseLeniently`.
    var isStrict = true
    /// Whether U+FFFD is refused, which stands in a variable where its bytes were not UTF-8.
    var refusesReplacement = false
    /// Where the value is that is being read.
    var path: [Step] = []
    /// From where lines are counted.
    private var origin = Origin()

    /// A place in the text whose line is known.
    struct Origin {
        var offset = 0
        var line = 1
        /// Where that line begins.
        var lineStart = 0

        /// The place at `offset`, which lies behind this one.
        func moved(to offset: Int, in bytes: [UInt8]) -> Origin {
            let between = bytes[self.offset..<offset]
            return Origin(
                offset: offset, line: line + between.count { $0 == 0x0A },
                lineStart: between.lastIndex(of: 0x0A).map { $0 + 1 } ?? lineStart)
        }
    }

    init(bytes: [UInt8], maximumDepth: Int = 32) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        end = bytes.count
    }

    /// A parser of one element of an array at the top of `bytes`.
    ///
    /// - Parameter origin: a place before the element, from which lines are counted: many may be wrong in a long text.
    init(bytes: [UInt8], element: Int, in range: Range<Int>, origin: Origin) {
        self.bytes = bytes
        maximumDepth = 31
        end = range.upperBound
        position = range.lowerBound
        path = [.index(element)]
        self.origin = origin
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        if let hint = JSONSyntaxHint.encoding(of: bytes) { throw error(hint) }
        return try parseWhole()
    }

    /// One value and nothing else, up to the end.
    mutating func parseWhole() throws(JSONError) -> JSONValue {
        skipSpace()
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == end else { throw unexpected("something follows the end of the value", .afterValue) }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        guard let byte = peek else { throw unexpected("the text ends where a value is expected", .value) }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
        case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", as: .boolean(true))
        case UInt8(ascii: "f"): return try parseWord("false", as: .boolean(false))
        case UInt8(ascii: "n"): return try parseWord("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw unexpected("a value cannot start like this", .value)
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
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes is expected", .key) }
            let key = try parseString()
            skipSpace()
            path.append(peek == UInt8(ascii: ":") || peek == UInt8(ascii: "=") ? .key(key) : .unknown)
            guard skip(UInt8(ascii: ":")) else { throw unexpected("a colon is expected after the key", .colon) }
            let isNew = seen.insert(key).inserted
            guard isNew || !isStrict else {
                position = start
                throw error(
                    JSONSyntaxHint("this key occurs twice in one object", fix: "Keep one of the two: which is meant cannot be known."))
            }
            skipSpace()
            if !isNew { members.removeAll { $0.key == key } }
            members.append(JSONObject.Member(key: key, value: try parseValue(depth: depth)))
            path.removeLast()
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw unexpected("a comma or } is expected", .afterMember) }
        return .object(JSONObject(distinct: members))
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            skipSpace()
            path.append(.index(elements.count))
            elements.append(try parseValue(depth: depth))
            path.removeLast()
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw unexpected("a comma or ] is expected", .afterElement) }
        return .array(elements)
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw plain("nested deeper than \(maximumDepth) levels") }
        position += 1
        skipSpace()
    }

    private mutating func parseWord(_ word: StaticString, as value: JSONValue) throws(JSONError) -> JSONValue {
        let text = Array(word.description.utf8)
        guard bytes[position..<end].starts(with: text) else { throw unexpected("a value cannot start like this", .value) }
        position += text.count
        return value
    }

    var peek: UInt8? { position < end ? bytes[position] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }
}

extension JSONParser {
    /// An error at the present place.
    func error(_ hint: JSONSyntaxHint) -> JSONError {
        let found = origin.moved(to: min(position, bytes.count), in: bytes)
        return JSONError(
            line: found.line, column: found.offset - found.lineStart + 1, problem: hint.problem, fix: hint.fix, place: place)
    }

    /// An error whose words say enough of its cause.
    func plain(_ problem: String) -> JSONError { error(JSONSyntaxHint(problem, fix: "Correct the JSON there.")) }

    /// An error with what was found instead of what is expected.
    func unexpected(_ problem: String, _ expected: JSONSyntaxHint.Expected) -> JSONError {
        error(JSONSyntaxHint.found(in: bytes[..<end], at: position, expected: expected, problem: problem))
    }

    private var place: String {
        path.map { step in
            switch step {
            case .index(let index): "[\(index)]"
            case .unknown: ".…"
            case .key(let key): ".\(key.utf8.count <= 64 && key.utf8.allSatisfy(Self.isPlain) ? key : "…")"
            }
        }.joined()
    }

    /// A byte of a key that may be shown, as in all keys of tenants: anything else could be a secret that is out of place.
    private static func isPlain(_ byte: UInt8) -> Bool { "abcdefghijklmnopqrstuvwxyz_-".utf8.contains(byte) }
}
