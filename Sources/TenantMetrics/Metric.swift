/// One family of metrics: the single source of its name, help, type, unit and labels.
public struct Metric: Sendable, Equatable {
    /// The Prometheus type of a family.
    public enum Kind: String, Sendable {
        case gauge, counter, summary, histogram
    }

    /// Unique in the catalogue; ends in the unit, and in `_total` for a counter.
    public let name: String
    /// The type that the exposition declares.
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
        case .gauge, .counter: [name]
        case .summary: ["\(name)_sum", "\(name)_count"]
        case .histogram: ["\(name)_bucket", "\(name)_sum", "\(name)_count"]
        }
    }
}
