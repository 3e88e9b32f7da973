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
        // Years and weeks are left out: `365d` is clearer to most than `1y`.
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

    /// Judges a text that is no duration, or one outside of `range`; whatever is proposed lies in it.
    public init(_ text: String, in range: ClosedRange<Duration>) {
        let span = "\(range.lowerBound.written) to \(range.upperBound.written)"
        var problem = "is not a duration from \(span)"
        if let duration = Duration(written: text) {
            fix = Self.moved(duration, into: range)
        } else if let number = Double(text), number >= 0, text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) {
            problem = "is a number without a unit, not a duration from \(span)"
            fix = Self.proposal(for: number, in: range)
        } else if let meant = Self.meant(text) {
            fix = range.contains(meant) ? "Write \(meant.written)." : Self.moved(meant, into: range)
        } else {
            fix = Self.example(in: range)
        }
        self.problem = problem
    }

    private static func moved(_ duration: Duration, into range: ClosedRange<Duration>) -> String {
        duration < range.lowerBound
            ? "Raise it to \(range.lowerBound.written) or more." : "Lower it to \(range.upperBound.written) or less."
    }

    /// The units with which a bare number lies in the range, seconds first, for they are meant most often.
    private static func proposal(for number: Double, in range: ClosedRange<Duration>) -> String {
        let proposals = ["s", "ms", "m", "h", "d"].compactMap { unit -> (unit: String, text: String)? in
            guard number <= 1e9, let one = Duration(written: "1\(unit)") else { return nil }
            let text = number == number.rounded() ? "\(Int(number))\(unit)" : (one * number).written
            return Duration(written: text).map(range.contains) == true ? (unit, text) : nil
        }
        guard let first = proposals.first else { return example(in: range) }
        let others = proposals.dropFirst().map(\.text)
        if first.unit == "s" {
            return "Write \(first.text) if seconds are meant\(others.isEmpty ? "" : ", or \(others.joined(separator: ", "))")."
        }
        return others.isEmpty ? "Write \(first.text)." : "Write \(first.text) or \(others.joined(separator: " or ")), whichever is meant."
    }

    private static func example(in range: ClosedRange<Duration>) -> String {
        let texts = ["500ms", "15s", "5m", "1h30m", "7d"].filter { Duration(written: $0).map(range.contains) == true }
        let shown = texts.isEmpty ? [range.lowerBound.written] : texts
        let last = shown.count > 1 ? " or \(shown[shown.count - 1])" : ""
        return "Write it like \(shown.prefix(max(1, shown.count - 1)).joined(separator: ", "))\(last)."
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
    private static func meant(_ text: String) -> Duration? {
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
        // In whole milliseconds, as it will be written.
        return isEmpty ? nil : Duration(written: total.written)
    }
}
