internal import Checking

/// The labels of all reasons that were seen, rendered once; they are few and known to the probes.
struct ReasonLabels: Sendable {
    private var places: [ProbeFailure.Reason: Int] = [:]
    /// `reason="…"`, by place.
    private(set) var labels: [[UInt8]] = []

    /// Where the reason's labels are.
    mutating func place(of reason: ProbeFailure.Reason) -> Int {
        if let place = places[reason] { return place }
        places[reason] = labels.count
        labels.append(TextBuffer.labels([("reason", reason.rawValue)]))
        return labels.count - 1
    }
}
