internal import FoundationEssentials

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

    /// Compares for equality.
    public init(_ name: String, equals value: String) {
        self.name = name
        comparison = .equals
        self.value = value
    }

    /// Reads one matcher; quotes around the value may be left out.
    public init(parsing text: String) throws(Problem) {
        guard text.utf8.count <= Self.limit else { throw Problem(text: "is longer than \(Self.limit) bytes") }
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
        if comparison == .matches || comparison == .differsFromAll, (try? Regex(value)) == nil {
            throw Problem(text: "holds no regular expression")
        }
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
        case .matches: isWhole(found)
        case .differsFromAll: !isWhole(found)
        }
    }

    private func isWhole(_ found: String) -> Bool {
        // Checked when the matcher was read; one that cannot be used matches nothing.
        guard let expression = try? Regex(value) else { return false }
        return found.wholeMatch(of: expression) != nil
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            self = try Matcher(parsing: text)
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
