internal import Checking
internal import TenantCore

/// Counts of the alert room since the start.
struct AlertTally: Sendable {
    /// By rule and by what became of the alert: `fired` or `resolved`.
    var transitions: [String: [String: Int]] = [:]

    mutating func count(_ commit: Commit) {
        for row in commit.journal {
            let kind: String
            switch row.event {
            case .alertFired: kind = "fired"
            case .alertResolved: kind = "resolved"
            default: continue
            }
            transitions[row.details["alertname"]?.text ?? "", default: [:]][kind, default: 0] += 1
        }
    }
}
