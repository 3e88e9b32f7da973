/// One option of a MongoDB connection string, and what becomes of it.
///
/// Source: the MongoDB specifications "Connection String" and "URI Options".
public struct MongoOption: Sendable {
    /// Which values an option takes.
    enum Value: Sendable {
        case boolean
        case integer(ClosedRange<Int>)
        case choice([String])
        case text
    }

    /// What is done with an option.
    enum Treatment: Sendable {
        /// It decides to whom and how a check connects, so that a wrong value is an error.
        case used
        /// It tunes the platform's own client and changes nothing for a check, so that a wrong value is a warning.
        case tuning
        /// It is an error unless it is `false`: a check cannot or must not do what it asks for.
        case refusedUnlessFalse
        /// It is an error whatever it says.
        case refused
    }

    /// As the specification spells it; read without case.
    var name: String
    var value: Value
    var treatment: Treatment
    /// Why; for a refused option it continues "which …".
    var reason: String

    var key: String { name.lowercased() }

    private init(_ treatment: Treatment, _ name: String, _ value: Value, _ reason: String) {
        self.name = name
        self.value = value
        self.treatment = treatment
        self.reason = reason
    }

    private static let positive = Value.integer(0...Int(Int32.max))

    /// Every option that the specifications know, in groups.
    static let all: [MongoOption] = encryption + authentication + topology + tuned

    private static let encryption = [
        MongoOption(.used, "tls", .boolean, "Encrypts the connection."),
        MongoOption(.used, "ssl", .boolean, "The older name of tls."),
        MongoOption(.used, "tlsCAFile", .text, "The authorities to trust instead of the system's; mongo_ca_file says the same."),
        MongoOption(.used, "tlsCertificateKeyFile", .text, "Our certificate with its key; mongo_cert_file says the same."),
        MongoOption(
            .refused, "tlsCertificateKeyFilePassword", .text, "is not supported; keep the key in a file that only this service may read"),
        MongoOption(
            .refusedUnlessFalse, "tlsInsecure", .boolean, "switches off the verification of certificates; give mongo_ca_file instead"),
        MongoOption(
            .refusedUnlessFalse, "tlsAllowInvalidCertificates", .boolean,
            "switches off the verification of certificates; give mongo_ca_file instead"),
        MongoOption(
            .refusedUnlessFalse, "tlsAllowInvalidHostnames", .boolean,
            "switches off the verification of the host's name; give the server a certificate for its name"),
        MongoOption(
            .tuning, "tlsDisableOCSPEndpointCheck", .boolean, "A check asks no OCSP endpoint, so that there is nothing to switch off."),
        MongoOption(
            .tuning, "tlsDisableCertificateRevocationCheck", .boolean, "A check does not look for revoked certificates, whatever it says."),
    ]

    private static let authentication = [
        MongoOption(.used, "authSource", .text, "The database in which the user is defined."),
        MongoOption(.used, "authMechanism", .choice(["SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN", "MONGODB-X509"]), "How to log in."),
        MongoOption(
            .refused, "authMechanismProperties", .text, "belongs to mechanisms that are not supported (GSSAPI, MONGODB-AWS, MONGODB-OIDC)"),
        MongoOption(.refused, "gssapiServiceName", .text, "belongs to GSSAPI, which is not supported"),
        MongoOption(.refused, "canonicalizeHostname", .text, "belongs to GSSAPI, which is not supported"),
    ]

    private static let topology = [
        MongoOption(.used, "replicaSet", .text, "The name of the set whose primary is asked."),
        MongoOption(.used, "directConnection", .boolean, "Asks the one host itself, whatever it says of a set."),
        MongoOption(.refusedUnlessFalse, "loadBalanced", .boolean, "asks for a load balancer between, which is not supported"),
        MongoOption(.used, "srvServiceName", .text, "The service that mongodb+srv:// looks up."),
        MongoOption(.used, "srvMaxHosts", positive, "How many of the hosts of an SRV record are used."),
        MongoOption(.refused, "proxyHost", .text, "asks for a SOCKS proxy, which is not supported"),
        MongoOption(.refused, "proxyPort", .text, "asks for a SOCKS proxy, which is not supported"),
        MongoOption(.refused, "proxyUsername", .text, "asks for a SOCKS proxy, which is not supported"),
        MongoOption(.refused, "proxyPassword", .text, "asks for a SOCKS proxy, which is not supported"),
    ]

    private static let tuned: [MongoOption] = {
        let (own, pool, reads, writes) = (
            "A check has a deadline of its own.", "A check keeps sessions of its own.", "A check reads nothing of the tenant's data.",
            "A check writes nothing."
        )
        let durations: [(String, String)] = [
            ("connectTimeoutMS", own), ("socketTimeoutMS", own), ("serverSelectionTimeoutMS", own), ("timeoutMS", own),
            ("heartbeatFrequencyMS", "Each check asks anew who is primary."), ("socketCheckIntervalMS", pool),
            ("localThresholdMS", "A check asks the primary, however near it is."), ("maxIdleTimeMS", pool), ("waitQueueTimeoutMS", pool),
            ("maxPoolSize", pool), ("minPoolSize", pool), ("maxConnecting", pool), ("waitQueueMultiple", pool), ("wtimeoutMS", writes),
            ("wtimeout", writes),
        ]
        let modes = ["primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"]
        return durations.map { MongoOption(.tuning, $0, positive, $1) } + [
            MongoOption(.tuning, "appName", .text, "A check calls itself tenantwatch."),
            MongoOption(.tuning, "compressors", .text, "An answer to a check is too small to compress."),
            MongoOption(.tuning, "zlibCompressionLevel", .integer(-1...9), "An answer to a check is too small to compress."),
            MongoOption(.tuning, "readConcernLevel", .text, reads), MongoOption(.tuning, "readPreference", .choice(modes), reads),
            MongoOption(.tuning, "readPreferenceTags", .text, reads),
            MongoOption(.tuning, "maxStalenessSeconds", .integer(-1...Int(Int32.max)), reads),
            MongoOption(.tuning, "retryReads", .boolean, "A failed check is asked again by its own rules."),
            MongoOption(.tuning, "retryWrites", .boolean, writes), MongoOption(.tuning, "w", .text, writes),
            MongoOption(.tuning, "journal", .boolean, writes), MongoOption(.tuning, "j", .boolean, writes),
            MongoOption(.tuning, "fsync", .boolean, writes), MongoOption(.tuning, "safe", .boolean, writes),
            MongoOption(.tuning, "slaveOk", .boolean, reads),
            MongoOption(.tuning, "serverMonitoringMode", .choice(["auto", "stream", "poll"]), "Each check asks anew who is primary."),
            MongoOption(.tuning, "serverSelectionTryOnce", .boolean, own),
            MongoOption(.tuning, "uuidRepresentation", .text, reads),
        ]
    }()

    private static let known = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    /// The option of this name, in any case.
    static func named(_ name: String) -> MongoOption? { known[name.lowercased()] }

    /// Whether a value is of the option's kind.
    func takes(_ text: String) -> Bool {
        switch value {
        case .boolean: text == "true" || text == "false"
        case .integer(let range): Int(text).map(range.contains) ?? false
        case .choice(let choices): choices.contains(text)
        case .text: !text.isEmpty
        }
    }

    /// What is wrong with a value that the option does not take.
    var wanted: String {
        switch value {
        case .boolean: "neither true nor false"
        case .integer(let range):
            range.upperBound == Int(Int32.max)
                ? "no whole number from \(range.lowerBound)" : "no whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let choices): "none of \(choices.joined(separator: ", "))"
        case .text: "empty"
        }
    }

    /// Every option as a Markdown page.
    public static var markdown: String {
        let rows = all.sorted { $0.key < $1.key }.map { option in
            let (treatment, reason) =
                switch option.treatment {
                case .used: ("used; a wrong value is an error", option.reason)
                case .tuning: ("no effect on a check; a wrong value is a warning", option.reason)
                case .refused: ("refused", "It \(option.reason).")
                case .refusedUnlessFalse: ("refused unless `false`", "It \(option.reason).")
                }
            return "| `\(option.name)` | \(option.shape) | \(treatment) | \(reason) |"
        }
        return """
            # Options of `mongo_uri`

            Generated from `Sources/TenantCore/Addresses/MongoOption.swift` by `tenantwatch reference mongo-options`; a test keeps it
            true.

            Every option of the MongoDB specifications "Connection String" and "URI Options", in any case. An unknown one is a
            warning, and an error when it may be a misspelt one that is used. One that is repeated is a warning, and an error when
            it is used and the values differ.

            | option | value | what becomes of it | why |
            | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            Refused besides, although some drivers take them: Unix sockets; hosts that are not ASCII; a database name with a dot;
            options without a `/` before them; the mechanisms GSSAPI, MONGODB-AWS, MONGODB-OIDC and MONGODB-CR; PLAIN without TLS.

            """
    }

    private var shape: String {
        switch value {
        case .boolean: "`true` or `false`"
        case .integer(let range):
            range.upperBound == Int(Int32.max) ? "number from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .text: "text"
        }
    }
}
