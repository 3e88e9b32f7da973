/// Regular expressions that are about nothing but some values, such as `acme|globex\.eu`.
enum LiteralAlternatives {
    private static let special = Set(#"\.+*?()[]{}|^$"#.unicodeScalars)

    /// `value` as an expression that matches it alone.
    static func escaped(_ value: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if special.contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }

    /// The values that an expression matches; nil when it matches others too, or may.
    static func values(of expression: String) -> [String]? {
        var values = [""]
        var isEscaped = false
        // By scalars, as RE2 reads: a mark that combines with `|` is no part of it.
        for scalar in expression.unicodeScalars {
            switch (isEscaped, scalar) {
            case (true, _):
                guard special.contains(scalar) else { return nil }
                values[values.count - 1].unicodeScalars.append(scalar)
                isEscaped = false
            case (false, "\\"): isEscaped = true
            case (false, "|"): values.append("")
            case (false, _):
                guard !special.contains(scalar) else { return nil }
                values[values.count - 1].unicodeScalars.append(scalar)
            }
        }
        return isEscaped ? nil : values
    }
}
