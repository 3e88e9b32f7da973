internal import TenantCore
internal import Yams

/// Why a text is not the YAML that is accepted; quotes none of its values, for they may be secrets.
struct YAMLProblem: Error {
    /// Counted from 1; nil when the whole text is meant.
    var line: Int?
    /// Counted in characters from 1.
    var column: Int?
    var text: String
    var fix: String

    /// `:line:column` as far as they are known.
    var place: String { (line.map { ":\($0)" } ?? "") + (column.map { ":\($0)" } ?? "") }
}

extension YAMLProblem {
    private static let example = "Write lines like `interval: 15s`, with spaces and not tabs in front."

    /// A problem where `node` begins.
    init(_ node: Node, _ text: String, fix: String) {
        self.init(line: node.mark?.line, column: node.mark?.column, text: text, fix: fix)
    }

    /// What is said of a key that occurs twice; a key that is no plain word is not shown.
    static func repeated(_ key: String) -> String {
        let isWord = key.utf8.count <= 64 && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        return isWord && !key.isEmpty ? "has the key \(key) twice in one mapping" : "has a key twice in one mapping"
    }

    /// A character in a plain text that only looks like a quote or a space, and would be taken as a part of it.
    init?(literal scalar: Node.Scalar) {
        guard scalar.style == .plain else { return nil }
        let scalars = scalar.string.unicodeScalars
        let fix = "Write straight quotes, or none."
        if let first = scalars.first, first.isTypographicQuote {
            self.init(.scalar(scalar), "begins with a typographic quote (\(first)), which YAML takes as a part of the value", fix: fix)
        } else if scalars.contains(where: { $0.isNoBreakSpace || $0.isUnusualSpace }) {
            self.init(
                .scalar(scalar), "has a no-break or invisible space, which YAML takes as a part of the value",
                fix: "Type a plain space in its place, or put the value in quotes if it is meant.")
        } else if let last = scalars.last, last.isTypographicQuote,
            !scalars.dropLast().contains(where: { $0.isTypographicQuote || $0 == " " })
        {
            // In a sentence the last word may be quoted.
            self.init(.scalar(scalar), "ends with a typographic quote (\(last)), which YAML takes as a part of the value", fix: fix)
        } else {
            return nil
        }
    }

    /// What the library says, without what it quotes, and the likely cause as its line shows it.
    init(_ error: any Error, in text: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
            self.init(line: mark.line, column: mark.column, text: "is not YAML: \(problem)", fix: Self.cause(of: problem, line: line))
        case .duplicatedKeysInMapping(let keys, let context):
            // The library names the place of the mapping alone.
            let key = keys.first ?? ""
            let place = YAMLKeyPlace(ofRepeated: key, in: text, from: context.mark)
            self.init(
                line: place?.line ?? context.mark.line, column: place?.column ?? context.mark.column, text: Self.repeated(key),
                fix: "Keep one of the two.")
        case .reader:
            self.init(text: "is not YAML: it has a control character or a byte that is not UTF-8", fix: "Remove it.")
        default: self.init(text: "is not YAML", fix: Self.example)
        }
    }

    private static func cause(of problem: String, line: Substring) -> String {
        if line.prefix(while: \.isWhitespace).contains("\t") { return "Write spaces in front of the line: YAML takes no tabs there." }
        if line.unicodeScalars.contains(where: { $0.isNoBreakSpace || $0.isUnusualSpace }) {
            return "Type a plain space in place of the no-break or invisible one."
        }
        if line.unicodeScalars.contains(where: \.isTypographicQuote) { return "Write straight quotes in place of the typographic ones." }
        if problem.contains("mapping values are not allowed") {
            return "Put the value in quotes: it has a colon with a space behind it, or the line is indented too far."
        }
        if problem.contains("cannot start any token") {
            return "Put the value in quotes: it begins with a sign that YAML keeps for itself."
        }
        if problem.contains("end of stream") || problem.contains("expected ','") || problem.contains("unexpected end") {
            return "Close the bracket or quote that is open there."
        }
        if problem.contains("expected <block end>") || problem.contains("block") { return "Indent the line like those above it." }
        return example
    }
}
