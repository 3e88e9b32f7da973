/// A parsed MongoDB connection string: `mongodb://` with one or more hosts, or `mongodb+srv://` with one name.
public struct MongoAddress: Sendable, Hashable {
    /// The whole string as it is written.
    public let connectionString: Secret
    /// True for `mongodb+srv://`, whose hosts are looked up in the DNS.
    public internal(set) var isService: Bool
    /// The seeds in the order in which they are written.
    public internal(set) var hosts: [HostPort]
    /// Nil when the connection is not authenticated.
    public let username: String?
    /// Nil when there is none, as with certificates.
    public let password: Secret?
    /// The database in the path, which is where the user is defined unless `authSource` says otherwise.
    public let database: String?
    /// The options by lower-case name, without values that are ignored; of a repeated one the last counts, as in the driver.
    public internal(set) var options: [String: String]
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

    /// What is handed to the driver: written anew from what was understood, so that it cannot understand anything else.
    public var driverString: Secret {
        let secret = password.map { ":" + $0.reveal { $0.percentEncoded } } ?? ""
        let login = username.map { "\($0.percentEncoded)\(secret)@" } ?? ""
        let seeds = hosts.map { isService ? $0.host : $0.description }.joined(separator: ",")
        let used = options.compactMap { key, value in
            MongoOption.named(key).flatMap { $0.isTuning ? nil : "\($0.name)=\(value.percentEncoded)" }
        }
        let query = used.isEmpty ? "" : "?" + used.sorted().joined(separator: "&")
        return Secret("mongodb\(isService ? "+srv" : "")://\(login)\(seeds)/\(database?.percentEncoded ?? "")\(query)")
    }

    /// The same address with our certificate named, from which the driver reads who logs in.
    func showing(certificate file: String) -> MongoAddress {
        var address = self
        address.options["tlscertificatekeyfile"] = file
        return address
    }

    /// How many hosts a string may name.
    static let hostLimit = 50

    /// Reads a connection string.
    ///
    /// Source: the MongoDB specification "Connection String". Options that would switch off verification, or
    /// make the driver dial elsewhere than to the hosts, are refused rather than ignored.
    ///
    /// - Throws: `AddressProblem`, which names what is wrong with every part and never quotes the string.
    public static func parse(_ text: String) throws(AddressProblem) -> MongoAddress {
        let parts = try MongoText(text)
        var problems: [AddressProblem] = []
        let login = AddressProblem.collecting(in: &problems) { () throws(AddressProblem) in try parts.login.map(parseLogin) }
        let hosts = AddressProblem.collecting(in: &problems) { () throws(AddressProblem) in try parseHosts(parts) }
        let database = AddressProblem.collecting(in: &problems) { () throws(AddressProblem) in try parseDatabase(parts.database) }
        let options = MongoOptions(parts)
        problems += options.errors
        guard problems.isEmpty, let login, let hosts, let database else { throw AddressProblem(problems) }
        let address = MongoAddress(text, isService: parts.isService, hosts: hosts, login: login, database: database, options: options)
        let contradictions = address.contradictions
        guard contradictions.isEmpty else { throw AddressProblem(contradictions) }
        return address
    }

    private typealias Login = (username: String, password: Secret?)

    private init(_ text: String, isService: Bool, hosts: [HostPort], login: Login?, database: String?, options: MongoOptions) {
        connectionString = Secret(text)
        self.isService = isService
        self.hosts = hosts
        username = login?.username
        password = login?.password
        self.database = database
        self.options = options.values
        warnings = options.warnings
        warnings += oddities
    }

    private static func parseLogin(_ text: Substring) throws(AddressProblem) -> Login {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard !text.contains("@"), parts.allSatisfy({ !$0.contains(":") }),
            let username = parts[0].percentDecoded, let password = parts.last?.percentDecoded
        else {
            throw .unencodedLogin
        }
        guard !username.isEmpty else { throw AddressProblem("has an empty user name") }
        // It would end the string for the driver, which is written in C.
        guard !username.utf8.contains(0), !password.utf8.contains(0) else {
            throw AddressProblem("has a NUL (%00) in its user name or password")
        }
        return (username, parts.count > 1 ? Secret(password) : nil)
    }

    private static func parseHosts(_ text: MongoText) throws(AddressProblem) -> [HostPort] {
        let parts = text.hosts.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= hostLimit else { throw AddressProblem("has more than \(hostLimit) hosts") }
        var hosts: [HostPort] = []
        for part in parts {
            if part.lowercasedASCII.contains("%2f") {
                throw AddressProblem("names a Unix socket, which is not supported", isUnsupported: true)
            }
            hosts.append(try HostPort.parse(part, defaultPort: 27017))
        }
        if text.isService {
            guard hosts.count == 1 else { throw AddressProblem("has several hosts, but mongodb+srv:// takes one") }
            guard !text.hosts.hasPrefix("["), !isNumber(hosts[0].host) else {
                throw AddressProblem("has an IP address, but mongodb+srv:// takes a name with an SRV record")
            }
            guard !text.hosts.contains(":") else { throw AddressProblem("has a port, but mongodb+srv:// takes none") }
        }
        return hosts
    }

    /// No top-level domain is a number, so that such a host is an address, if only a broken one.
    private static func isNumber(_ host: String) -> Bool {
        host.split(separator: ".").last.map { $0.utf8.allSatisfy(\.isDigit) } ?? false
    }

    private static func parseDatabase(_ text: Substring) throws(AddressProblem) -> String? {
        guard let database = text.percentDecoded else { throw AddressProblem("has a broken % escape") }
        guard !database.unicodeScalars.contains(where: { "/\\ \"$.".unicodeScalars.contains($0) || isUnsafeToShow($0) }) else {
            throw AddressProblem("has a database name with a control character or one of the characters / \\ space \" $ .")
        }
        return database.isEmpty ? nil : database
    }
}
