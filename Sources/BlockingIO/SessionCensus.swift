internal import Platform

/// Counts the logins of one kind of dependency, which decides how long a session may live.
final class SessionCensus: Sendable {
    private let count = Guarded(0)

    /// Five minutes, or longer where that would mean more than one dial a second: one with SCRAM is 28 ms of processor time.
    var lifetime: Duration { max(.seconds(300), .seconds(count.withLock { $0 })) }

    func add() { count.withLock { $0 += 1 } }
    func remove() { count.withLock { $0 -= 1 } }
}
