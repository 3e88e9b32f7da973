internal import FoundationEssentials
internal import TenantCore

/// When a notification is tried again that its receiver refuses while it takes others: Standard Webhooks' schedule.
enum RetrySchedule {
    private static let pauses: [Duration] =
        [.seconds(5), .seconds(300), .seconds(1800)] + [2, 5, 10, 14, 20, 24].map { .seconds($0 * 3600) }

    /// How long after its commit a notification is given up, however often it was tried.
    static let lifetime = Duration.seconds(75 * 3600)

    /// How long to wait after so many refusals.
    ///
    /// - Parameter chance: from 0 to 1, spreads what failed together by a tenth in each direction.
    static func pause(afterRefusals count: Int, chance: Double) -> Duration {
        pauses[min(max(count, 1), pauses.count) - 1] * (0.9 + 0.2 * chance)
    }

    /// The longest that anybody waits after so many refusals, a `Retry-After` included.
    static func longestPause(afterRefusals count: Int) -> Duration {
        count == 0 ? .zero : max(pause(afterRefusals: count, chance: 1), ReceiverSchedule.longestPause)
    }
}
