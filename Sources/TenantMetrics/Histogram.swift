internal import TenantCore

/// Counts durations in buckets whose upper bounds are fixed.
struct Histogram: Sendable {
    /// From well within a local answer to the longest usual deadline, in seconds.
    static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private var counts = [Int](repeating: 0, count: Histogram.bounds.count + 1)
    private var sum = 0.0

    /// How many durations were counted.
    var total: Int { counts.reduce(0, +) }

    mutating func add(_ duration: Duration) {
        let seconds = max(0, duration.inSeconds)
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += seconds
    }

    func write(_ metric: Metric, _ labels: [UInt8], to buffer: inout TextBuffer) {
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < Self.bounds.count ? TextBuffer.number(Self.bounds[index]) : "+Inf"
            buffer.sample("\(metric.name)_bucket", labels, TextBuffer.labels([("le", bound)]), Double(total))
        }
        buffer.sample("\(metric.name)_sum", labels, [], sum)
        buffer.sample("\(metric.name)_count", labels, [], Double(total))
    }
}
