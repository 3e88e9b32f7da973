/// The rules for a host that stands in an address: a name, an IPv4 address, or an IPv6 address in brackets.
enum HostName {
    /// What keeps `text`, which is ASCII, from being a host name or an IPv4 address; nil when nothing does.
    ///
    /// Source: RFC 1123, section 2.1; besides, `_` is taken, which container platforms use, and one dot at the end.
    static func problem(with text: some StringProtocol) -> AddressProblem? {
        if text.isEmpty { return AddressProblem("has an empty host") }
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard name.utf8.count <= 253 else { return AddressProblem("has a host name of more than 253 characters") }
        let isSound = name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
        return isSound
            ? nil : AddressProblem("has a malformed host name, whose parts may be 1 to 63 letters, digits, _ and inner hyphens each")
    }

    private static func isLabel(_ text: some StringProtocol) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { $0.isLetterOrDigit || "-_".utf8.contains($0) }
    }

    /// Whether `text`, which is ASCII, is an IPv6 address without brackets and without a zone.
    ///
    /// Source: RFC 4291, section 2.2.
    static func isVersion6(_ text: some StringProtocol) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        var groups = halves.flatMap { $0.isEmpty ? [] : $0.split(separator: ":", omittingEmptySubsequences: false) }
        var width = groups.count
        if let last = groups.last, isVersion4(last), text.hasSuffix(last) {
            groups.removeLast()
            width += 1
        }
        guard groups.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isHexDigit) }) else { return false }
        return halves.count == 2 ? width < 8 : halves.count == 1 && width == 8
    }

    /// Whether `text` is four numbers from 0 to 255 without leading zeros.
    static func isVersion4(_ text: some StringProtocol) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.allSatisfy { number in UInt8(number).map { String($0) == number } ?? false }
    }
}
