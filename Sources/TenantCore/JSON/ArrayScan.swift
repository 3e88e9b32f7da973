/// What is known of an array at the top of a text up to a byte, by brackets and quotes alone.
struct ArrayScan {
    /// Where its elements stand.
    private(set) var ranges: [Range<Int>] = []
    /// The brackets that are open inside the element.
    private(set) var brackets: [UInt8] = []
    /// Where elements begin that lack their own end.
    private(set) var unclosed: Set<Int> = []
    /// Where elements begin that have no comma before them.
    private(set) var withoutComma: Set<Int> = []

    private var start: Int
    private var isInString = false
    private var isEscaped = false
    /// The last byte that is no space.
    private var last: Int
    private let lineEndsString: Bool

    init(start: Int, lineEndsString: Bool) {
        self.start = start
        self.lineEndsString = lineEndsString
        last = start - 1
    }

    /// Takes the next byte; true when it ends the array.
    mutating func isOver(at index: Int, of bytes: [UInt8]) -> Bool {
        let byte = bytes[index]
        defer { if !JSONSyntaxHint.isSpace(byte) { last = index } }
        if byte == UInt8(ascii: "{"), beginsTenant(at: index, of: bytes) { endElement(before: index, of: bytes) }
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

    /// Whether a `{` begins a tenant although the element before it has not ended.
    ///
    /// In JSON no `{` follows a comma or a `}` inside an object, and no string holds quotes without backslashes.
    private func beginsTenant(at index: Int, of bytes: [UInt8]) -> Bool {
        let (isAfterComma, isAfterObject) = (bytes[last] == UInt8(ascii: ","), bytes[last] == UInt8(ascii: "}"))
        guard isAfterComma || isAfterObject else { return false }
        guard isInString || brackets == [UInt8(ascii: "{")] || (brackets.isEmpty && isAfterObject) else { return false }
        let key = bytes[(index + 1)...].drop(while: JSONSyntaxHint.isSpace)
        let name = Array("\"tenant_id\"".utf8)
        return key.starts(with: name) && key.dropFirst(name.count).first { !JSONSyntaxHint.isSpace($0) } == UInt8(ascii: ":")
    }

    private mutating func endElement(before index: Int, of bytes: [UInt8]) {
        let isAfterComma = bytes[last] == UInt8(ascii: ",")
        if !brackets.isEmpty, !isInString { unclosed.insert(start) }
        if !isAfterComma { withoutComma.insert(index) }
        ranges.append(start..<(isAfterComma ? last : index))
        start = index
        (brackets, isInString, isEscaped) = ([], false, false)
    }
}
