internal import Platform

/// Counts the sessions to one backend over all logins, so that they stay below a limit.
///
/// Beyond the limit a session is closed after its check. Closing the least recently used one instead would, with more
/// logins than places and each of them used in turn, close every session just before it is needed.
final class SessionBudget: Sendable {
    private let limit: Int
    private let count = Guarded(0)

    /// - Parameter limit: how many sessions may be kept for their next check.
    init(limit: Int = 1000) {
        self.limit = limit
    }

    /// How many sessions are open, kept or in use.
    var openCount: Int { count.withLock { $0 } }
    /// True while more sessions are open than may be kept.
    var isExceeded: Bool { count.withLock { $0 } > limit }

    func add() { count.withLock { $0 += 1 } }
    func remove() { count.withLock { $0 -= 1 } }
}
