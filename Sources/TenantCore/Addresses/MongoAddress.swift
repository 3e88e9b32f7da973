/// A parsed MongoDB connection string: `mongodb://` with one or more hosts, or `mongodb+srv://` with one name.
public struct MongoAddress: Sendable, Hashable {
    /// The whole string as it is written.
    public let connectionString: Secret
    /// The string with the options that are used alone, as it is handed to the driver: what is ignored cannot disturb it.
    public let driverString: Secret
    /// True for `mongodb+srv://`, whose hosts are looked up in the DNS.
    public let isService: Bool
    /// The seeds in the order in which they are written.
    public let hosts: [HostPort]
    /// Nil when the connection is not authenticated.
    public let username: String?
    /// Nil when there is none, as with certificates.
    public let password: Secret?
    /// The database in the path, which is where the user is defined unless `authSource` says otherwise.
    public let database: String?
    /// The options by lower-case name; of a repeated one the last counts, as in the driver.
    public let options: [String: String]
    /// What is odd about the string and keeps nobody from connecting; each continues "it …".
    public private(set) var warnings: [AddressProblem]

    /// Whether the connection is encrypted; `mongodb+srv://` is unless an option says otherwise.
    public var usesTLS: Bool {
        (options["tls"] ?? options["ssl"]).map { $0 == "true" }
            ?? (isService || options["tlscafile"] != nil || options["tlscertificatekeyfile"] != nil)
    }

    /// The set's name, when the string asks for one.
    public var replicaSet: String? { options["replicaset"] }

    /// Seeds in a stable order, without credentials: the same server has the same name for every tenant.
    public var backend: String {
        let names = isService ? hosts.map(\.host) : hosts.map(\.description)
        return (isService ? "srv:" : "") + Set(names).sorted().joined(separator: ",")
    }

    /// Reads a connection string.
    ///
    /// Source: the MongoDB specification "Connection String". Options that would switch off verification, or
    /// make the driver dial elsewhere than to the hosts, are refused rather than ignored.
    ///
    /// - Throws: `AddressProblem`, which never quotes the string.
    public static func parse(_ text: String) throws(AddressProblem) -> MongoAddress {
        let isService = text.hasPrefix("mongodb+srv://")
        guard isService || text.hasPrefix("mongodb://") else {
            throw AddressProblem("starts with neither mongodb:// nor mongodb+srv://")
        }
        // A NUL would end the string for the driver, which is written in C.
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw AddressProblem("has a control character that must be percent-encoded")
        }
        let body = text.dropFirst(isService ? "mongodb+srv://".count : "mongodb://".count)
        // Everything up to the first `/` or `?` is the authority: a `/` in a password must be escaped.
        let authority = body.prefix { $0 != "/" && $0 != "?" }
        let rest = body.dropFirst(authority.count)
        guard !rest.prefix(while: { $0 != "?" }).contains("@") else {
            throw AddressProblem("has a / in its user name or password that must be percent-encoded")
        }
        let (credentials, hostText) = try split(authority)
        let (database, optionText) = try splitPath(rest)
        guard !rest.hasPrefix("?") else { throw AddressProblem("needs a / between its hosts and its options") }
        let options = try MongoOptions(optionText)
        let path = rest.prefix { $0 != "?" }
        let driverString = "\(isService ? "mongodb+srv" : "mongodb")://\(authority)\(path.isEmpty ? "/" : path)?\(options.usedText)"
        var address = MongoAddress(
            connectionString: Secret(text), driverString: Secret(driverString), isService: isService,
            hosts: try parseHosts(hostText, isService: isService),
            username: credentials?.username, password: credentials?.password,
            database: database, options: options.values, warnings: options.warnings)
        address.warnings += try address.validate()
        return address
    }

    private static func split(
        _ authority: Substring
    ) throws(AddressProblem) -> (credentials: (username: String, password: Secret?)?, hosts: Substring) {
        guard let at = authority.lastIndex(of: "@") else { return (nil, authority) }
        let written = authority[..<at]
        let parts = written.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard !written.contains("@"), parts.allSatisfy({ !$0.contains(":") }),
            let username = parts[0].percentDecoded, let password = parts.last?.percentDecoded
        else {
            throw AddressProblem("has a character in its user name or password that must be percent-encoded")
        }
        guard !username.isEmpty else { throw AddressProblem("has an empty user name") }
        return ((username, parts.count > 1 ? Secret(password) : nil), authority[authority.index(after: at)...])
    }

    private static func parseHosts(_ text: Substring, isService: Bool) throws(AddressProblem) -> [HostPort] {
        var hosts: [HostPort] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if part.lowercased().contains("%2f") { throw AddressProblem("names a Unix socket, which is not supported") }
            hosts.append(try HostPort.parse(part, defaultPort: 27017))
        }
        if isService {
            guard hosts.count == 1 else { throw AddressProblem("has several hosts, but mongodb+srv:// takes one") }
            guard !text.contains(":") else { throw AddressProblem("has a port, but mongodb+srv:// takes none") }
        }
        return hosts
    }

    private static func splitPath(_ rest: Substring) throws(AddressProblem) -> (database: String?, options: Substring) {
        let path = rest.prefix { $0 != "?" }
        let options = rest.dropFirst(path.count).dropFirst()
        guard let database = path.dropFirst().percentDecoded else { throw AddressProblem("has a broken % escape") }
        if database.contains(where: { "/\\ \"$.".contains($0) }) {
            throw AddressProblem("has a database name with one of the characters / \\ space \" $ .")
        }
        return (database.isEmpty ? nil : database, options)
    }
}
