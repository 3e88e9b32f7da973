/// A parsed `redis_addr`: `host:port`, `[v6]:port`, `redis://…` or `rediss://…`.
public struct RedisAddress: Sendable, Hashable {
    /// With port 6379 where a URL gives none; `host:port` must give one.
    public let endpoint: HostPort
    /// True for `rediss://`, false for `redis://`, nil for a form that does not say.
    public let usesTLS: Bool?
    /// The user before `@`, nil where the address has none.
    public let username: String?
    /// The password before `@`, nil where the address has none.
    public let password: Secret?
    /// The index in the path, nil where the address has none.
    public let index: Int?

    /// Reads an address.
    ///
    /// - Throws: `AddressProblem`, which never quotes the address.
    public static func parse(_ text: String) throws(AddressProblem) -> RedisAddress {
        // From here on a character is a byte, and none can hide a `/` or an `@` behind it.
        guard text.isPrintableASCII else {
            throw .notASCII
        }
        if let problem = AddressProblem.outerSpace(in: text) { throw problem }
        guard let scheme = text.firstRange(of: "://") else {
            guard !text.contains("@") else { throw AddressProblem("has credentials without redis:// before them") }
            guard !text.dropFirst().contains("/") else {
                throw AddressProblem(
                    "has a path without redis:// before its host", fix: "Write it like redis://host:6379/0, or host:6379 and redis_db.")
            }
            return RedisAddress(
                endpoint: try HostPort.parse(text, defaultPort: nil),
                usesTLS: nil, username: nil, password: nil, index: nil)
        }
        let usesTLS: Bool
        switch text[..<scheme.lowerBound] {
        case "redis": usesTLS = false
        case "rediss": usesTLS = true
        default: throw AddressProblem("has a scheme other than redis:// and rediss://")
        }
        let body = text[scheme.upperBound...]
        let authority = body.prefix { !"/?#".contains($0) }
        // Whatever ends the authority before an @ stands in the password.
        guard !body.dropFirst(authority.count).contains("@") else { throw .unencodedLogin }
        guard !body.contains("?"), !body.contains("#") else {
            throw AddressProblem("has a query, which is not supported", isUnsupported: true)
        }
        let (username, password, host) = try split(authority)
        return RedisAddress(
            endpoint: try HostPort.parse(host, defaultPort: 6379), usesTLS: usesTLS,
            username: username, password: password,
            index: try parseIndex(body.dropFirst(authority.count)))
    }

    private static func split(
        _ authority: Substring
    ) throws(AddressProblem) -> (username: String?, password: Secret?, host: Substring) {
        guard let at = authority.lastIndex(of: "@") else { return (nil, nil, authority) }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard !authority[..<at].contains("@"), let username = parts[0].percentDecoded,
            let password = parts.last?.percentDecoded
        else {
            throw .unencodedLogin
        }
        return (
            username.isEmpty ? nil : username,
            parts.count > 1 && !password.isEmpty ? Secret(password) : nil,
            authority[authority.index(after: at)...]
        )
    }

    private static func parseIndex(_ path: Substring) throws(AddressProblem) -> Int? {
        let text = path.dropFirst()
        if text.isEmpty { return nil }
        guard text.utf8.allSatisfy(\.isDigit), let index = Int(text), (0...15).contains(index) else {
            throw AddressProblem("has a database that is not 0 to 15")
        }
        return index
    }
}
