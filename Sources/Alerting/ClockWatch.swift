internal import FoundationEssentials
internal import TenantCore

/// Notices when the wall clock is set, so that no hold, interval or retry becomes longer or shorter by it.
struct ClockWatch: Sendable {
    /// A smaller difference is how clocks run.
    private static let tolerance: TimeInterval = 5

    private var last: (wall: Date, instant: ContinuousClock.Instant)?

    /// How far the wall clock was set since the last look; nil when it was not.
    mutating func jump(at wall: Date, _ instant: ContinuousClock.Instant) -> TimeInterval? {
        defer { last = (wall, instant) }
        guard let last else { return nil }
        let jump = wall.timeIntervalSince(last.wall) - (instant - last.instant).inSeconds
        return abs(jump) > Self.tolerance ? jump : nil
    }
}
