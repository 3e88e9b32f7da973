/// What was found where a text is not JSON, and the likely cause; quotes nothing of the text, for it may hold secrets.
struct JSONSyntaxHint {
    /// What a parser was looking for.
    enum Expected {
        case value, key, colon, afterMember, afterElement, afterValue
    }

    var problem: String
    var fix: String

    init(_ problem: String, fix: String) {
        self.problem = problem
        self.fix = fix
    }

    /// What is wrong with the encoding of a whole text.
    static func encoding(of bytes: [UInt8]) -> JSONSyntaxHint? {
        let save = "Save the text as UTF-8 without a byte order mark."
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return JSONSyntaxHint("starts with a byte order mark", fix: save) }
        let zeros = bytes.prefix(4).count { $0 == 0 }
        let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || (zeros > 0 && zeros < bytes.prefix(4).count)
        if isWide { return JSONSyntaxHint("is UTF-16 or UTF-32, not UTF-8", fix: save) }
        if !bytes.isEmpty, bytes.allSatisfy({ $0 == 0 }) {
            return JSONSyntaxHint("holds nothing but NUL bytes", fix: "Write it again: it was not written to the disk before a crash.")
        }
        return nil
    }

    /// A raw control character in a string.
    static func control(_ byte: UInt8) -> JSONSyntaxHint {
        switch byte {
        case 0x0A, 0x0D:
            JSONSyntaxHint(
                "a line break must be escaped in a string, as any control character",
                fix: #"Add the double quote that is missing at the end of this line, or write \n for the line break."#)
        case 0x09: JSONSyntaxHint("a tab must be escaped in a string, as any control character", fix: #"Write \t, or a space."#)
        default: JSONSyntaxHint("a control character must be escaped in a string", fix: "Remove it.")
        }
    }

    /// A replacement character in a string.
    static var replacement: JSONSyntaxHint {
        JSONSyntaxHint(
            "a replacement character (U+FFFD) was found, which stands for bytes that are not UTF-8",
            fix: "Write the text in UTF-8, or \\ufffd if the character itself is meant.")
    }

    /// What stands at `position` instead of what is expected.
    static func found(in bytes: ArraySlice<UInt8>, at position: Int, expected: Expected, problem: String) -> JSONSyntaxHint {
        let rest = bytes[min(position, bytes.endIndex)...]
        let isStart = !bytes[..<position].contains { !isSpace($0) }
        guard let byte = rest.first else { return ending(problem, isEmpty: isStart) }
        if let hint = unicode(rest) ?? (isStart ? start(rest) : nil) { return hint }
        let previous = bytes[..<position].last { !isSpace($0) }
        switch byte {
        case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
            guard previous == UInt8(ascii: ","), expected == .value || expected == .key else { break }
            return JSONSyntaxHint("\(problem); a comma stands before \(shown(byte))", fix: "Remove the comma too many.")
        case UInt8(ascii: "'"):
            return JSONSyntaxHint("\(problem); a single quote was found", fix: "Write double quotes: JSON takes no single ones.")
        case UInt8(ascii: "#"): return comment(problem)
        case UInt8(ascii: "/") where rest.dropFirst().first == UInt8(ascii: "/") || rest.dropFirst().first == UInt8(ascii: "*"):
            return comment(problem)
        case UInt8(ascii: "\\"):
            return JSONSyntaxHint(
                "\(problem); a backslash was found", fix: "Remove the backslashes before quotes: the JSON was escaped once too often.")
        case UInt8(ascii: "="):
            return JSONSyntaxHint("\(problem); = was found", fix: "Write a colon between a key and its value.")
        case UInt8(ascii: "$"):
            return JSONSyntaxHint("\(problem); $ was found", fix: "Replace the variable by its value: nobody has expanded it.")
        case UInt8(ascii: "<"):
            return JSONSyntaxHint("\(problem); < was found", fix: "Replace the placeholder by a value in double quotes.")
        case _ where expected == .afterMember || expected == .afterElement: return missingComma(problem, byte)
        case _ where expected == .afterValue: return trailing(problem, byte)
        case _ where byte.isLetterOrDigit || byte == UInt8(ascii: "_"): return word(problem, rest, expected)
        default: break
        }
        return JSONSyntaxHint("\(problem); \(shown(byte)) was found", fix: "Correct the JSON there.")
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// A sign as it is, and of all else the kind alone.
    private static func shown(_ byte: UInt8) -> String {
        switch byte {
        case 0x21..<0x7F where !byte.isLetterOrDigit: String(UnicodeScalar(byte))
        case _ where byte.isDigit: "a digit"
        case _ where byte.isLetterOrDigit: "a letter"
        default: "a character that is not ASCII"
        }
    }

    private static func ending(_ problem: String, isEmpty: Bool) -> JSONSyntaxHint {
        guard !isEmpty else { return JSONSyntaxHint("is empty; \(problem)", fix: "Write the tenants there, as a JSON array.") }
        return JSONSyntaxHint(
            "\(problem); the text ends here", fix: "Write the rest: a bracket is missing, or the text was cut off while it was written.")
    }

    private static func comment(_ problem: String) -> JSONSyntaxHint {
        JSONSyntaxHint("\(problem); a comment was found", fix: "Remove it: JSON has no comments.")
    }

    private static func missingComma(_ problem: String, _ byte: UInt8) -> JSONSyntaxHint {
        let isValue = byte.isLetterOrDigit || "\"{[-".utf8.contains(byte)
        let fix =
            byte.isLetterOrDigit
            ? #"Add a comma, or write \" for a double quote inside a string."# : "Add a comma before it."
        return JSONSyntaxHint("\(problem); \(shown(byte)) was found", fix: isValue ? fix : "Correct the brackets and commas there.")
    }

    private static func trailing(_ problem: String, _ byte: UInt8) -> JSONSyntaxHint {
        let fix =
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ","): "Put all tenants into one array, separated by commas."
            case UInt8(ascii: "]"), UInt8(ascii: "}"): "Remove the bracket too many."
            default: "Remove what stands there: quotes around the whole value are part of it for `docker --env-file`."
            }
        return JSONSyntaxHint("\(problem); \(shown(byte)) was found", fix: fix)
    }

    private static func word(_ problem: String, _ rest: ArraySlice<UInt8>, _ expected: Expected) -> JSONSyntaxHint {
        let word = String(decoding: rest.prefix { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }, as: UTF8.self)
        let known = ["true": "true", "false": "false", "none": "null", "null": "null", "undefined": "null", "nil": "null"]
        if expected == .value, let meant = known[word.lowercasedASCII] {
            // None of these words can be a secret.
            return JSONSyntaxHint("\(problem); \(word) was found", fix: "Write \(meant).")
        }
        if expected == .value, ["nan", "infinity"].contains(word.lowercasedASCII) {
            return JSONSyntaxHint("\(problem); \(word) was found", fix: "Write a number: JSON has no such word.")
        }
        return JSONSyntaxHint(
            "\(problem); a word without quotes was found",
            fix: "Put it in double quotes; if it had them, a shell took them away: put single quotes around the whole JSON in the shell.")
    }
}
