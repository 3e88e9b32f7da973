/// One option of a MongoDB connection string, and what becomes of it.
///
/// Source: the MongoDB specifications "Connection String" and "URI Options".
public struct MongoOption: Sendable {
    /// What is done with an option.
    enum Treatment: Sendable {
        /// It decides to whom and how a check connects, so that a wrong value is an error.
        case used
        /// It tunes the platform's own client and changes nothing for a check, so that a wrong value is a warning.
        case tuning
        /// As the last, but that it decides what a check makes of an answer.
        case judged
        /// It leaves MongoDB unchecked unless it is `false`: a check cannot or must not do what it asks for.
        case refusedUnlessFalse
        /// It leaves MongoDB unchecked whatever it says.
        case refused
    }

    /// As the specification spells it; read without case.
    var name: String
    var value: MongoOptionValue
    var treatment: Treatment
    /// Why; for a refused option it continues "which …".
    var reason: String

    var key: String { name.lowercasedASCII }

    private init(_ treatment: Treatment, _ name: String, _ value: MongoOptionValue, _ reason: String) {
        self.name = name
        self.value = value
        self.treatment = treatment
        self.reason = reason
    }

    /// Whether a wrong value is a warning, and the option not meant for the check's own driver.
    var isTuning: Bool {
        switch treatment {
        case .tuning, .judged: true
        case .used, .refused, .refusedUnlessFalse: false
        }
    }

    /// Whether a value, decoded, is of the option's kind.
    func takes(_ text: String) -> Bool { value.takes(text) }

    /// What is wrong with a value that the option does not take: continues "it …" and quotes no value but a known one.
    func complaint(about text: String) -> String {
        if key == "authmechanism", let mechanism = Self.unsupportedMechanisms.first(where: { $0 == text }) {
            return "asks for the mechanism \(mechanism), which is not supported"
        }
        return "has the option \(name) with a value that is \(value.wanted)"
    }

    /// Whether a value that the option does not take is one that a driver may take.
    func isUnsupported(_ text: String) -> Bool { key == "authmechanism" && Self.unsupportedMechanisms.contains(text) }

    private static let unsupportedMechanisms = ["GSSAPI", "MONGODB-AWS", "MONGODB-OIDC", "MONGODB-CR"]

    /// What the driver takes for a number; of the durations, `wtimeoutMS` alone has 64 bits.
    private static let largest = Int(Int32.max)

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
        MongoOption(.used, "loadBalanced", .boolean, "Asks through a load balancer, which stands before a mongos or a service."),
        MongoOption(.used, "srvServiceName", .service, "The service that mongodb+srv:// looks up."),
        MongoOption(.used, "srvMaxHosts", .integer(0...largest), "How many of the hosts of an SRV record are used."),
        MongoOption(
            .refused, "srvAllowedHostsSuffix", .text,
            "decides which hosts an SRV record may name, which is not supported; the record's hosts must share its domain"),
        MongoOption(.refused, "proxyHost", .text, "asks for a SOCKS proxy, which is not supported"),
        MongoOption(.refused, "proxyPort", .text, "asks for a SOCKS proxy, which is not supported"),
        MongoOption(.refused, "proxyUsername", .text, "asks for a SOCKS proxy, which is not supported"),
        MongoOption(.refused, "proxyPassword", .text, "asks for a SOCKS proxy, which is not supported"),
    ]

    private static let tuned: [MongoOption] = {
        let (own, pool, reads, writes, again) = (
            "A check has a deadline of its own.", "A check keeps sessions of its own.", "A check reads nothing of the tenant's data.",
            "A check writes nothing.", "A failed check is asked again by its own rules."
        )
        let numbers: [(name: String, least: Int, reason: String)] = [
            ("connectTimeoutMS", 0, own), ("socketTimeoutMS", 0, own), ("serverSelectionTimeoutMS", 0, own), ("timeoutMS", 0, own),
            ("heartbeatFrequencyMS", 500, "Each check asks anew who is primary."), ("socketCheckIntervalMS", 0, pool),
            ("localThresholdMS", 0, "A check asks the primary, however near it is."), ("maxIdleTimeMS", 0, pool),
            ("waitQueueTimeoutMS", 1, pool), ("maxPoolSize", 0, pool), ("minPoolSize", 0, pool), ("maxConnecting", 1, pool),
            ("waitQueueMultiple", 1, pool), ("maxAdaptiveRetries", 0, again),
        ]
        let representations = ["standard", "csharpLegacy", "javaLegacy", "pythonLegacy", "unspecified"]
        let modes = ["primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"]
        return numbers.map { MongoOption(.tuning, $0.name, .integer($0.least...largest), $0.reason) } + [
            MongoOption(.tuning, "wtimeoutMS", .integer(0...Int.max), writes),
            MongoOption(.tuning, "wtimeout", .integer(0...Int.max), writes),
            MongoOption(.tuning, "appName", .brief(128), "A check calls itself tenantwatch."),
            MongoOption(.tuning, "compressors", .list(["zlib", "snappy", "zstd"]), "An answer to a check is too small to compress."),
            MongoOption(.tuning, "zlibCompressionLevel", .integer(-1...9), "An answer to a check is too small to compress."),
            MongoOption(.tuning, "readConcernLevel", .text, reads),
            MongoOption(
                .judged, "readPreference", .choice(modes),
                "A check asks the primary; where none is reached, secondaries, unless the value is `primary`."),
            MongoOption(.tuning, "readPreferenceTags", .tags, reads),
            MongoOption(.tuning, "maxStalenessSeconds", .integer(-1...largest), reads),
            MongoOption(.tuning, "retryReads", .boolean, again), MongoOption(.tuning, "adaptiveRetries", .boolean, again),
            MongoOption(.tuning, "enableOverloadRetargeting", .boolean, again),
            MongoOption(.tuning, "retryWrites", .boolean, writes), MongoOption(.tuning, "w", .acknowledgement, writes),
            MongoOption(.tuning, "journal", .boolean, writes), MongoOption(.tuning, "j", .boolean, writes),
            MongoOption(.tuning, "fsync", .boolean, writes), MongoOption(.tuning, "safe", .boolean, writes),
            MongoOption(.tuning, "slaveOk", .boolean, reads),
            MongoOption(.tuning, "serverMonitoringMode", .choice(["auto", "stream", "poll"]), "Each check asks anew who is primary."),
            MongoOption(.tuning, "serverSelectionTryOnce", .boolean, own),
            MongoOption(.tuning, "uuidRepresentation", .choice(representations), reads),
        ]
    }()

    private static let known = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    /// The option of this name, in any case.
    static func named(_ name: some StringProtocol) -> MongoOption? { known[name.lowercasedASCII] }

    /// Every option as a Markdown page.
    public static var markdown: String {
        let rows = all.sorted { $0.key < $1.key }.map { option in
            let (treatment, reason) =
                switch option.treatment {
                case .used: ("used; a wrong value is an error", option.reason)
                case .tuning: ("no effect on a check; a wrong value is a warning", option.reason)
                case .judged: ("decides what a set without a primary means; a wrong value is a warning", option.reason)
                case .refused: ("refused", "It \(option.reason).")
                case .refusedUnlessFalse: ("refused unless `false`", "It \(option.reason).")
                }
            return "| `\(option.name)` | \(option.value.shape) | \(treatment) | \(reason) |"
        }
        return """
            # Options of `mongo_uri`

            Generated from `Sources/TenantCore/Addresses/MongoOption.swift` by `tenantwatch reference mongo-options`; a test keeps it
            true.

            Every option of the MongoDB specifications "Connection String" and "URI Options", in any case. An unknown one is a
            warning, and an error when it may be a misspelt one that is used or another driver's name for one (`useTLS`,
            `ssl_ca_certs`, `replSet`). One that is repeated is a warning, and an error when it is used and the values differ. A
            wrong value of an option without effect counts as absent.

            An error, and an option that is refused, leave the tenant's MongoDB unchecked and nothing else. What is refused is a
            warning, for the platform may be able to do what a check is not.

            | option | value | what becomes of it | why |
            | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            Refused besides, although some drivers take them: Unix sockets; characters that are not printable ASCII, which a host
            writes in Punycode and all else percent-encoded; `?` and `=` inside a value, and `@` where it may belong to a password;
            a database name with a dot; options without a `/` before them; `readPreferenceTags` and `maxStalenessSeconds` with the
            primary, and a `maxStalenessSeconds` below 90; the mechanisms GSSAPI, MONGODB-AWS, MONGODB-OIDC and MONGODB-CR; PLAIN
            without TLS; MONGODB-X509 without a certificate here or in `mongo_cert_file`; more than 50 hosts, 200 options or 32768
            bytes.

            """
    }
}
