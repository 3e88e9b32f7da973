/// Reads one JSON object key by key, and notes every issue on the way.
///
/// Null and an empty string count as absent, as they do for the platform. A value that is wrong is noted and read as nil.
public struct ObjectReader {
    /// What is read.
    public let object: JSONObject
    /// Where it stands; empty for the top of a file.
    public let path: String
    /// Everything that was found, in the order of reading.
    public internal(set) var issues: [ConfigurationIssue] = []
    /// Every secret that was read, for a `Scrubber`.
    public internal(set) var secrets: [Secret] = []
    /// The keys that were asked for.
    public private(set) var seen: Set<String> = []

    let secretReader: SecretReader

    /// Reads nothing yet.
    public init(object: JSONObject, path: String, secretReader: SecretReader) {
        self.object = object
        self.path = path
        self.secretReader = secretReader
    }

    /// How many errors were found so far.
    var errorCount: Int { issues.count { $0.severity == .error } }

    /// True while nothing was found that keeps the object from being used.
    public var isSound: Bool { !issues.contains { $0.severity == .error } }

    /// Notes what is wrong at `key`; quotes no secret.
    public mutating func note(_ key: String, _ problem: String, fix: String, severity: ConfigurationIssue.Severity = .error) {
        issues.append(ConfigurationIssue(severity, path: path(of: key), problem: problem, fix: fix))
    }

    /// Notes what is wrong with the object as a whole; quotes no secret.
    public mutating func noteHere(_ problem: String, fix: String, severity: ConfigurationIssue.Severity = .error) {
        issues.append(ConfigurationIssue(severity, path: path, problem: problem, fix: fix))
    }

    /// Where `key` stands, fit to be shown.
    func path(of key: String) -> String {
        let isPlain = key.utf8.count <= 128 && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        let shown = isPlain ? key : Scrubber().scrub(key, limit: 128).withVisibleSpaces
        return path.isEmpty ? shown : "\(path).\(shown)"
    }

    /// Whether `key` has a value; counts it as read.
    public mutating func has(_ key: String) -> Bool { value(key) != nil }

    mutating func value(_ key: String) -> JSONValue? {
        seen.insert(key)
        switch object[key] {
        case nil, .null, .string(""): return nil
        case let value?: return value
        }
    }

    /// A text without control characters.
    public mutating func string(_ key: String) -> String? {
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

    /// A text of many lines, with any characters.
    public mutating func prose(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        if value.text == nil { note(key, "is \(value.kind), not a string", fix: "Put it in double quotes.") }
        return value.text
    }

    /// A text that machines read, or people: a placeholder in it is an error.
    public mutating func filled(_ key: String, as use: Placeholder.Use = .address) -> String? {
        guard let text = string(key) else { return nil }
        guard let shape = Placeholder.shape(in: text, as: use) else { return text }
        note(key, "still has a placeholder (\(shape))", fix: "Put the real value in its place.")
        return nil
    }

    /// A text that must be there.
    public mutating func required(_ key: String, because reason: String = "is required") -> String? {
        require(key, because: reason) { $0.string(key) }
    }

    /// What `read` finds at `key`; that nothing is there is an issue.
    public mutating func require<Value>(
        _ key: String, because reason: String = "is required", _ read: (inout ObjectReader) -> Value?
    ) -> Value? {
        let known = issues.count
        let value = read(&self)
        if value == nil, issues.count == known { note(key, "is missing; it \(reason)", fix: "Add \"\(key)\".") }
        return value
    }

    /// A secret or a reference to one.
    ///
    /// - Parameter isAddress: whether it is a URL, whose placeholders `address` notes.
    public mutating func secret(_ key: String, isAddress: Bool = false) -> Secret? {
        guard let value = value(key) else { return nil }
        return secret(value, at: path(of: key), isAddress: isAddress)
    }

    mutating func secret(_ value: JSONValue, at path: String, isAddress: Bool = false) -> Secret? {
        do {
            let secret = try secretReader.read(value, at: path)
            secrets.append(secret)
            if !isAddress, let warning = secretReader.warning(about: secret, at: path) { issues.append(warning) }
            return secret
        } catch {
            issues.append(error)
            return nil
        }
    }

    /// A secret that must be there.
    public mutating func requiredSecret(_ key: String, because reason: String = "is required", isAddress: Bool = false) -> Secret? {
        require(key, because: reason) { $0.secret(key, isAddress: isAddress) }
    }

    /// A whole number.
    public mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            note(
                key, "is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                fix: "Write a number from \(range.lowerBound) to \(range.upperBound), without quotes.")
            return nil
        }
        return number
    }

    /// True or false.
    public mutating func boolean(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .boolean(let truth) = value else {
            note(key, "is \(value.kind), not true or false", fix: "Write true or false, without quotes.")
            return nil
        }
        return truth
    }

    /// A duration as `Duration(written:)` reads it.
    public mutating func duration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        let number: String? =
            switch value(key) {
            case .integer(let number): "\(number)"
            case .number(let number): "\(number)"
            default: nil
            }
        if let hint = number.map({ DurationText($0, in: range) }) {
            note(key, hint.problem, fix: hint.fix)
            return nil
        }
        guard let text = string(key) else { return nil }
        guard let duration = Duration(written: text), range.contains(duration) else {
            let hint = DurationText(text, in: range)
            note(key, hint.problem, fix: hint.fix)
            return nil
        }
        return duration
    }

    /// A size as `Int(writtenSize:)` reads it, or a number of bytes.
    public mutating func size(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        let size: Int? =
            switch value {
            case .integer(let bytes): bytes
            case .string(let text): Int(writtenSize: text)
            default: nil
            }
        guard let size, range.contains(size) else {
            note(
                key, "is not a size from \(range.lowerBound) to \(range.upperBound) bytes",
                fix: "Write it like 512KB or 1MB; 1KB is 1024 bytes.")
            return nil
        }
        return size
    }

    /// One of the names of `Value`.
    public mutating func choice<Value>(_ key: String) -> Value? where Value: RawRepresentable<String> & CaseIterable {
        guard let text = string(key) else { return nil }
        if let value = Value(rawValue: text) { return value }
        let names = Value.allCases.map(\.rawValue)
        note(
            key, "is not one of \(names.joined(separator: ", "))",
            fix: nearest(to: text, among: names).map { "Did you mean \"\($0)\"?" } ?? "Choose one of them.")
        return nil
    }

    /// Keeps a password that stood inside another value, so that it is scrubbed by itself too.
    public mutating func remember(_ secret: Secret?) {
        if let secret { secrets.append(secret) }
    }

    /// The members that nobody has read.
    public var unread: JSONObject {
        JSONObject(distinct: object.members.filter { !seen.contains($0.key) })
    }
}

extension String {
    /// The same with escapes in place of invisible characters and of spaces at its ends, which nobody would see.
    fileprivate var withVisibleSpaces: String {
        let (first, last) = (unicodeScalars.startIndex, unicodeScalars.indices.last)
        return unicodeScalars.indices.map { index in
            let scalar = unicodeScalars[index]
            let isInvisible =
                switch scalar.properties.generalCategory {
                case .format, .lineSeparator, .paragraphSeparator, .control, .unassigned, .privateUse: true
                case .spaceSeparator: scalar != " " || index == first || index == last
                default: false
                }
            return isInvisible ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
        }.joined()
    }
}

extension ObjectReader: CustomReflectable {
    /// Without the object and the environment, which may hold secrets.
    public var customMirror: Mirror { Mirror(self, children: ["path": path, "issues": issues], displayStyle: .struct) }
}
