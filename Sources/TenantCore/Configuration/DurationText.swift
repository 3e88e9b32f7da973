extension Duration {
    /// Units of Prometheus with their seconds, the longest first.
    private static let units: [(name: String, seconds: Int64)] = [
        ("y", 365 * 86_400), ("w", 7 * 86_400), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
    ]

    /// Reads a duration as Prometheus writes it: `500ms`, `15s`, `1h30m`, `7d`; nil for anything else.
    ///
    /// Each unit occurs once at most, the longer before the shorter.
    public init?(written text: String) {
        var rest = text[...]
        var total = Duration.zero
        var units = Self.units.map { ($0.name, Duration.seconds($0.seconds)) } + [("ms", Duration.milliseconds(1))]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let name = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard let count = Int64(digits), count <= 1_000_000_000, let unit = units.firstIndex(where: { $0.0 == name }) else {
                return nil
            }
            total += units[unit].1 * count
            units.removeSubrange(...unit)
            rest = rest.dropFirst(digits.count + name.count)
        }
        self = total
    }

    /// The duration as `init(written:)` reads it, in whole milliseconds.
    public var written: String {
        var rest = inMicroseconds / 1000
        if rest == 0 { return "0s" }
        var text = ""
        // Years and weeks are left out: `8760h` is clearer to most than `1y`, and so are days.
        for (name, seconds) in Self.units.dropFirst(2) {
            let count = rest / (seconds * 1000)
            if count > 0 { text += "\(count)\(name)" }
            rest %= seconds * 1000
        }
        return text + (rest > 0 ? "\(rest)ms" : "")
    }
}

/// What somebody may have meant who wrote a duration in another way.
public struct DurationText {
    /// What is wrong, in a phrase that goes on from the path.
    public let problem: String
    /// What to write.
    public let fix: String

    /// Judges a text that is no duration, or one outside of `range`.
    public init(_ text: String, in range: ClosedRange<Duration>) {
        let span = "\(range.lowerBound.written) to \(range.upperBound.written)"
        if let duration = Duration(written: text) {
            problem = "is not a duration from \(span)"
            fix =
                duration < range.lowerBound
                ? "Raise it to \(range.lowerBound.written) or more." : "Lower it to \(range.upperBound.written) or less."
        } else if let number = Int(text), number >= 0, text.utf8.allSatisfy(\.isDigit) {
            problem = "is a number without a unit, not a duration from \(span)"
            fix = "Write \(number)s if seconds are meant, or \(number)ms, \(number)m, \(number)h."
        } else {
            problem = "is not a duration from \(span)"
            fix = Self.meant(text).map { "Write \($0)." } ?? "Write it like 500ms, 15s, 5m, 1h30m or 7d."
        }
    }

    /// Words and spellings of units that are clear.
    private static let spellings: [String: String] = {
        let words: [(unit: String, words: [String])] = [
            ("ms", ["msec", "msecs", "milli", "millis", "millisecond", "milliseconds"]),
            ("s", ["s", "sec", "secs", "second", "seconds"]), ("m", ["m", "min", "mins", "minute", "minutes"]),
            ("h", ["h", "hr", "hrs", "hour", "hours"]), ("d", ["d", "day", "days"]), ("w", ["w", "week", "weeks"]),
        ]
        return Dictionary(uniqueKeysWithValues: words.flatMap { entry in entry.words.map { ($0, entry.unit) } } + [("ms", "ms")])
    }()

    /// The duration that `text` says in another spelling: `30 seconds`, `1.5h`, `PT30S`, `1h 30m`.
    private static func meant(_ text: String) -> String? {
        var rest = text.lowercasedASCII.filter { !$0.isWhitespace }[...]
        guard rest.utf8.count <= 32 else { return nil }
        if rest.hasPrefix("p") { rest = rest.dropFirst().filter { $0 != "t" }[...] }
        var total = Duration.zero
        var isEmpty = true
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            let word = rest.dropFirst(number.count).prefix { $0.isASCII && $0.isLetter }
            guard let unit = spellings[String(word)], let one = Duration(written: "1\(unit)") else { return nil }
            guard let count = Double(number), count >= 0, count <= 1e6 else { return nil }
            total += one * count
            isEmpty = false
            rest = rest.dropFirst(number.count + word.count)
        }
        return isEmpty ? nil : total.written
    }
}
