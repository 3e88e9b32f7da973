/// One family of metrics: the single source of its name, help, type, unit and labels.
public struct Metric: Sendable, Equatable {
    /// The type of a family.
    public enum Kind: String, Sendable {
        case gauge, counter, summary, histogram
        /// Always 1, for the sake of its labels; the text format 0.0.4 knows it as a gauge.
        case info
    }

    /// Unique in the catalogue; ends in the unit, in `_total` for a counter and in `_info` for an info.
    public let name: String
    /// The type of the family in OpenMetrics.
    public let kind: Kind
    /// The label names of each row; one in parentheses stands for names that the tenant chooses.
    public let labels: [String]
    /// One sentence; the unit is the name's suffix.
    public let help: String

    init(_ kind: Kind, _ name: String, _ labels: [String] = [], _ help: String) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
    }

    /// The series' names that the family exposes: a summary has two, a histogram three.
    public var seriesNames: [String] {
        switch kind {
        case .gauge, .counter, .info: [name]
        case .summary: ["\(name)_sum", "\(name)_count"]
        case .histogram: ["\(name)_bucket", "\(name)_sum", "\(name)_count"]
        }
    }

    /// `seconds` or `bytes`, where the name says so.
    var unit: String? {
        ["seconds", "bytes"].first { familyName.hasSuffix("_\($0)") }
    }

    /// The name that OpenMetrics gives the family: without what it adds to the name of each sample.
    var familyName: String {
        switch kind {
        case .counter: String(name.dropLast("_total".count))
        case .info: String(name.dropLast("_info".count))
        case .gauge, .summary, .histogram: name
        }
    }
}
