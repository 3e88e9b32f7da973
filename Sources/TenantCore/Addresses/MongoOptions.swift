/// The options of a connection string as they are judged.
struct MongoOptions {
    /// How many options are looked at.
    static let limit = 200

    /// By lower-case name, without values that are ignored; of a repeated one the last counts, as in the driver.
    private(set) var values: [String: String] = [:]
    /// What would change to whom or how a check connects, or what cannot be meant: each continues "it …".
    private(set) var errors: [AddressProblem] = []
    /// What is odd and harmless: each continues "it …".
    private(set) var warnings: [AddressProblem] = []

    /// Options with a value that is ignored.
    private var ignored: Set<String> = []

    /// Each of them could undo what the other says, so that the specification allows one alone, whatever their values.
    private static let exclusive = [
        ("tlsInsecure", "tlsAllowInvalidCertificates"), ("tlsInsecure", "tlsAllowInvalidHostnames"),
        ("tlsInsecure", "tlsDisableOCSPEndpointCheck"), ("tlsInsecure", "tlsDisableCertificateRevocationCheck"),
        ("tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"),
        ("tlsAllowInvalidCertificates", "tlsDisableCertificateRevocationCheck"),
        ("tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"),
    ]

    /// Judges each option by itself, and then what they mean together.
    init(_ text: MongoText) {
        // Before anything is compared with every option that we know.
        guard text.options.count <= Self.limit else {
            fail("has more than \(Self.limit) options")
            return
        }
        for pair in text.options { take(pair, showsNames: text.showsNames) }
        judgeContradictions()
        judgeReads()
        judgeOddities()
    }

    private mutating func fail(_ text: String, isUnsupported: Bool = false) {
        let problem = AddressProblem(text, isUnsupported: isUnsupported)
        if !errors.contains(problem) { errors.append(problem) }
    }

    private mutating func warn(_ text: String) {
        let problem = AddressProblem(text)
        if !warnings.contains(problem) { warnings.append(problem) }
    }

    private mutating func take(_ pair: Substring, showsNames: Bool) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let value = parts[1].percentDecoded else {
            return fail("has an option that is not of the form name=value")
        }
        guard !parts[1].contains("?"), !parts[1].contains("=") else {
            return fail("has a ? or = inside the value of an option; write & between options, or percent-encode it")
        }
        guard let option = MongoOption.named(parts[0]) else { return takeUnknown(parts[0], showsNames: showsNames) }
        guard judge(option, value) else { return }
        if let earlier = values[option.key], option.key != "readpreferencetags" {
            guard earlier == value || option.isTuning else { return fail("has the option \(option.name) twice with different values") }
            warn("has the option \(option.name) twice, of which the last counts")
        }
        values[option.key] = value
    }

    /// Whether the value counts.
    private mutating func judge(_ option: MongoOption, _ value: String) -> Bool {
        switch option.treatment {
        case .refusedUnlessFalse where value == "false": return true
        case .refused, .refusedUnlessFalse: fail("has the option \(option.name), which \(option.reason)", isUnsupported: true)
        case .used where !option.takes(value): fail(option.complaint(about: value), isUnsupported: option.isUnsupported(value))
        case .used where value.hasPrefix(" ") || value.hasSuffix(" ") || value.unicodeScalars.contains(where: isUnsafeToShow):
            fail("has the option \(option.name) with a space at an end of its value, or a control character in it")
        case .tuning where !option.takes(value), .judged where !option.takes(value):
            warn("\(option.complaint(about: value)), which is ignored")
            ignored.insert(option.key)
        case .used, .tuning, .judged: return true
        }
        return false
    }

    /// A misspelt option would be ignored, which is harmless only where the one that was meant is.
    private mutating func takeUnknown(_ name: Substring, showsNames: Bool) {
        let guess = MongoOption.guess(name)
        // It could be a piece of a password, which must not be shown.
        let isPlain = showsNames && name.utf8.count <= 40 && name.utf8.allSatisfy(\.isLetterOrDigit)
        let what = guess.isFamiliar || isPlain ? "the unknown option \(Scrubber().scrub(String(name), limit: 64))" : "an unknown option"
        let suggestion = guess.meant.map { "; \($0) may be meant" } ?? ""
        if guess.isDecisive {
            fail("has \(what), which would be ignored\(suggestion)")
        } else {
            warn("has \(what), which is ignored\(suggestion)")
        }
    }

    private mutating func judgeContradictions() {
        if let tls = values["tls"], let ssl = values["ssl"], tls != ssl { fail("says both that TLS is on and that it is off") }
        for (name, other) in Self.exclusive where values[name.lowercasedASCII] != nil && values[other.lowercasedASCII] != nil {
            fail("has both \(name) and \(other), which the specification forbids")
        }
    }

    /// What the specification forbids of reads, although a check reads nothing.
    private mutating func judgeReads() {
        let readsPrimary = values["readpreference"].map { $0 == "primary" } ?? !ignored.contains("readpreference")
        let staleness = values["maxstalenessseconds"].flatMap { Int($0) } ?? -1
        if readsPrimary, values["readpreferencetags"] != nil {
            fail("has readPreferenceTags, which need a readPreference other than primary")
        }
        if readsPrimary, staleness != -1 { fail("has maxStalenessSeconds, which needs a readPreference other than primary") }
        if !readsPrimary, (0..<90).contains(staleness) { fail("has a maxStalenessSeconds below 90") }
    }

    private mutating func judgeOddities() {
        if values["w"] == "0", values["journal"] == "true" || values["j"] == "true" {
            warn("has both w=0 and journal=true, which contradict each other")
        }
        for (name, older) in [("wtimeoutMS", "wtimeout"), ("journal", "j")] where values[older] != nil {
            if let value = values[name.lowercasedASCII], value != values[older] { warn("has both \(name) and its older name \(older)") }
        }
        if let least = values["minpoolsize"].flatMap({ Int($0) }), let most = values["maxpoolsize"].flatMap({ Int($0) }), most > 0,
            least > most
        {
            warn("has a minPoolSize above its maxPoolSize")
        }
        if values["tlsdisablecertificaterevocationcheck"] == "false" {
            warn("asks for revoked certificates to be refused, which a check does not look for")
        }
    }
}
