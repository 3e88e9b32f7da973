/// Reads the keys of one tenant's object and notes every issue on the way.
struct TenantReader {
    let object: JSONObject
    let path: String
    let secretReader: SecretReader
    private(set) var issues: [ConfigurationIssue] = []
    private(set) var secrets: [Secret] = []
    private(set) var seen: Set<String> = []

    init(object: JSONObject, path: String, secretReader: SecretReader) {
        self.object = object
        self.path = path
        self.secretReader = secretReader
    }

    /// True while nothing was found that keeps the tenant from being watched.
    var isSound: Bool { !issues.contains { $0.severity == .error } }

    mutating func note(_ key: String, _ problem: String, fix: String, severity: ConfigurationIssue.Severity = .error) {
        issues.append(ConfigurationIssue(severity, path: "\(path).\(key)", problem: problem, fix: fix))
    }

    /// The value of `key`; null and an empty string count as absent, as they do for the platform.
    private mutating func value(_ key: String) -> JSONValue? {
        seen.insert(key)
        switch object[key] {
        case nil, .null, .string(""): return nil
        case let value?: return value
        }
    }

    /// A text without control characters.
    mutating func string(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.text else {
            note(key, "is \(value.kind), not a string", fix: "Put it in double quotes.")
            return nil
        }
        guard !text.unicodeScalars.contains(where: isUnsafeToShow) else {
            note(key, "has a control or bidirectional character", fix: "Remove the character.")
            return nil
        }
        return text
    }

    /// A text that must be there.
    mutating func required(_ key: String, because reason: String = "is required") -> String? {
        let known = issues.count
        let text = string(key)
        if text == nil, issues.count == known { note(key, "is missing; it \(reason)", fix: "Add \"\(key)\".") }
        return text
    }

    /// A secret or a reference to one.
    mutating func secret(_ key: String) -> Secret? {
        guard let value = value(key) else { return nil }
        do {
            let secret = try secretReader.read(value, at: "\(path).\(key)")
            secrets.append(secret)
            return secret
        } catch {
            issues.append(error)
            return nil
        }
    }

    /// A secret that must be there.
    mutating func requiredSecret(_ key: String, because reason: String = "is required") -> Secret? {
        let known = issues.count
        let secret = secret(key)
        if secret == nil, issues.count == known { note(key, "is missing; it \(reason)", fix: "Add \"\(key)\".") }
        return secret
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            note(
                key, "is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                fix: "Write a number from \(range.lowerBound) to \(range.upperBound), without quotes.")
            return nil
        }
        return number
    }

    mutating func boolean(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .boolean(let truth) = value else {
            note(key, "is \(value.kind), not true or false", fix: "Write true or false, without quotes.")
            return nil
        }
        return truth
    }

    mutating func duration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let text = string(key) else { return nil }
        guard let duration = Duration(written: text), range.contains(duration) else {
            note(
                key, "is not a duration from \(range.lowerBound) to \(range.upperBound)",
                fix: "Write it like 500ms, 15s or 5m.")
            return nil
        }
        return duration
    }

    mutating func object(_ key: String) -> JSONObject? {
        guard let value = value(key) else { return nil }
        guard let object = value.object else {
            note(key, "is \(value.kind), not an object", fix: #"Write {"name": "value"}."#)
            return nil
        }
        return object
    }

    /// Reads `text` of `key` with `parse`, turning its problem into an issue.
    mutating func address<Address>(
        _ key: String, _ text: String?, fix: String, parse: (String) throws(AddressProblem) -> Address
    ) -> Address? {
        guard let text else { return nil }
        do {
            return try parse(text)
        } catch {
            note(key, error.text, fix: fix)
            return nil
        }
    }

    /// The files that `<dependency>_ca_file`, `_cert_file` and `_key_file` name.
    mutating func tlsFiles(_ dependency: String) -> TLSSettings {
        let files = TLSSettings(
            caFile: string("\(dependency)_ca_file"), certificateFile: string("\(dependency)_cert_file"),
            keyFile: string("\(dependency)_key_file"))
        if files.keyFile != nil, files.certificateFile == nil {
            note("\(dependency)_key_file", "is given without \(dependency)_cert_file", fix: "Add the certificate that belongs to the key.")
        }
        return files
    }

    /// The settings of a connection that uses TLS, nil for one in clear, which must not name files.
    mutating func expectTLS(_ dependency: String, _ files: TLSSettings, isUsed: Bool, fix: String) -> TLSSettings? {
        if isUsed { return files }
        for (suffix, file) in [("ca", files.caFile), ("cert", files.certificateFile), ("key", files.keyFile)] where file != nil {
            note("\(dependency)_\(suffix)_file", "is given, but the connection does not use TLS", fix: fix)
        }
        return nil
    }

    /// Keeps a password that stood inside another value, so that it is scrubbed by itself too.
    mutating func remember(_ secret: Secret?) {
        if let secret { secrets.append(secret) }
    }

    /// The members that nobody has read.
    var unread: JSONObject {
        JSONObject(distinct: object.members.filter { !seen.contains($0.key) })
    }
}
