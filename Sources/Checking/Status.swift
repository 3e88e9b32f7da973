/// How a subject or a tenant is.
public enum Status: String, Sendable, CaseIterable, Comparable {
    case healthy
    /// No observation yet, two skipped turns, or we doubt ourselves rather than the tenant.
    case unknown
    /// It answers, but something is noteworthy.
    case degraded
    /// The failure threshold is met.
    case down

    /// The worse status is the greater: healthy < unknown < degraded < down.
    public static func < (left: Status, right: Status) -> Bool { left.severity < right.severity }

    private var severity: Int {
        switch self {
        case .healthy: 0
        case .unknown: 1
        case .degraded: 2
        case .down: 3
        }
    }
}
