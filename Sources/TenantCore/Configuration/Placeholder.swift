/// A place in a template that nobody has filled in, like `{tenant-id}`, `<db_password>` or `${VAR}`.
public struct Placeholder {
    /// What a text is, which says how much of it may look like a placeholder by chance.
    public enum Use: Sendable {
        /// A URL, a host or a name that machines read.
        case address
        /// A text for people.
        case prose
        /// A password or key, which may be any text.
        case secret
    }

    /// Brackets with a name between them.
    private struct Shape {
        var open: String
        var close: String
        /// Where it need not be the whole text.
        var anywhere: Set<Use>
        /// Whether anything may stand between the brackets, and not a name alone.
        var takesExpressions = false
    }

    private static let shapes = [
        Shape(open: "{{", close: "}}", anywhere: [.address, .prose, .secret], takesExpressions: true),
        Shape(open: "${", close: "}", anywhere: [.address, .prose, .secret], takesExpressions: true),
        Shape(open: "$(", close: ")", anywhere: [.address, .prose, .secret], takesExpressions: true),
        Shape(open: "#{", close: "}", anywhere: [.address]), Shape(open: "%(", close: ")s", anywhere: [.address]),
        Shape(open: "[[", close: "]]", anywhere: [.address]), Shape(open: "{", close: "}", anywhere: [.address]),
        Shape(open: "<", close: ">", anywhere: [.address]), Shape(open: "%", close: "%", anywhere: []),
        Shape(open: "@@", close: "@@", anywhere: []), Shape(open: "@", close: "@", anywhere: []),
        Shape(open: "__", close: "__", anywhere: []), Shape(open: "*", close: "*", anywhere: []),
    ]

    /// The shape of the first placeholder in `text`, for example `{…}`; nil when there is none.
    public static func shape(in text: some StringProtocol, as use: Use) -> String? {
        for shape in shapes where holds(text, shape, use) { return "\(shape.open)…\(shape.close)" }
        guard use == .address else { return text.hasPrefix("$") && isCapital(text.dropFirst()) ? "$NAME" : nil }
        return AddressParts(String(text)).placeholder
    }

    /// The shape of a text that is a placeholder as a whole.
    static func whole(_ text: some StringProtocol) -> String? {
        let shape = shapes.first { isWhole(text, $0) }
        return shape.map { "\($0.open)…\($0.close)" }
    }

    private static func holds(_ text: some StringProtocol, _ shape: Shape, _ use: Use) -> Bool {
        guard shape.anywhere.contains(use) else {
            return isWhole(text, shape)
        }
        var rest = text[text.startIndex...]
        while let open = rest.firstRange(of: shape.open) {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: shape.close) else { return false }
            let inner = rest[..<close.lowerBound]
            if shape.takesExpressions ? !inner.isEmpty && inner.utf8.count <= 200 : isName(inner) { return true }
        }
        return false
    }

    private static func isWhole(_ text: some StringProtocol, _ shape: Shape) -> Bool {
        guard text.hasPrefix(shape.open), text.hasSuffix(shape.close) else { return false }
        let inner = text.dropFirst(shape.open.count).dropLast(shape.close.count)
        // Percent signs, at signs and underscores surround the names of variables, which are capitals by custom.
        return ["{", "<", "#{", "[[", "%("].contains(shape.open) ? isName(inner) : isCapital(inner)
    }

    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
        return (first.isLetterOrDigit && !first.isDigit || first == UInt8(ascii: "_"))
            && text.utf8.allSatisfy { $0.isLetterOrDigit || "_-. ".utf8.contains($0) }
    }

    static func isCapital(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, text.utf8.count >= 2, text.utf8.count <= 64, !first.isDigit else { return false }
        return text.utf8.allSatisfy { $0.isDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// Whether a secret is a word that stands for one in documentation, such as `changeme` or `your-client-secret`.
    public static func isStandIn(_ text: some StringProtocol) -> Bool {
        let word = text.lowercasedASCII
        let isOneSign =
            word.utf8.count >= 3 && Set(word.utf8).count == 1 && (word.hasPrefix("x") || word.hasPrefix("*") || word.hasPrefix("."))
        let known = [
            "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "todo", "tbd", "redacted", "<redacted>",
        ]
        return isOneSign || known.contains(word) || ["your-", "your_", "your "].contains { word.hasPrefix($0) }
    }
}

/// Where a placeholder stands in an address.
enum AddressPlaceholder: Equatable {
    /// In the password, which may look like one by chance.
    case password(String)
    /// Anywhere else.
    case address(String)

    /// The first placeholder of an address in which a login may stand before the `@`.
    init?(_ text: String) {
        let body = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let at = body.lastIndex(of: "@")
        let login = at.map { body[..<$0] } ?? ""
        let rest = at.map { body[body.index(after: $0)...] } ?? body
        let parts = login.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        // A whole text such as ${MONGO_URI:-mongodb://user:password@host} has all that an address has of its own.
        let isWhole = ["${", "$(", "{{"].contains { text.hasPrefix($0) } && (text.hasSuffix("}") || text.hasSuffix(")"))
        let whole = isWhole ? Placeholder.shape(in: text, as: .address) : nil
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound] } ?? ""
        if let shape = whole ?? Placeholder.shape(in: scheme, as: .address) ?? Placeholder.shape(in: rest, as: .address)
            ?? AddressParts.segment(in: rest) ?? AddressParts.unclosed(in: rest)
            ?? parts.first.flatMap({ Placeholder.shape(in: $0, as: .address) })
        {
            self = .address(shape)
        } else if parts.count > 1, let shape = Placeholder.shape(in: parts[1], as: .secret) {
            self = .password(shape)
        } else {
            return nil
        }
    }
}
