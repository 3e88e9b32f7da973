/// The parts of an address, each of which may be a placeholder by itself.
struct AddressParts {
    /// What nobody has filled in, for example `$NAME`; nil when there is nothing of the kind.
    let placeholder: String?

    init(_ text: String) {
        let parts = text.split { "/:.?&=,".contains($0) }
        let found = parts.lazy.compactMap { Placeholder.whole($0) ?? Self.variable(in: $0) ?? Self.word($0) }.first
        let body = text.firstRange(of: "://").map { text[$0.upperBound...] }
        placeholder =
            found ?? body.flatMap { Self.segment(in: $0) } ?? body.flatMap { text.hasPrefix("http") ? Self.unclosed(in: $0) : nil }
    }

    /// `$NAME`, with more in front or behind it; `$external` and `$metadata` are names of their own.
    private static func variable(in part: Substring) -> String? {
        let isVariable = part.split(separator: "$", omittingEmptySubsequences: false).dropFirst().contains { rest in
            let name = rest.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
            return Placeholder.isCapital(name) && rest.dropFirst(name.count).first?.isLowercase != true
        }
        return isVariable ? "$NAME" : nil
    }

    /// What `your-` stands before in documentation; `your-server.de` and its like are real hosts.
    private static let nouns: Set<String> = [
        "tenant", "tenantid", "tenant-id", "tenant-name", "host", "hostname", "domain", "okta-domain", "auth0-domain", "realm",
        "realm-name",
        "org", "org-id", "organization", "password", "token", "secret", "database", "db", "db-name", "namespace", "cluster", "cluster-name",
        "project", "project-id", "region", "account", "account-id", "client-id", "issuer", "idp", "username", "user",
    ]

    /// Words of documentation.
    private static func word(_ part: Substring) -> String? {
        let word = part.lowercasedASCII.replacing("_", with: "-")
        if ["changeme", "change-me", "replaceme", "replace-me"].contains(word) { return String(part) }
        guard word.hasPrefix("your-") else { return nil }
        let isCapital = !part.utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        return isCapital || nouns.contains(String(word.dropFirst(5))) ? "your-…" : nil
    }

    /// `:name` or `[name]` as a part of the path behind a host.
    static func segment(in body: Substring) -> String? {
        let path = body.drop { $0 != "/" }.prefix { $0 != "?" && $0 != "#" }
        for part in path.split(separator: "/") {
            if part.hasPrefix(":"), Placeholder.isName(part.dropFirst()) { return ":name" }
            if part.hasPrefix("["), part.hasSuffix("]"), Placeholder.isName(part.dropFirst().dropLast()) { return "[…]" }
        }
        return nil
    }

    /// A bracket that no host or path has unless it is percent-encoded, as in `{tenant` and `{0}`.
    static func unclosed(in body: Substring) -> String? {
        body.prefix { $0 != "?" && $0 != "#" }.first { "{}<>".contains($0) }.map { String($0) }
    }
}
