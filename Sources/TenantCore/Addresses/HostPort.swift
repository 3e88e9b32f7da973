/// A host name or address with a port.
public struct HostPort: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// A name, an IPv4 address or an IPv6 address without brackets, in lower case.
    public var host: String
    /// 1 to 65535.
    public var port: Int

    /// Puts the host in lower case and checks nothing; `parse` checks.
    public init(host: String, port: Int) {
        self.host = host.lowercasedASCII
        self.port = port
    }

    /// True when the host is this machine's loopback interface, by name or number.
    public var isLoopback: Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        let isFour = octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || (isFour && octets[0] == "127")
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// By their texts, for an order that stays the same.
    public static func < (left: HostPort, right: HostPort) -> Bool { left.description < right.description }

    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`.
    ///
    /// - Parameter defaultPort: the port of a text without one; nil makes the port required.
    /// - Throws: `AddressProblem`, which never quotes the text.
    public static func parse(_ text: some StringProtocol, defaultPort: Int?) throws(AddressProblem) -> HostPort {
        // From here on a character is a byte.
        guard text.isPrintableASCII else {
            throw AddressProblem("has a character that a host cannot have; write a name that is not ASCII in Punycode (xn--…)")
        }
        if let problem = AddressProblem.outerSpace(in: text) { throw problem }
        let (host, port) = try text.hasPrefix("[") ? splitBracketed(text) : split(text)
        guard let port else {
            guard let defaultPort else { throw AddressProblem("has no port") }
            return HostPort(host: host, port: defaultPort)
        }
        guard port.utf8.allSatisfy(\.isDigit), let number = Int(port), (1...65535).contains(number) else {
            throw AddressProblem("has a port that is not 1 to 65535")
        }
        return HostPort(host: host, port: number)
    }

    private static func split(_ text: some StringProtocol) throws(AddressProblem) -> (host: String, port: String?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        if parts.count > 1, parts[1].contains(":") {
            throw AddressProblem(
                HostName.isVersion6(text)
                    ? "needs brackets around its IPv6 address" : "has more than one colon in a host, where one stands before the port")
        }
        let host = parts.first ?? ""
        if let problem = HostName.problem(with: host) { throw problem }
        return (host, parts.count > 1 ? parts[1] : nil)
    }

    private static func splitBracketed(_ text: some StringProtocol) throws(AddressProblem) -> (host: String, port: String?) {
        guard let end = text.firstIndex(of: "]") else { throw AddressProblem("has a [ without its ]") }
        let host = text[..<end].dropFirst()
        let rest = text[text.index(after: end)...]
        guard HostName.isVersion6(host) else { throw AddressProblem("has brackets around something other than an IPv6 address") }
        guard rest.isEmpty || rest.hasPrefix(":") else { throw AddressProblem("has something other than a port after its ]") }
        return (String(host), rest.isEmpty ? nil : String(rest.dropFirst()))
    }
}
