internal import Platform
internal import TenantCore

/// Writes samples as the text formats spell them. Rows are made of bytes that were rendered once, and each in one go,
/// because a page has hundreds of thousands of them.
struct TextBuffer {
    /// The digits of `Int.min` and its sign.
    private static let longestInteger = 20
    /// The point and nanoseconds.
    private static let longestFraction = 10

    private(set) var bytes: [UInt8] = []

    /// The lines that begin a family.
    mutating func header(_ metric: Metric, _ format: ExpositionFormat = .text) {
        var help = metric.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        switch format {
        case .text:
            append("# HELP \(metric.name) \(help)\n")
            append("# TYPE \(metric.name) \(metric.kind == .info ? "gauge" : metric.kind.rawValue)\n")
        case .openMetrics:
            help = help.replacing("\"", with: "\\\"")
            append("# TYPE \(metric.familyName) \(metric.kind.rawValue)\n")
            if let unit = metric.unit { append("# UNIT \(metric.familyName) \(unit)\n") }
            append("# HELP \(metric.familyName) \(help)\n")
        }
    }

    /// One line: a name, label pairs that are already rendered, and a value.
    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ more: [UInt8] = [], _ value: Double) {
        if let whole = Int(exactly: value) { return sample(name, labels, more, count: whole) }
        let number = Self.number(value)
        writeLine(name, labels, more, length: number.utf8.count) { $0.append(copying: number.utf8Span.span) }
    }

    /// The same for a whole number.
    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ more: [UInt8] = [], count: Int) {
        writeLine(name, labels, more, length: Self.longestInteger) { $0.append(decimal: count) }
    }

    /// The same for a duration, in seconds, exact to the nanosecond; a negative one as a floating-point number.
    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ more: [UInt8] = [], seconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return sample(name, labels, more, duration.inSeconds) }
        writeLine(name, labels, more, length: Self.longestInteger + Self.longestFraction) { line in
            line.append(decimal: Int(seconds))
            line.append(nanoseconds: UInt(attoseconds / 1_000_000_000))
        }
    }

    /// Hands out what was written and begins anew.
    mutating func take() -> [UInt8] {
        defer {
            bytes = []
            bytes.reserveCapacity(Exposition.chunkSize + Exposition.chunkMargin)
        }
        return bytes
    }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A number as the formats spell it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    /// Renders label pairs; values are escaped and never changed, so that no two can fold into one.
    static func labels(_ pairs: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, pair) in pairs.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: pair.name.utf8)
            bytes.append(contentsOf: "=\"".utf8)
            for byte in pair.value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
                case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
                case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        return bytes
    }

    /// - Parameter length: the most bytes that `value` writes.
    private mutating func writeLine(
        _ name: String, _ labels: [UInt8], _ more: [UInt8], length: Int, _ value: (inout OutputSpan<UInt8>) -> Void
    ) {
        let punctuation = 5
        bytes.append(addingCapacity: name.utf8.count + labels.count + more.count + length + punctuation) { line in
            line.append(copying: name.utf8Span.span)
            if !labels.isEmpty || !more.isEmpty {
                line.append(UInt8(ascii: "{"))
                line.append(copying: labels.span)
                if !labels.isEmpty, !more.isEmpty { line.append(UInt8(ascii: ",")) }
                line.append(copying: more.span)
                line.append(UInt8(ascii: "}"))
            }
            line.append(UInt8(ascii: " "))
            value(&line)
            line.append(UInt8(ascii: "\n"))
        }
    }
}

extension OutputSpan<UInt8> {
    fileprivate mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(value.magnitude, digits: 1)
    }

    /// The part after the point, without trailing zeros; nothing for none.
    fileprivate mutating func append(nanoseconds: UInt) {
        guard nanoseconds > 0 else { return }
        var (rest, digits) = (nanoseconds, 9)
        while rest % 10 == 0 {
            rest /= 10
            digits -= 1
        }
        append(UInt8(ascii: "."))
        append(rest, digits: digits)
    }

    /// With at least so many digits.
    private mutating func append(_ value: UInt, digits: Int) {
        if value >= 10 || digits > 1 { append(value / 10, digits: digits - 1) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
