internal import Yams

/// Where a key stands that a mapping has twice.
struct YAMLKeyPlace {
    /// Counted from 1.
    var line: Int
    /// Counted in characters from 1.
    var column: Int

    /// The second place of `key`, whose first is `start`; nil where it is not found, written in another way.
    init?(ofRepeated key: String, in text: String, from start: Mark) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { Array($0.unicodeScalars) }
        guard lines.indices.contains(start.line - 1) else { return nil }
        let before = lines[start.line - 1].prefix(start.column - 1).last { $0 != " " }
        let isFlow = before == "{" || before == ","
        let places = [isFlow ? [] : Self.block(key, lines, start), Self.flow(key, lines, start)]
        guard let found = places.first(where: { $0.count > 1 }) else { return nil }
        self = found[1]
    }

    private init(_ line: Int, _ column: Int) { (self.line, self.column) = (line, column) }

    /// Keys of a block mapping stand one below another.
    private static func block(_ key: String, _ lines: [[Unicode.Scalar]], _ start: Mark) -> [YAMLKeyPlace] {
        (start.line - 1..<lines.count).compactMap { number in
            let line = lines[number]
            let indent = line.prefix { $0 == " " }.count
            // The first may stand behind the dash of a list.
            guard indent == start.column - 1 || number == start.line - 1 else { return nil }
            return isKey(key, line.dropFirst(start.column - 1)) ? YAMLKeyPlace(number + 1, start.column) : nil
        }
    }

    /// Keys of a flow mapping stand behind its bracket and its commas, outside of all that it holds.
    private static func flow(_ key: String, _ lines: [[Unicode.Scalar]], _ start: Mark) -> [YAMLKeyPlace] {
        var places: [YAMLKeyPlace] = []
        var depth = 1
        var quote: Unicode.Scalar?
        var mayBegin = true
        for number in start.line - 1..<lines.count {
            let line = lines[number]
            for column in line.indices.dropFirst(number == start.line - 1 ? start.column - 1 : 0) {
                let sign = line[column]
                if mayBegin, depth == 1, quote == nil, isKey(key, line[column...]) { places.append(YAMLKeyPlace(number + 1, column + 1)) }
                mayBegin = quote == nil && (sign == "{" || sign == "," || (mayBegin && sign == " "))
                switch sign {
                case _ where quote != nil: if sign == quote { quote = nil }
                case "\"", "'": quote = sign
                case "{", "[": depth += 1
                case "}", "]":
                    depth -= 1
                    if depth == 0 { return places }
                default: break
                }
            }
        }
        return places
    }

    /// Whether `key` stands there, with or without quotes, and a colon behind it.
    private static func isKey(_ key: String, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        for quote in ["", "\"", "'"] {
            let written = Array("\(quote)\(key)\(quote)".unicodeScalars)
            if text.starts(with: written), text.dropFirst(written.count).first(where: { $0 != " " }) == ":" { return true }
        }
        return false
    }
}
