internal import TenantCore

/// Writes samples as the text formats spell them. Rows are made of bytes that were rendered once, because a page has
/// hundreds of thousands of them.
struct TextBuffer {
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
        begin(name, labels, more)
        append(value)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The same for a whole number.
    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ more: [UInt8] = [], count: Int) {
        begin(name, labels, more)
        append(count)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The same for a duration, in seconds.
    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ more: [UInt8] = [], seconds duration: Duration) {
        begin(name, labels, more)
        append(duration)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func begin(_ name: String, _ labels: [UInt8], _ more: [UInt8]) {
        append(name)
        if !labels.isEmpty || !more.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels)
            if !labels.isEmpty, !more.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: more)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
    }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(_ value: Double) {
        if let whole = Int(exactly: value) { append(whole) } else { append(Self.number(value)) }
    }

    private mutating func append(_ value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(value.magnitude, digits: 1)
    }

    /// With at least so many digits.
    private mutating func append(_ value: UInt, digits: Int) {
        if value >= 10 || digits > 1 { append(value / 10, digits: digits - 1) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// Exact to the nanosecond, without the detour over a floating-point number.
    private mutating func append(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var nanoseconds = attoseconds / 1_000_000_000
        guard seconds >= 0, nanoseconds >= 0 else { return append(duration.inSeconds) }
        append(Int(seconds))
        guard nanoseconds > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var digits = 9
        while nanoseconds % 10 == 0 {
            nanoseconds /= 10
            digits -= 1
        }
        append(UInt(nanoseconds), digits: digits)
    }

    /// Hands out what was written and begins anew.
    mutating func take() -> [UInt8] {
        defer {
            bytes = []
            bytes.reserveCapacity(Exposition.chunkSize + 4096)
        }
        return bytes
    }

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
}
