/// What a text is that does not begin like JSON, and characters that only look like those of JSON.
extension JSONSyntaxHint {
    private static let quoted = "Remove the quotes around the value: `docker --env-file` takes them for a part of it."

    static func start(_ rest: ArraySlice<UInt8>) -> JSONSyntaxHint? {
        let text = String(decoding: rest.prefix(64), as: UTF8.self)
        switch text.utf8.first {
        case UInt8(ascii: "'"): return JSONSyntaxHint("starts with a single quote", fix: quoted)
        case UInt8(ascii: "`"): return JSONSyntaxHint("starts with a backquote", fix: "Remove the backquotes around the value.")
        case UInt8(ascii: "\\"):
            return JSONSyntaxHint("starts with a backslash", fix: "Remove the backslashes: the JSON was escaped once too often.")
        case UInt8(ascii: "$"), UInt8(ascii: "%"):
            return JSONSyntaxHint("starts with the name of a variable", fix: "Put the JSON there: nobody has replaced the variable.")
        case UInt8(ascii: "<"): return JSONSyntaxHint("starts with <, like HTML, XML or a placeholder", fix: "Put the JSON there.")
        case UInt8(ascii: "/") where !text.hasPrefix("//") && !text.hasPrefix("/*"), UInt8(ascii: "@"), UInt8(ascii: "."):
            return path
        case UInt8(ascii: "-") where text.hasPrefix("- ") || text.hasPrefix("---"): return yaml
        default: break
        }
        if text.hasPrefix("W3s") || text.hasPrefix("eyJ") || text.hasPrefix("WwogI") {
            return JSONSyntaxHint("looks like base64", fix: "Decode it first.")
        }
        let word = text.utf8.prefix { $0.isLetterOrDigit || "_-".utf8.contains($0) }
        let after = text.utf8.dropFirst(word.count).first
        if !word.isEmpty, after == UInt8(ascii: ":") { return yaml }
        if !word.isEmpty, after == UInt8(ascii: "=") {
            return JSONSyntaxHint("starts like an assignment, with a name and =", fix: "Leave the JSON alone there.")
        }
        return nil
    }

    private static var path: JSONSyntaxHint {
        JSONSyntaxHint(
            "looks like the path of a file", fix: "Set TENANTWATCH_TENANTS_FILE or TENANTWATCH_TENANTS_DIR to it instead of TENANT_CONFIGS."
        )
    }

    private static var yaml: JSONSyntaxHint {
        JSONSyntaxHint("looks like YAML", fix: "Write JSON, like [{\"tenant_id\": \"acme\", …}].")
    }

    /// A string at the top of a text whose content is meant.
    static func wrapped(_ text: String) -> JSONSyntaxHint? {
        guard let first = text.utf8.first(where: { !isSpace($0) }), "[{".utf8.contains(first) else { return nil }
        return JSONSyntaxHint("is a string that holds JSON", fix: "Write the array itself: it was encoded twice, or stands in quotes.")
    }

    /// A character that an editor or a chat has put in the place of a plain one.
    static func unicode(_ rest: ArraySlice<UInt8>) -> JSONSyntaxHint? {
        guard let first = rest.first, first >= 0x80, let scalar = String(decoding: rest.prefix(4), as: UTF8.self).unicodeScalars.first
        else {
            return nil
        }
        switch scalar {
        case _ where scalar.isTypographicQuote:
            return JSONSyntaxHint(
                "a typographic quote (\(scalar)) was found",
                fix: "Write straight double quotes: a word processor or a chat has replaced them.")
        case _ where scalar.isNoBreakSpace:
            return JSONSyntaxHint("a no-break space was found", fix: "Type a plain space in its place; it was copied from a page.")
        case _ where scalar.isUnusualSpace:
            return JSONSyntaxHint("an invisible or unusual space was found", fix: "Remove it, or type a plain space in its place.")
        case "\u{2010}"..."\u{2015}", "\u{2212}":
            return JSONSyntaxHint("a typographic dash was found", fix: "Type a plain hyphen-minus.")
        case "\u{FF0C}", "\u{FF1A}", "\u{FF3B}", "\u{FF3D}", "\u{FF5B}", "\u{FF5D}", "\u{3010}", "\u{3011}", "\u{060C}":
            return JSONSyntaxHint("a full-width or other sign of punctuation was found", fix: "Type the plain ASCII sign in its place.")
        case "\u{FFFD}": return JSONSyntaxHint("a byte that is not UTF-8 was found", fix: "Save the text as UTF-8.")
        default: return nil
        }
    }
}
