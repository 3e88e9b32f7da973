/// How metrics are written: as the client's `Accept` asks.
public enum ExpositionFormat: Sendable, CaseIterable {
    /// The Prometheus text format 0.0.4, for everyone who does not ask for the other.
    case text
    /// OpenMetrics 1.0.
    case openMetrics

    /// The exact media type of what is written.
    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a client likes best; the text format when it says nothing, or nothing that we know.
    ///
    /// Source: RFC 9110, section 12.5.1: the most specific range that matches a format gives its weight. A wildcard leads to
    /// OpenMetrics only when text is refused: browsers and curl send it.
    ///
    /// - Parameter accept: the value of the `Accept` header, of several joined by commas.
    public static func negotiated(accept: String?) -> ExpositionFormat {
        let ranges = WeightedValue.list(accept ?? "")
        let text = weight(of: ["text/plain;version=0.0.4", "text/plain", "text/*", "*/*"], in: ranges)
        if let openMetrics = weight(of: ["application/openmetrics-text;version=1.0.0", "application/openmetrics-text"], in: ranges) {
            return openMetrics > 0 && openMetrics >= text ?? 0 ? .openMetrics : .text
        }
        let other = weight(of: ["application/*", "*/*"], in: ranges) ?? 0
        return text == 0 && other > 0 ? .openMetrics : .text
    }

    /// The weight of the first of `names`, the most specific first, that is among `ranges`; nil when none is.
    private static func weight(of names: [String], in ranges: [WeightedValue]) -> Double? {
        for name in names {
            let weights = ranges.filter { $0.range == name }.map(\.weight)
            if let weight = weights.max() { return weight }
        }
        return nil
    }

    /// Whether a client takes gzip, and no worse than bare bytes.
    ///
    /// Source: RFC 9110, section 12.5.3.
    ///
    /// - Parameter acceptEncoding: the value of the `Accept-Encoding` header, of several joined by commas.
    public static func allowsGzip(acceptEncoding: String?) -> Bool {
        let codings = WeightedValue.list(acceptEncoding ?? "")
        func weight(_ names: Set<String>) -> Double? { codings.first { names.contains($0.value) }?.weight }
        let gzip = weight(["gzip", "x-gzip"]) ?? weight(["*"]) ?? 0
        return gzip > 0 && gzip >= weight(["identity"]) ?? 0
    }
}

/// One element of a header that lists what a client likes, such as `text/plain;version=0.0.4;q=0.5`.
struct WeightedValue {
    /// In lower case.
    var value: String
    /// By lower-case name, without `q`.
    var parameters: [String: String] = [:]
    /// From 0, which refuses, to 1.
    var weight = 1.0

    /// As a range of media types: with its version, while other parameters do not matter.
    var range: String { value + (parameters["version"].map { ";version=\($0)" } ?? "") }

    /// The elements of a header in their order; one with a malformed weight counts as refused.
    static func list(_ header: String) -> [WeightedValue] {
        header.split(separator: ",").map { element in
            let parts = element.split(separator: ";").map { $0.trimmed }
            var value = WeightedValue(value: parts.first?.lowercased() ?? "")
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
                guard pair.count == 2 else { continue }
                let text = pair[1].hasPrefix("\"") ? String(pair[1].dropFirst().dropLast()) : pair[1]
                if pair[0].lowercased() == "q" {
                    value.weight = Double(text).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
                } else {
                    value.parameters[pair[0].lowercased()] = text
                }
            }
            return value
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
