/// Looks at an answer before hiredis does, which allocates as many elements as the head of an array claims.
///
/// Lets through what the checks ask for: statuses, errors and short texts, for some servers send a status as a text, and
/// where more is awaited texts of a bounded length, numbers and nothing (`$-1`).
struct RedisReplyGuard {
    private enum Place {
        case head, line
        /// In the length of a text, as far as it was read.
        case length(Int)
        /// Behind the minus of `$-1`, the length of no text.
        case noLength
        /// Behind a carriage return, which a newline must follow: hiredis ends a line at both together and nowhere else.
        /// What is over then is a line, or the length of a text.
        case lineEnd(length: Int?)
        /// In a text; so many bytes are left.
        case text(Int)
    }

    /// The longest text; a section of INFO has about 2 KB.
    static let textLimit = 64 * 1024
    /// The longest text that may stand for a status.
    static let statusLimit = 64

    private var place = Place.head

    /// How many of the bytes may be handed on; after fewer than all of them nothing more may be.
    mutating func admit(_ bytes: some Sequence<UInt8>, withText: Bool) -> Int {
        var count = 0
        for byte in bytes {
            guard admits(byte, withText: withText) else { return count }
            count += 1
        }
        return count
    }

    private mutating func admits(_ byte: UInt8, withText: Bool) -> Bool {
        switch place {
        case .head:
            switch byte {
            case UInt8(ascii: "+"), UInt8(ascii: "-"): place = .line
            case UInt8(ascii: ":") where withText: place = .line
            case UInt8(ascii: "$"): place = .length(0)
            default: return false
            }
        case .line:
            if byte == UInt8(ascii: "\n") { return false }
            if byte == UInt8(ascii: "\r") { place = .lineEnd(length: nil) }
        case .lineEnd(let length):
            guard byte == UInt8(ascii: "\n") else { return false }
            place = length.map { .text($0 + 2) } ?? .head  // A text's own line end follows it.
        case .length(let length):
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let longer = length * 10 + Int(byte - UInt8(ascii: "0"))
                guard longer <= (withText ? Self.textLimit : Self.statusLimit) else { return false }
                place = .length(longer)
            case UInt8(ascii: "-") where length == 0 && withText: place = .noLength
            case UInt8(ascii: "\r"): place = .lineEnd(length: length)
            default: return false
            }
        case .noLength:
            switch byte {
            case UInt8(ascii: "1"): break
            case UInt8(ascii: "\r"): place = .lineEnd(length: nil)
            default: return false
            }
        case .text(let left): place = left > 1 ? .text(left - 1) : .head
        }
        return true
    }
}
