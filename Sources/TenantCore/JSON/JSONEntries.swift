/// The elements of an array at the top of a text, each parsed by itself, so that a mistake in one spoils no other.
struct JSONEntries {
    /// An element with the bytes that it takes up.
    struct Entry {
        var range: Range<Int>
        var value: Result<JSONValue, JSONError>
    }

    /// In their order.
    var entries: [Entry] = []
    /// Commas too many, which belong to no element.
    var stray: [JSONError] = []

    /// Finds the elements of a text that begins with `[`.
    ///
    /// - Throws: `JSONError` when the array does not end, or something follows it, so that its elements cannot be told apart.
    init(_ bytes: [UInt8]) throws(JSONError) {
        let strict: JSONError
        do {
            // One pass over what has no mistake, as nearly all texts.
            let value = try JSONValue.parse(bytes)
            entries = (value.elements ?? []).map { Entry(range: bytes.indices, value: .success($0)) }
            return
        } catch {
            strict = error
        }
        // A string without its end reaches to the end of its line, one with a line break in it does not.
        let cuts = [true, false].compactMap { Self.ranges(bytes, lineEndsString: $0) }
        let readings = cuts.map { (entries: Self.read(bytes, $0.ranges), isTorn: $0.isTorn) }
        guard let best = readings.max(by: { $0.entries.goodCount < $1.entries.goodCount }) else { throw strict }
        guard best.entries.goodCount > 0 || !best.isTorn else { throw strict }
        self = best.entries
    }

    private init() {}

    private var goodCount: Int { entries.count { if case .success = $0.value { true } else { false } } }

    private static func read(_ bytes: [UInt8], _ ranges: [Range<Int>]) -> JSONEntries {
        var read = JSONEntries()
        for range in ranges {
            var parser = JSONParser(bytes: bytes, element: read.entries.count, in: range)
            let isEmpty = bytes[range].allSatisfy(JSONSyntaxHint.isSpace)
            do throws(JSONError) {
                read.entries.append(Entry(range: range, value: .success(try parser.parseWhole())))
            } catch  where isEmpty {
                var comma = error
                comma.problem = "a comma stands where no tenant follows or precedes it"
                comma.fix = "Remove the comma too many."
                read.stray.append(comma)
            } catch {
                read.entries.append(Entry(range: range, value: .failure(error)))
            }
        }
        return read
    }

    /// Where each element stands, by brackets and quotes alone; nil when the array does not end or something follows it.
    ///
    /// - Parameter lineEndsString: whether a line break ends a string, in which none may stand.
    /// - Returns: also whether the array ends inside an element, whose own end is missing.
    private static func ranges(_ bytes: [UInt8], lineEndsString: Bool) -> (ranges: [Range<Int>], isTorn: Bool)? {
        guard let open = bytes.firstIndex(where: { !JSONSyntaxHint.isSpace($0) }), bytes[open] == UInt8(ascii: "[") else { return nil }
        var scan = Scan(start: open + 1, lineEndsString: lineEndsString)
        var index = open + 1
        while index < bytes.count {
            if scan.isOver(bytes[index], at: index) {
                let isLast = bytes[(index + 1)...].allSatisfy(JSONSyntaxHint.isSpace)
                return isLast ? (scan.ranges, !scan.brackets.isEmpty) : nil
            }
            index += 1
        }
        return nil
    }

    /// What is known of the array up to a byte.
    private struct Scan {
        var ranges: [Range<Int>] = []
        var start: Int
        /// The brackets that are open inside the element.
        var brackets: [UInt8] = []
        var isInString = false
        var isEscaped = false

        let lineEndsString: Bool

        init(start: Int, lineEndsString: Bool) {
            self.start = start
            self.lineEndsString = lineEndsString
        }

        /// Takes the next byte; true when it ends the array.
        mutating func isOver(_ byte: UInt8, at index: Int) -> Bool {
            if isInString {
                isInString = byte == 0x0A && lineEndsString ? false : isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                return false
            }
            switch byte {
            case UInt8(ascii: "\""): (isInString, isEscaped) = (true, false)
            case UInt8(ascii: "{"), UInt8(ascii: "["): brackets.append(byte)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                let opening = byte == UInt8(ascii: "}") ? UInt8(ascii: "{") : UInt8(ascii: "[")
                if let match = brackets.lastIndex(of: opening) {
                    brackets.removeSubrange(match...)
                } else if byte == UInt8(ascii: "]") {
                    ranges.append(start..<index)
                    return true
                }
            case UInt8(ascii: ",") where brackets.isEmpty:
                ranges.append(start..<index)
                start = index + 1
            default: break
            }
            return false
        }
    }

    /// The tenant ids that stand in a text that is not JSON, each once, in their order.
    static func tenantIDs(in bytes: some Sequence<UInt8>) -> [TenantID] {
        var found: [TenantID] = []
        var rest = Substring(String(decoding: Array(bytes), as: UTF8.self))
        while let key = rest.firstRange(of: "tenant_id") {
            rest = rest[key.upperBound...]
            let tail = rest.drop { "\"'\\“”".contains($0) }.drop(while: \.isWhitespace)
            guard tail.first == ":" else { continue }
            let text = tail.dropFirst().drop(while: \.isWhitespace).drop { "\"'\\“”".contains($0) }
            let id = TenantID(String(text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }))
            if let id, !found.contains(id) { found.append(id) }
        }
        return found
    }
}
