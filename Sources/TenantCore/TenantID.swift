/// The identifier of a tenant: ASCII letters, digits, `_` and `-`, 1 to 63 long.
///
/// It neither contains `_sk_` nor ends in `_sk`, because an API key is split at its first `_sk_`: with such
/// an id, a key of one tenant could be read as the key of another.
public struct TenantID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The id as it is written in the configuration.
    public let rawValue: String

    /// Takes `text` when it is a valid id.
    public init?(_ text: String) {
        guard Self.problem(with: text) == nil else { return nil }
        rawValue = text
    }

    /// The id as it is written.
    public var description: String { rawValue }

    /// By their ASCII codes, so that capitals come before small letters.
    public static func < (left: TenantID, right: TenantID) -> Bool { left.rawValue < right.rawValue }

    /// Why `text` is not a tenant id, nil when it is one.
    public static func problem(with text: String) -> String? {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count) else { return "is \(bytes.count) bytes long, not 1 to 63" }
        guard bytes.allSatisfy(isAllowed) else { return "has a character other than ASCII letters, digits, _ and -" }
        if text.contains("_sk_") { return "contains _sk_, which separates the tenant from the key in an API key" }
        if text.hasSuffix("_sk") { return "ends in _sk, so that its API keys would be split in the wrong place" }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension TenantID: Codable {
    /// Reads the id as it is written; refuses what is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = TenantID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a tenant id")
        }
        self = id
    }

    /// Writes the id as it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
