internal import FoundationEssentials
internal import RegularExpressions
internal import TenantCore

/// One condition on an alert, in Alertmanager's way of writing: `tenant="acme"`, `severity!="info"`, `tenant=~"acme-.*"`.
///
/// Asks labels, and `backend`, `reason` and `scope` (`backend` when everybody there fails alike, else `subject`). An
/// absent label has the empty value. Regular expressions are those of RE2 and must match the whole value.
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

    /// How values are compared with `value`.
    private enum Comparison: Sendable {
        /// Some values and no pattern: looked up, whatever their number.
        case set(Set<String>)
        case expression(RegularExpression)
    }

    /// The label's name.
    public let name: String
    /// How its value is compared.
    public let comparison: Operator
    /// What it is compared with.
    public let value: String
    /// Made once, for thousands of alerts are asked; shared by copies.
    private let pattern: Comparison

    /// Compares for equality.
    public init(_ name: String, equals value: String) {
        self.name = name
        comparison = .equals
        self.value = value
        pattern = .set([value])
    }

    /// Holds for any of `values`.
    public init(_ name: String, among values: [String]) {
        self.name = name
        comparison = values.count > 1 ? .matches : .equals
        value = values.count > 1 ? values.map(LiteralAlternatives.escaped).joined(separator: "|") : values.first ?? ""
        pattern = .set(Set(values.isEmpty ? [""] : values))
    }

    /// Checks what was read; a regular expression may be none.
    init(_ name: String, _ comparison: Operator, _ value: String) throws(Problem) {
        self.name = name
        self.comparison = comparison
        self.value = value
        switch comparison {
        case .equals, .differs: pattern = .set([value])
        case .matches, .differsFromAll:
            if let values = LiteralAlternatives.values(of: value) {
                pattern = .set(Set(values))
                return
            }
            do throws(RegularExpression.Problem) {
                pattern = .expression(try RegularExpression(value))
            } catch {
                let place = error.position.map { " at its character \($0)" } ?? ""
                throw Problem(text: "holds no regular expression:\(place) \(Scrubber().scrub(error.text, limit: 128))")
            }
        }
    }

    /// The values that it names, when it is about nothing but some values.
    public var alternatives: [String] {
        switch (comparison, pattern) {
        case (.equals, .set(let values)), (.matches, .set(let values)): values.sorted()
        default: []
        }
    }

    /// The matcher as it is written.
    public var description: String {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\(name)\(comparison.rawValue)\"\(escaped)\""
    }

    /// Whether the condition holds for `alert`.
    public func matches(_ alert: Alert) -> Bool { matches(alert.value(of: name) ?? "") }

    func matches(_ found: String) -> Bool {
        switch comparison {
        case .equals, .matches: holds(found)
        case .differs, .differsFromAll: !holds(found)
        }
    }

    private func holds(_ found: String) -> Bool {
        switch pattern {
        case .set(let values): values.contains(found)
        case .expression(let expression): expression.matchesWhole(found)
        }
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
            self = try MatcherParser.one(text, limit: .max)
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
