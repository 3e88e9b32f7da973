/// Looks at an answer before hiredis does, which allocates as many elements as the head of an array claims.
///
/// Lets through what the checks ask for: statuses and errors, and texts of a bounded length where one is awaited.
struct RedisReplyGuard {
    private enum Place {
        case head, line
        /// In the length of a text, as far as it was read.
        case length(Int)
        /// In a text; so many bytes are left.
        case text(Int)
    }

    /// The longest text; INFO has about 8 KB.
    static let textLimit = 64 * 1024

    private var place = Place.head

    /// Whether everything so far may be handed on; after a false nothing more may be.
    mutating func admits(_ bytes: some Sequence<UInt8>, withText: Bool) -> Bool {
        for byte in bytes {
            switch place {
            case .head:
                switch byte {
                case UInt8(ascii: "+"), UInt8(ascii: "-"): place = .line
                case UInt8(ascii: "$") where withText: place = .length(0)
                default: return false
                }
            case .line: if byte == UInt8(ascii: "\n") { place = .head }
            case .length(let length):
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    let longer = length * 10 + Int(byte - UInt8(ascii: "0"))
                    guard longer <= Self.textLimit else { return false }
                    place = .length(longer)
                case UInt8(ascii: "\r"): break
                case UInt8(ascii: "\n"): place = .text(length + 2)  // Its own line end follows it.
                default: return false
                }
            case .text(let left): place = left > 1 ? .text(left - 1) : .head
            }
        }
        return true
    }
}
