internal import FoundationEssentials
internal import Platform

/// One condition on an alert, in Alertmanager's way of writing: `tenant="acme"`, `severity!="info"`, `tenant=~"acme-.*"`.
///
/// Asks labels, and `backend`, `reason` and `scope` (`backend` when everybody there fails alike, else `subject`). An
/// absent label has the empty value. Regular expressions must match the whole value.
public struct Matcher: Sendable, Hashable, Codable, CustomStringConvertible {
    /// How the value is compared.
    public enum Operator: String, Sendable, Hashable, CaseIterable {
        case equals = "="
        case differs = "!="
        case matches = "=~"
        case differsFromAll = "!~"
    }

    /// A text is not a matcher; says why, to go on after the text.
    public struct Problem: Error, Sendable {
        /// For example `has no operator`.
        public var text: String
    }

    /// The longest that is accepted; a longer one is surely something else.
    private static let limit = 1024

    /// The label's name.
    public let name: String
    /// How its value is compared.
    public let comparison: Operator
    /// What it is compared with.
    public let value: String
    /// Compiled once, for thousands of alerts are asked; behind a lock, for nobody promises that two threads may match with it.
    private let expression: Guarded<Regex<AnyRegexOutput>>?

    /// Compares for equality.
    public init(_ name: String, equals value: String) {
        self.name = name
        comparison = .equals
        self.value = value
        expression = nil
    }

    /// Holds for any of `values`.
    public init(_ name: String, among values: [String]) {
        let special = "\\.+*?()[]{}|^$"
        let escaped = values.map { $0.reduce(into: "") { $0 += special.contains($1) ? "\\\($1)" : "\($1)" } }
        self.name = name
        comparison = values.count > 1 ? .matches : .equals
        value = values.count > 1 ? escaped.joined(separator: "|") : values.first ?? ""
        expression = values.count > 1 ? Self.compiled(value) : nil
    }

    /// The values that it names, when it is about nothing but some values.
    public var alternatives: [String] {
        switch comparison {
        case .equals: return [value]
        case .differs, .differsFromAll: return []
        case .matches:
            let parts = value.split(separator: "|", omittingEmptySubsequences: false)
            let areWords = parts.allSatisfy { $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") } }
            return areWords ? parts.map(String.init) : []
        }
    }

    /// Reads one matcher; quotes around the value may be left out.
    public init(parsing text: String) throws(Problem) {
        guard text.utf8.count <= Self.limit else { throw Problem(text: "is longer than \(Self.limit) bytes") }
        try self.init(accepted: text)
    }

    /// Reads one of any length: what was accepted is longer once it is written with quotes.
    private init(accepted text: String) throws(Problem) {
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard let first = name.first, !first.isNumber else { throw Problem(text: "does not begin with the name of a label") }
        let rest = text.dropFirst(name.count).drop { $0 == " " }
        // The longer operators first: `=` begins `=~`.
        guard let comparison = [Operator.matches, .differsFromAll, .differs, .equals].first(where: { rest.hasPrefix($0.rawValue) }) else {
            throw Problem(text: "has none of the operators =, !=, =~ and !~ after its name")
        }
        self.name = String(name)
        self.comparison = comparison
        value = try Self.unquoted(rest.dropFirst(comparison.rawValue.count).drop { $0 == " " })
        guard comparison == .matches || comparison == .differsFromAll else {
            expression = nil
            return
        }
        expression = Self.compiled(value)
        guard expression != nil else { throw Problem(text: "holds no regular expression") }
    }

    private static func unquoted(_ text: Substring) throws(Problem) -> String {
        guard text.first == "\"" else {
            guard !text.contains("\"") else { throw Problem(text: "has a quote in the middle of its value") }
            return String(text)
        }
        guard text.count >= 2, text.last == "\"" else { throw Problem(text: "lacks the quote that ends its value") }
        var value = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if !isEscaped, character == "\"" { throw Problem(text: "goes on after the quote that ends its value") }
            if !isEscaped, character == "\\" {
                isEscaped = true
            } else {
                // `\.` belongs to a regular expression and keeps its backslash; only a quote and a backslash lose it.
                if isEscaped, character != "\"", character != "\\" { value.append("\\") }
                value.append(character)
                isEscaped = false
            }
        }
        guard !isEscaped else { throw Problem(text: "lacks the quote that ends its value") }
        return value
    }

    /// The matcher as it is written.
    public var description: String {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\(name)\(comparison.rawValue)\"\(escaped)\""
    }

    /// Whether the condition holds for `alert`.
    public func matches(_ alert: Alert) -> Bool { matches(alert.value(of: name) ?? "") }

    func matches(_ found: String) -> Bool {
        switch comparison {
        case .equals: found == value
        case .differs: found != value
        case .matches: isWhole(found) == true
        case .differsFromAll: isWhole(found) == false
        }
    }

    private func isWhole(_ found: String) -> Bool? { expression?.withLock { found.wholeMatch(of: $0) != nil } }

    private static func compiled(_ pattern: String) -> Guarded<Regex<AnyRegexOutput>>? {
        guard let regex = try? Regex(pattern) else { return nil }
        return Guarded(regex)
    }

    /// Whether both are written alike.
    public static func == (left: Matcher, right: Matcher) -> Bool {
        (left.name, left.comparison, left.value) == (right.name, right.comparison, right.value)
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(comparison)
        hasher.combine(value)
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            self = try Matcher(accepted: text)
        } catch let problem {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(text) \(problem.text)"))
        }
    }

    /// Writes the matcher as people do.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension [Matcher] {
    /// Whether all of them hold; none at all match everything.
    func allMatch(_ alert: Alert) -> Bool { allSatisfy { $0.matches(alert) } }
}
