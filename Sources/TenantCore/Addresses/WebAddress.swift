/// A parsed `http://` or `https://` URL, as far as validation and dialling need it.
public struct WebAddress: Sendable, Hashable {
    /// The URL exactly as it is written.
    public let url: String
    /// True for `https://`.
    public let usesTLS: Bool
    /// With port 443 for `https://` and 80 for `http://` where the URL gives none.
    public let endpoint: HostPort
    /// From the first `/`, without query and fragment; empty when the URL has none.
    public let path: String

    /// True when the host is this machine's loopback interface, by name or number.
    public var isLoopback: Bool { endpoint.isLoopback }

    /// Reads a URL.
    ///
    /// - Parameter allowsQuery: whether `?…` may follow the path; a fragment may not.
    /// - Throws: `AddressProblem`, which never quotes the URL.
    public static func parse(_ text: String, allowsQuery: Bool = false) throws(AddressProblem) -> WebAddress {
        // From here on a character is a byte.
        guard text.isPrintableASCII, !text.contains(" ") else {
            throw AddressProblem("has a space or a character that must be percent-encoded, or written in Punycode (xn--…) in a host")
        }
        let usesTLS = text.hasPrefix("https://")
        guard usesTLS || text.hasPrefix("http://") else {
            throw startProblem(text)
        }
        let body = text.dropFirst(usesTLS ? 8 : 7)
        let authority = body.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw AddressProblem("has credentials in it") }
        let rest = body.dropFirst(authority.count)
        guard !rest.contains("#") else { throw AddressProblem("has a fragment (#)") }
        guard allowsQuery || !rest.contains("?") else { throw AddressProblem("has a query (?)") }
        return WebAddress(
            url: text, usesTLS: usesTLS,
            endpoint: try HostPort.parse(authority, defaultPort: usesTLS ? 443 : 80),
            path: String(rest.prefix { $0 != "?" }))
    }
}

extension WebAddress {
    /// Why a text does not begin like a URL, with what others than its author may have put there.
    private static func startProblem(_ text: String) -> AddressProblem {
        switch text.utf8.first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            return AddressProblem("starts with a quote", fix: "Remove the quotes: `docker --env-file` takes them for a part of the value.")
        case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "<"):
            return AddressProblem("starts with a bracket", fix: "Write the URL alone, without brackets and quotes.")
        default: break
        }
        let lower = text.lowercasedASCII
        if lower.hasPrefix("https://") || lower.hasPrefix("http://") {
            return AddressProblem("starts with a scheme in capitals", fix: "Write https:// in small letters.")
        }
        return AddressProblem("starts with neither https:// nor http://")
    }

    /// Another URL that is written behind this one and would be taken for a part of its path.
    public var attachedURL: AddressProblem? {
        let parts = path.split(omittingEmptySubsequences: false) { ",;|".contains($0) }
        if path.contains("://") {
            return AddressProblem("has a second :// in its path", fix: "Separate URLs by spaces or commas, or encode the colon as %3A.")
        }
        let isHost = parts.dropFirst().contains { part in
            let authority = part.prefix { $0 != "/" }
            let name = authority.prefix { $0 != ":" }
            let port = authority.dropFirst(name.count + 1)
            let isNamed = name.contains(".") && part.utf8.count > authority.utf8.count || Int(port) != nil
            return isNamed && HostName.problem(with: String(name)) == nil
        }
        guard isHost else { return nil }
        return AddressProblem(
            "has what looks like another URL without https:// in its path",
            fix: "Write https:// before it, or encode the sign in front of it (, as %2C, ; as %3B, | as %7C).")
    }

    /// The URLs of a list that is separated by white space, or by commas where another URL follows; a comma may be a part of one.
    public static func list(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).flatMap { word -> [String] in
            var urls: [String] = []
            for part in word.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
                let isURL = part.hasPrefix("http://") || part.hasPrefix("https://")
                if let last = urls.last, !isURL { urls[urls.count - 1] = "\(last),\(part)" } else { urls.append(part) }
            }
            // A comma at an end separates nothing, with a space before or after it.
            return urls.map { String($0.trimmingCommas) }.filter { !$0.isEmpty }
        }
    }
}

extension String {
    /// Without commas at its ends.
    fileprivate var trimmingCommas: String {
        String(drop { $0 == "," }.reversed().drop { $0 == "," }.reversed())
    }
}
