/// A host name or address with a port.
public struct HostPort: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// A name, an IPv4 address or an IPv6 address without brackets, in lower case.
    public var host: String
    /// 1 to 65535.
    public var port: Int

    /// Puts the host in lower case and checks nothing; `parse` checks.
    public init(host: String, port: Int) {
        self.host = host.lowercased()
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
        let host: String
        var rest: String
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw AddressProblem("has a [ without its ]") }
            host = String(text[text.index(after: text.startIndex)..<end])
            rest = String(text[text.index(after: end)...])
            guard host.contains(":") else { throw AddressProblem("has brackets around something other than IPv6") }
            guard rest.isEmpty || rest.hasPrefix(":") else { throw AddressProblem("has something other than a port after its ]") }
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first.map { String($0) } ?? ""
            rest = parts.count > 1 ? ":" + parts[1] : ""
            guard !rest.dropFirst().contains(":") else { throw AddressProblem("needs brackets around its IPv6 address") }
        }
        guard isHost(host) else { throw AddressProblem("has an empty or malformed host") }
        if rest.isEmpty {
            guard let defaultPort else { throw AddressProblem("has no port") }
            return HostPort(host: host, port: defaultPort)
        }
        rest.removeFirst()
        guard rest.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(rest), (1...65535).contains(port) else {
            throw AddressProblem("has a port that is not 1 to 65535")
        }
        return HostPort(host: host, port: port)
    }

    private static func isHost(_ host: String) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._:".utf8.contains(byte)
                }
            }
    }
}

/// What is wrong with an address: a phrase that continues "it …" and never quotes the address.
public struct AddressProblem: Error, Hashable, Sendable {
    /// For example `has no port`.
    public var text: String
    /// A problem in these words.
    public init(_ text: String) { self.text = text }
}

extension StringProtocol {
    /// The text with `%41` turned into `A`; nil when an escape is broken or the result is not UTF-8.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, !digits.contains("+"), let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
