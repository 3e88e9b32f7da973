/// Looks for tenant ids in a text that is not JSON, so that what is wrong can be named; a guess, which decides nothing.
struct TenantIDSearch {
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var found: [(depth: Int, id: TenantID)] = []
    private var depth = 0
    private var isInString = false

    /// The ids of an entry: those of its own members, and not what its labels or texts say.
    static func ids(inEntry bytes: some Sequence<UInt8>) -> [TenantID] { ids(in: Array(bytes), maximumDepth: 1) }

    /// The ids of the tenants of a whole text.
    static func ids(inText bytes: [UInt8]) -> [TenantID] {
        let first = bytes.first { !JSONSyntaxHint.isSpace($0) }
        return ids(in: bytes, maximumDepth: first == UInt8(ascii: "[") ? 2 : 3)
    }

    private static func ids(in bytes: [UInt8], maximumDepth: Int) -> [TenantID] {
        var search = TenantIDSearch(bytes: bytes, maximumDepth: maximumDepth)
        search.run()
        // Of nested objects the outer ones are the tenants.
        let outer = search.found.map(\.depth).min()
        var seen: Set<TenantID> = []
        return search.found.filter { $0.depth == outer && seen.insert($0.id).inserted }.map(\.id)
    }

    private init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    private mutating func run() {
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            // A backslash outside of a string stands before a quote that was escaped once too often.
            case UInt8(ascii: "\\"): index += 1
            case 0x0A: isInString = false
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += isInString ? 0 : 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= isInString ? 0 : 1
            case UInt8(ascii: "t") where depth <= maximumDepth: take(at: index)
            default: break
            }
            index += 1
        }
    }

    private static let key = Array("tenant_id".utf8)

    /// Takes an id when `tenant_id` stands at `index` in the place of a key.
    private mutating func take(at index: Int) {
        guard bytes[index...].starts(with: Self.key), isKey(at: index) else { return }
        let end = index + Self.key.count
        // An id has 63 bytes at most; spaces and quotes of any kind may surround it.
        let tail = String(decoding: bytes[end..<min(end + 200, bytes.count)], as: UTF8.self)[...]
        let colon = Self.withoutQuotes(tail).drop(while: \.isWhitespace)
        guard colon.first == ":" else { return }
        let value = Self.withoutQuotes(colon.dropFirst().drop(while: \.isWhitespace))
        let text = value.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        if let id = TenantID(String(text)) { found.append((depth, id)) }
    }

    /// Whether what stands before `index` lets a key begin there: a bracket, a comma or the start of a line, and quotes.
    private func isKey(at index: Int) -> Bool {
        let before = Substring(String(decoding: bytes[max(0, index - 100)..<index], as: UTF8.self))
        let unquoted = before.reversed().drop { Self.quotes.contains($0) }.drop { $0 == " " || $0 == "\t" }
        // Also where a string without its end has turned strings and what is between them around.
        guard let last = unquoted.first else { return true }
        return last.isNewline || "{[,-".contains(last)
    }

    private static let quotes: Set<Character> = ["\"", "'", "\\", "“", "”", "„", "‘", "’", "«", "»"]

    private static func withoutQuotes(_ text: Substring) -> Substring { text.drop { quotes.contains($0) } }
}
