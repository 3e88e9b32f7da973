internal import FoundationEssentials
internal import TenantCore

/// When a receiver that fails as a whole is tried again: soon at first, for it may be back at any moment.
///
/// After 1, 2, 5, 10 and 20 seconds, then every 30 seconds until it has failed for ten minutes, then after twice as long
/// each time, up to an hour. What the receiver itself asks for comes first. Pure: time is what it is told.
struct ReceiverSchedule: Sendable, Equatable {
    private static let firstPauses: [Duration] = [1, 2, 5, 10, 20].map { .seconds($0) }
    private static let steadyPause = Duration.seconds(30)
    private static let steadyTime = Duration.seconds(600)
    /// Nobody is asked in vain more often than this, whatever it says.
    private static let shortestPause = Duration.seconds(1)
    /// The longest that is waited, and the longest `Retry-After` that counts.
    static let longestPause = Duration.seconds(3600)

    /// Which notifications have failed since the receiver last answered.
    private enum Failed: Equatable {
        case none
        case one(Int)
        case several
    }

    /// Nothing is sent before it; nil while the receiver answers.
    private(set) var nextAt: Date?
    private var failures = 0
    private var failingSince: Date?
    private var failedAt: Date?
    private var pause = Duration.zero
    private var isAskedFor = false
    private var failed = Failed.none

    /// Whether the last attempt failed as any other would have.
    var isFailing: Bool { failures > 0 }

    /// Plans the next attempt after one that failed.
    ///
    /// - Parameters:
    ///   - retryAfter: what the receiver asked for.
    ///   - chance: from 0 to 1, shortens a pause by a tenth at most, so that not all receivers are tried in one moment.
    ///   - item: the notification that was tried.
    mutating func fail(at now: Date, retryAfter: Duration?, chance: Double, item: Int? = nil) {
        let since = min(failingSince ?? now, now)
        if failures < Self.firstPauses.count {
            pause = Self.firstPauses[failures]
        } else if now.timeIntervalSince(since) < Self.steadyTime.inSeconds {
            pause = Self.steadyPause
        } else {
            pause = min(max(pause, Self.steadyPause) * 2, Self.longestPause)
        }
        failures += 1
        (failingSince, failedAt, isAskedFor) = (since, now, retryAfter != nil)
        let wish = retryAfter.map { min(max($0, Self.shortestPause), Self.longestPause) }
        nextAt = now + (wish ?? pause * (1 - 0.1 * chance)).inSeconds
        switch (failed, item) {
        case (.none, let item?): failed = .one(item)
        case (.one(let known), let item?) where known == item: break
        default: failed = .several
        }
    }

    /// A notification joins. Where one alone has failed so far, it may be that one's own fault, and a second is tried soon.
    mutating func join(_ item: Int) {
        guard case .one(let known) = failed, known != item, !isAskedFor, let failedAt, let next = nextAt else { return }
        nextAt = min(next, failedAt + Self.steadyPause.inSeconds)
    }

    /// The receiver has answered.
    mutating func succeed() { self = ReceiverSchedule() }

    /// Leaves the receiver alone as it had asked for before a restart.
    mutating func wait(until end: Date) {
        nextAt = max(nextAt ?? end, end)
        isAskedFor = true
    }

    /// The wall clock was set: what is planned in it moves along.
    mutating func shift(by jump: TimeInterval, to now: Date) {
        failingSince = failingSince.map { $0 + jump }
        failedAt = failedAt.map { $0 + jump }
        // What was planned after the jump and before it was noticed must not move twice.
        nextAt = nextAt.map { min($0 + jump, now + Self.longestPause.inSeconds) }
    }
}
