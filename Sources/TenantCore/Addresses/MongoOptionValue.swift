/// Which values an option of a MongoDB connection string takes.
enum MongoOptionValue: Sendable {
    case boolean
    /// Digits alone, after a minus sign where the range begins below zero.
    case integer(ClosedRange<Int>)
    case choice([String])
    /// One or more of these, separated by commas.
    case list([String])
    /// `name:value` pairs separated by commas; empty for any server.
    case tags
    /// A number of servers, or the name of a rule such as `majority`.
    case acknowledgement
    /// The name of a service in the DNS without its underscore, for which RFC 6335 and the specification have a length.
    case service
    case text
    /// A text of at most so many bytes.
    case brief(Int)

    /// Whether a value, decoded, is of this kind.
    func takes(_ text: String) -> Bool {
        switch self {
        case .boolean: text == "true" || text == "false"
        case .integer(let range): Self.number(text, isSigned: range.lowerBound < 0).map(range.contains) ?? false
        case .choice(let choices): choices.contains { $0.utf8.elementsEqual(text.utf8) }
        case .list(let choices): text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { choices.contains(String($0)) }
        case .tags: text.isEmpty || text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).allSatisfy(Self.isTag)
        case .acknowledgement: !text.isEmpty && (Int(text).map { $0 >= 0 } ?? true)
        case .service:
            (1...62).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
                && text.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
        case .text: !text.isEmpty
        case .brief(let limit): (1...limit).contains(text.utf8.count)
        }
    }

    private static func number(_ text: String, isSigned: Bool) -> Int? {
        let digits = isSigned && text.hasPrefix("-") ? text.dropFirst() : text[...]
        return digits.utf8.allSatisfy(\.isDigit) ? Int(text) : nil
    }

    private static func isTag(_ bytes: Substring.UTF8View) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return colon > bytes.startIndex
    }

    /// What is wrong with a value that is not taken: it goes on from "a value that is …".
    var wanted: String {
        switch self {
        case .boolean: "neither true nor false"
        case .integer(let range): "no whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let choices): "none of \(choices.joined(separator: ", "))"
        case .list(let choices): "no list of \(choices.joined(separator: ", "))"
        case .tags: "no list of name:value pairs"
        case .acknowledgement: "neither a name nor a number from 0"
        case .service: "not 1 to 62 letters, digits and inner hyphens"
        case .text: "empty"
        case .brief(let limit): "empty or longer than \(limit) bytes"
        }
    }

    /// What it takes, for people.
    var shape: String {
        switch self {
        case .boolean: "`true` or `false`"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .choice(let choices): Self.quoted(choices)
        case .list(let choices): "list of \(Self.quoted(choices))"
        case .tags: "list of `name:value`, or empty"
        case .acknowledgement: "name or number from 0"
        case .service: "1 to 62 letters, digits and inner hyphens"
        case .text: "text"
        case .brief(let limit): "text of at most \(limit) bytes"
        }
    }

    private static func quoted(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
}
