internal import Checking
internal import Platform

/// What is known of one server, shared by all tenants on it, so that it is asked once and not once for each.
final class RedisServerView: Sendable {
    private struct State {
        var findings: [Finding] = []
        var askedAt: ContinuousClock.Instant?
        var answeredAt: ContinuousClock.Instant?
    }

    /// How long an answer is good enough to spare the server another question.
    static let freshness = Duration.seconds(30)
    /// How long an answer counts when nobody may ask again.
    private static let lifetime = Duration.seconds(120)

    private let state = Guarded(State())

    /// Whether the caller is to ask the server now; true for one caller each half minute.
    func claim(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            if let asked = state.askedAt, now - asked < Self.freshness { return false }
            state.askedAt = now
            return true
        }
    }

    /// Leaves the question to another caller, whose user may ask it.
    func disclaim() { state.withLock { $0.askedAt = nil } }

    func note(_ findings: [Finding], at now: ContinuousClock.Instant) {
        state.withLock { $0 = State(findings: findings, askedAt: now, answeredAt: now) }
    }

    /// What was found last, unless that is too long ago.
    func findings(at now: ContinuousClock.Instant) -> [Finding] {
        state.withLock { state in
            state.answeredAt.map { now - $0 < Self.lifetime } == true ? state.findings : []
        }
    }
}
