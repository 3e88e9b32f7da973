/// The options of a connection string as they are judged.
struct MongoOptions {
    /// By lower-case name; of a repeated one the last counts, as in the driver.
    private(set) var values: [String: String] = [:]
    /// What is odd and harmless: each continues "it …".
    private(set) var warnings: [AddressProblem] = []

    /// The options that are used, as they are written.
    var usedText: String { written.sorted { $0.key < $1.key }.map(\.value).joined(separator: "&") }
    private var written: [String: String] = [:]

    /// Each of them could undo what the other says, so that the specification allows one alone, whatever their values.
    private static let exclusive = [
        ("tlsInsecure", "tlsAllowInvalidCertificates"), ("tlsInsecure", "tlsAllowInvalidHostnames"),
        ("tlsInsecure", "tlsDisableOCSPEndpointCheck"), ("tlsInsecure", "tlsDisableCertificateRevocationCheck"),
        ("tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"),
        ("tlsAllowInvalidCertificates", "tlsDisableCertificateRevocationCheck"),
        ("tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"),
    ]

    /// Judges each option by itself, and then what they mean together.
    ///
    /// - Throws: `AddressProblem` for one that would change to whom or how a check connects.
    init(_ text: Substring) throws(AddressProblem) {
        for pair in text.split(whereSeparator: { $0 == "&" || $0 == ";" }) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let value = parts[1].percentDecoded else {
                throw AddressProblem("has an option that is not of the form name=value")
            }
            try take(String(parts[0]), value, as: String(pair))
        }
        try judgeCombinations()
    }

    private mutating func take(_ name: String, _ value: String, as written: String) throws(AddressProblem) {
        guard let option = MongoOption.named(name) else { return try takeUnknown(name) }
        try judge(option, value)
        if let earlier = values[option.key], option.key != "readpreferencetags" {
            guard earlier == value || Self.isTuning(option) else {
                throw AddressProblem("has the option \(option.name) twice with different values")
            }
            warnings.append(AddressProblem("has the option \(option.name) twice, of which the last counts"))
        }
        values[option.key] = value
        if !Self.isTuning(option) { self.written[option.key] = written }
    }

    private static func isTuning(_ option: MongoOption) -> Bool {
        if case .tuning = option.treatment { true } else { false }
    }

    private mutating func judge(_ option: MongoOption, _ value: String) throws(AddressProblem) {
        switch option.treatment {
        case .refused: throw AddressProblem("has the option \(option.name), which \(option.reason)")
        case .refusedUnlessFalse where value != "false":
            throw AddressProblem("has the option \(option.name), which \(option.reason)")
        case .refusedUnlessFalse: break
        case .used where !option.takes(value):
            throw AddressProblem("has the option \(option.name) with a value that is \(option.wanted)")
        case .used: break
        case .tuning where !option.takes(value):
            warnings.append(AddressProblem("has the option \(option.name) with a value that is \(option.wanted), which is ignored"))
        case .tuning: break
        }
    }

    /// A misspelt option would be ignored, which is harmless only where the one that was meant is.
    private mutating func takeUnknown(_ name: String) throws(AddressProblem) {
        let shown = Scrubber().scrub(name, limit: 64)
        let lower = name.lowercased()
        let match = nearest(to: lower, among: MongoOption.all.map(\.key)).flatMap { MongoOption.named($0) }
        if let match, !Self.isTuning(match) {
            throw AddressProblem("has the unknown option \(shown), which would be ignored; \(match.name) may be meant")
        }
        let suggestion = match.map { "; \($0.name) may be meant" } ?? ""
        warnings.append(AddressProblem("has the unknown option \(shown), which is ignored\(suggestion)"))
    }

    private mutating func judgeCombinations() throws(AddressProblem) {
        if let tls = values["tls"], let ssl = values["ssl"], tls != ssl {
            throw AddressProblem("says both that TLS is on and that it is off")
        }
        for (name, other) in Self.exclusive where values[name.lowercased()] != nil && values[other.lowercased()] != nil {
            throw AddressProblem("has both \(name) and \(other), which the specification forbids")
        }
        let readsPrimary = values["readpreference"].map { $0 == "primary" } ?? true
        if readsPrimary, values["readpreferencetags"] != nil || (values["maxstalenessseconds"].map { $0 != "-1" } ?? false) {
            throw AddressProblem("has readPreferenceTags or maxStalenessSeconds, which need a readPreference other than primary")
        }
        if let staleness = values["maxstalenessseconds"].flatMap({ Int($0) }), (0..<90).contains(staleness) {
            throw AddressProblem("has a maxStalenessSeconds below 90")
        }
        if values["w"] == "0", values["journal"] == "true" || values["j"] == "true" {
            throw AddressProblem("has both w=0 and journal=true, which contradict each other")
        }
        if let least = values["minpoolsize"].flatMap({ Int($0) }), let most = values["maxpoolsize"].flatMap({ Int($0) }), most > 0,
            least > most
        {
            warnings.append(AddressProblem("has a minPoolSize above its maxPoolSize"))
        }
        if values["tlsdisablecertificaterevocationcheck"] == "false" {
            warnings.append(AddressProblem("asks for revoked certificates to be refused, which a check does not look for"))
        }
    }
}

extension MongoAddress {
    /// Checks what hosts, login and options mean together, and adds what is odd.
    func validate() throws(AddressProblem) -> [AddressProblem] {
        if !usesTLS, options["tlscafile"] != nil || options["tlscertificatekeyfile"] != nil {
            throw AddressProblem("names certificate files but switches TLS off")
        }
        if options["directconnection"] == "true", hosts.count > 1 || isService {
            throw AddressProblem("has several hosts, which directConnection=true does not allow")
        }
        if !isService, let name = ["srvServiceName", "srvMaxHosts"].first(where: { options[$0.lowercased()] != nil }) {
            throw AddressProblem("has the option \(name), which belongs to mongodb+srv://")
        }
        if isService, options["replicaset"] != nil, let most = options["srvmaxhosts"], most != "0" {
            throw AddressProblem("has both srvMaxHosts and replicaSet, which the specification forbids")
        }
        try validateAuthentication()
        if options["authmechanism"] != nil { return [] }
        if username == nil, options["authsource"] != nil {
            return [AddressProblem("has authSource, which has no effect without a user name")]
        }
        return username != nil && password == nil ? [AddressProblem("has a user name but no password, so that no login can succeed")] : []
    }

    private func validateAuthentication() throws(AddressProblem) {
        switch options["authmechanism"] {
        case nil: break
        case "MONGODB-X509":
            guard options["tlscertificatekeyfile"] != nil || username != nil else {
                throw AddressProblem("asks for MONGODB-X509 without tlsCertificateKeyFile")
            }
            guard password == nil else { throw AddressProblem("has a password, which MONGODB-X509 does not take") }
            guard usesTLS else { throw AddressProblem("asks for MONGODB-X509, which needs TLS") }
            guard options["authsource"].map({ $0 == "$external" }) ?? true else {
                throw AddressProblem("has an authSource other than $external, which MONGODB-X509 does not allow")
            }
        case "PLAIN":
            guard username != nil, password != nil else { throw AddressProblem("has an authMechanism but no user name and password") }
            guard usesTLS else { throw AddressProblem("asks for PLAIN without TLS, which would send the password in clear") }
        default:
            guard username != nil, password != nil else { throw AddressProblem("has an authMechanism but no user name and password") }
        }
    }
}
