/// A connection string cut into its parts, where a driver cuts it; nothing is decoded yet.
struct MongoText {
    /// The longest string that is looked at, in bytes.
    static let lengthLimit = 32 * 1024

    /// True for `mongodb+srv://`.
    let isService: Bool
    /// What stands before the `@`; nil without one.
    let login: Substring?
    /// Never empty.
    let hosts: Substring
    /// Without the `/` before it.
    let database: Substring
    /// `name=value` as it is written, without empty ones.
    let options: [Substring]

    /// Cuts `text`.
    ///
    /// - Throws: `AddressProblem` when the parts cannot be told from each other, so that nothing more can be said of them.
    init(_ text: String) throws(AddressProblem) {
        guard text.utf8.count <= Self.lengthLimit else { throw AddressProblem("is longer than \(Self.lengthLimit) bytes") }
        // From here on a character is a byte, as for the driver.
        guard text.isPrintableASCII else {
            throw .notASCII
        }
        isService = text.hasPrefix("mongodb+srv://")
        guard isService || text.hasPrefix("mongodb://") else {
            throw AddressProblem("starts with neither mongodb:// nor mongodb+srv://")
        }
        let body = text.dropFirst(isService ? "mongodb+srv://".count : "mongodb://".count)
        // Everything up to the first `/` or `?` is the authority: both must be escaped in a password.
        let authority = body.prefix { $0 != "/" && $0 != "?" }
        let rest = body.dropFirst(authority.count)
        let path = rest.prefix { $0 != "?" }
        options = rest.dropFirst(path.count + 1).split { $0 == "&" || $0 == ";" }
        guard !path.contains("@"), options.allSatisfy(Self.isClearOfLogins) else {
            throw .unencodedLogin
        }
        let at = authority.lastIndex(of: "@")
        login = at.map { authority[..<$0] }
        hosts = at.map { authority[authority.index(after: $0)...] } ?? authority
        database = path.dropFirst()
        guard !hosts.isEmpty else {
            throw AddressProblem("has an empty host" + (rest.hasPrefix("/") ? "; if a Unix socket is meant, that is not supported" : ""))
        }
        guard rest.isEmpty || rest.hasPrefix("/") else { throw AddressProblem("needs a / between its hosts and its options") }
    }

    /// Whether all text after the hosts is clear of `@`, so that no part of a password can be among the options.
    var showsNames: Bool { !options.contains { $0.contains("@") } }

    /// Whether an option has no `@`, or has it in the value of an option that is known, where it may be meant.
    ///
    /// Source: the specification's test "At-signs in options aren't part of the userinfo".
    private static func isClearOfLogins(_ option: Substring) -> Bool {
        guard option.contains("@") else { return true }
        let name = option.prefix { $0 != "=" }
        return name.endIndex < option.endIndex && MongoOption.named(name) != nil
    }
}
