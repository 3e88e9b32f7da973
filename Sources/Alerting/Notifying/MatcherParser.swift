/// Reads matchers as Alertmanager does: one or several with commas between them, within braces or not.
///
/// Values may be quoted, and must be where they hold a comma. Where Alertmanager takes a text literally that was surely
/// meant otherwise, such as single quotes or `==`, the text is refused.
struct MatcherParser {
    /// The longest that is accepted, in bytes; a longer one is surely something else.
    static let limit = 16 * 1024
    private static let openingQuotes: Set<Unicode.Scalar> = [
        "'", "`", "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{AB}",
    ]

    /// What stands between two commas; `start` is its place in the whole text, from 0.
    private struct Part {
        var scalars: ArraySlice<Unicode.Scalar>

        var isBlank: Bool { scalars.allSatisfy(\.properties.isWhitespace) }
    }

    /// Every matcher of a text; at least one.
    static func all(_ text: String, limit: Int = limit) throws(Matcher.Problem) -> [Matcher] {
        guard text.utf8.count <= limit else { throw Matcher.Problem(text: "is longer than \(limit) bytes") }
        var parts = parts(of: try unbraced(text))
        // A comma may follow the last one.
        if parts.count > 1, parts.last?.isBlank == true { parts.removeLast() }
        guard parts.contains(where: { !$0.isBlank }) else { throw Matcher.Problem(text: "is empty and names no label") }
        var matchers: [Matcher] = []
        for (index, part) in parts.enumerated() {
            do throws(Matcher.Problem) {
                matchers.append(try matcher(part))
            } catch {
                guard parts.count > 1 else { throw error }
                let isValue = index > 0 && !part.scalars.contains { $0 == "=" || $0 == "~" }
                let hint = isValue ? "; a value with a comma needs double quotes" : ""
                let number = "in what stands at character \(trimmed(part.scalars).startIndex + 1), after a comma, it "
                throw Matcher.Problem(text: index == 0 ? error.text : "is a list of matchers: \(number)\(error.text)\(hint)")
            }
        }
        return matchers
    }

    /// The one matcher of a text.
    static func one(_ text: String, limit: Int = limit) throws(Matcher.Problem) -> Matcher {
        let matchers = try all(text, limit: limit)
        guard matchers.count == 1, let matcher = matchers.first else { throw Matcher.Problem(text: "is more than one matcher") }
        return matcher
    }

    private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var rest = scalars
        while rest.first?.properties.isWhitespace == true { rest.removeFirst() }
        while rest.last?.properties.isWhitespace == true { rest.removeLast() }
        return rest
    }

    /// Without the braces around all of it.
    private static func unbraced(_ text: String) throws(Matcher.Problem) -> ArraySlice<Unicode.Scalar> {
        let all = trimmed(Array(text.unicodeScalars)[...])
        guard all.first == "{" else { return all }
        guard all.count > 1, all.last == "}" else { throw Matcher.Problem(text: "begins with a brace and lacks the one that ends it") }
        return all.dropFirst().dropLast()
    }

    /// Splits at the commas that stand outside of double quotes.
    private static func parts(of scalars: ArraySlice<Unicode.Scalar>) -> [Part] {
        var parts: [Part] = []
        var start = scalars.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in scalars.indices {
            let scalar = scalars[index]
            if scalar == ",", !isQuoted {
                parts.append(Part(scalars: scalars[start..<index]))
                start = index + 1
            }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return parts + [Part(scalars: scalars[start...])]
    }

    private static func matcher(_ part: Part) throws(Matcher.Problem) -> Matcher {
        var rest = trimmed(part.scalars)
        let name = try takeName(&rest)
        rest = trimmed(rest)
        // The longer operators first: `=` begins `=~`.
        let found = [Matcher.Operator.matches, .differsFromAll, .differs, .equals].first { rest.starts(with: $0.rawValue.unicodeScalars) }
        guard let comparison = found else {
            throw Matcher.Problem(text: "has none of the operators =, !=, =~ and !~ after its name")
        }
        let value = trimmed(rest.dropFirst(comparison.rawValue.unicodeScalars.count))
        return try Matcher(name, comparison, value.first == "\"" ? quoted(value) : unquoted(value, comparison))
    }

    private static func takeName(_ rest: inout ArraySlice<Unicode.Scalar>) throws(Matcher.Problem) -> String {
        var name = String.UnicodeScalarView()
        let isQuoted = rest.first == "\""
        if isQuoted {
            guard let end = rest.dropFirst().firstIndex(of: "\"") else {
                throw Matcher.Problem(text: "lacks the quote that ends the name of its label")
            }
            name.append(contentsOf: rest[(rest.startIndex + 1)..<end])
            rest = rest[(end + 1)...]
        } else {
            name.append(contentsOf: rest.prefix(while: isOfName))
            rest = rest.dropFirst(name.count)
        }
        guard let first = name.first, name.allSatisfy(isOfName), !("0"..."9").contains(first) else {
            throw Matcher.Problem(
                text: isQuoted
                    ? "names a label that no alert can have: names are of ASCII letters, digits and _"
                    : "does not begin with the name of a label")
        }
        return String(name)
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
    }

    private static func quoted(_ value: ArraySlice<Unicode.Scalar>) throws(Matcher.Problem) -> String {
        let (text, rest) = unescaped(value.dropFirst())
        guard let rest else { throw Matcher.Problem(text: "lacks the quote that ends its value") }
        guard rest.isEmpty else { throw Matcher.Problem(text: "goes on after the quote that ends its value") }
        return text
    }

    private static func unquoted(_ value: ArraySlice<Unicode.Scalar>, _ comparison: Matcher.Operator) throws(Matcher.Problem) -> String {
        guard let first = value.first else { return "" }
        if openingQuotes.contains(first) {
            throw Matcher.Problem(text: "has other quotes than double ones (\") around its value")
        }
        guard !["=", "~", "!"].contains(first) else {
            throw Matcher.Problem(
                text: "has an operator that is not one of =, !=, =~ and !~; put the value in double quotes if it begins so")
        }
        if value.contains("{") || value.contains("}"), comparison == .equals || comparison == .differs || !isBalanced(value) {
            throw Matcher.Problem(text: "has a brace in a value without double quotes")
        }
        guard !holdsMatcher(value) else {
            throw Matcher.Problem(
                text: "holds what looks like another matcher; write a comma between two, or double quotes around the value")
        }
        let (text, rest) = unescaped(value)
        guard rest == nil else { throw Matcher.Problem(text: "has a quote in the middle of its value") }
        return text
    }

    private static func isBalanced(_ value: ArraySlice<Unicode.Scalar>) -> Bool {
        var depth = 0
        for scalar in value where depth >= 0 { depth += scalar == "{" ? 1 : scalar == "}" ? -1 : 0 }
        return depth == 0
    }

    /// Whether a word and an operator follow what may stand between two matchers in other languages.
    private static func holdsMatcher(_ value: ArraySlice<Unicode.Scalar>) -> Bool {
        value.indices.contains { index in
            guard value[index].properties.isWhitespace || value[index] == ";" || value[index] == "&" else { return false }
            let rest = value[(index + 1)...]
            // Of white space only the end is looked at, so that each character is read once.
            guard rest.first?.properties.isWhitespace == false else { return false }
            let word = rest.prefix(while: isOfName)
            let next = trimmed(rest.dropFirst(word.count))
            return !word.isEmpty && (next.first == "=" || next.starts(with: ["!", "="]) || next.starts(with: ["!", "~"]))
        }
    }

    /// What stands before the first quote without a backslash, and what follows it; nil when there is no such quote.
    ///
    /// `\.` belongs to a regular expression and keeps its backslash: only those of quotes, backslashes and line ends go.
    private static func unescaped(_ scalars: ArraySlice<Unicode.Scalar>) -> (text: String, rest: ArraySlice<Unicode.Scalar>?) {
        var text = String.UnicodeScalarView()
        var isEscaped = false
        for index in scalars.indices {
            let scalar = scalars[index]
            switch (isEscaped, scalar) {
            case (false, "\""): return (String(text), scalars[(index + 1)...])
            case (false, "\\"):
                isEscaped = true
                continue
            case (true, "n"): text.append("\n")
            case (true, "\""), (true, "\\"), (false, _): text.append(scalar)
            case (true, _):
                text.append("\\")
                text.append(scalar)
            }
            isEscaped = false
        }
        if isEscaped { text.append("\\") }
        return (String(text), nil)
    }
}

extension Matcher {
    /// Reads one matcher; quotes around the value may be left out.
    public init(parsing text: String) throws(Problem) { self = try MatcherParser.one(text) }

    /// Reads one matcher or several, as Alertmanager does: `tenant="acme",severity=~"critical|warning"`.
    public static func all(parsing text: String) throws(Problem) -> [Matcher] { try MatcherParser.all(text) }
}
