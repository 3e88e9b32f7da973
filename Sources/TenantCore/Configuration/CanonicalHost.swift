/// A host without regard to how it is spelt: two that are equal are one host, as far as their texts can tell.
///
/// Nothing is looked up, so that two names of one host, or a name and its number, stay different.
struct CanonicalHost: Sendable, Hashable, CustomStringConvertible {
    /// A name in lower case without the dot at its end, `localhost` for this machine, four numbers, or eight groups.
    let description: String
    /// 4 or 16 bytes in network order; nil for a name.
    let bytes: [UInt8]?

    /// - Parameter host: a name, an IPv4 address in any form that a resolver takes, or an IPv6 address without brackets.
    init(_ host: String) {
        let text = host.lowercasedASCII
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        if let address = Self.version4(name) {
            description = Self.written(address)
            bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }
        } else if let groups = Self.version6(name) {
            description = Self.written(groups)
            bytes = groups.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        } else {
            description = name
            bytes = nil
        }
    }

    /// 127.0.0.2 is this machine too, but another server may listen there.
    private static func written(_ address: UInt32) -> String {
        guard address != 0x7F00_0001 else { return "localhost" }
        return [24, 16, 8, 0].map { String(address >> $0 & 0xFF) }.joined(separator: ".")
    }

    /// An IPv4-mapped address leads to the IPv4 address inside it (RFC 4291, section 2.5.5.2).
    private static func written(_ groups: [UInt16]) -> String {
        if groups[..<7].allSatisfy({ $0 == 0 }), groups[7] == 1 { return "localhost" }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF { return written(UInt32(groups[6]) << 16 | UInt32(groups[7])) }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The address that getaddrinfo makes of `text` without asking anybody, by the rules of inet_aton(3): one to four
    /// numbers, of which the last fills all bytes that are left; 0x stands before hexadecimal, and 0 before octal ones.
    private static func version4(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(number)
        guard (1...4).contains(parts.count), numbers.count == parts.count, let last = numbers.last else { return nil }
        let first = numbers.dropLast()
        guard first.allSatisfy({ $0 <= 0xFF }), last <= UInt32.max >> (8 * UInt32(first.count)) else { return nil }
        return first.enumerated().reduce(last) { $0 | $1.element << (24 - 8 * UInt32($1.offset)) }
    }

    private static func number(_ text: Substring) -> UInt32? {
        let (digits, radix) = text.hasPrefix("0x") ? (text.dropFirst(2), 16) : (text, text.hasPrefix("0") ? 8 : 10)
        // A sign is no digit, although the initializer takes one.
        return digits.utf8.allSatisfy(\.isHexDigit) ? UInt32(digits, radix: radix) : nil
    }

    private static func version6(_ text: String) -> [UInt16]? {
        guard HostName.isVersion6(text) else { return nil }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false).map(groups)
        guard halves.count == 2 else { return halves[0] }
        return halves[0] + Array(repeating: 0, count: 8 - halves[0].count - halves[1].count) + halves[1]
    }

    private static func groups(of half: Substring) -> [UInt16] {
        half.split(separator: ":").flatMap { part in
            let octets = part.split(separator: ".").compactMap { UInt16($0) }
            return octets.count == 4 ? [octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]] : [UInt16(part, radix: 16) ?? 0]
        }
    }
}
