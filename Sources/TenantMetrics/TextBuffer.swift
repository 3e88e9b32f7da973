/// Writes samples in the Prometheus text format 0.0.4.
struct TextBuffer {
    private(set) var bytes: [UInt8] = []

    /// The two lines that begin a family.
    mutating func header(_ metric: Metric) {
        append("# HELP \(metric.name) ")
        append(metric.help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))
        append("\n# TYPE \(metric.name) \(metric.kind.rawValue)\n")
    }

    /// One line: a name, label pairs that are already rendered, and a value.
    mutating func sample(_ name: String, _ labels: [UInt8] = [], _ more: [UInt8] = [], _ value: Double) {
        append(name)
        if !labels.isEmpty || !more.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: labels)
            if !labels.isEmpty, !more.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: more)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        if let whole = Int(exactly: value) { append(String(whole)) } else { append(Self.number(value)) }
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Hands out what was written and begins anew.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// A number as the format spells it.
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
