internal import Checking
internal import Platform

/// What is known of one server, shared by all tenants on it, so that it is asked once and not once for each.
final class RedisServerView: Sendable {
    private struct State {
        var findings: [Finding] = []
        var askedAt: ContinuousClock.Instant?
        var answeredAt: ContinuousClock.Instant?
        /// Sections that cost a session, and when they may be asked for again.
        var avoided: [RedisSection: ContinuousClock.Instant] = [:]
        /// How often in a row the connection ended at a question.
        var cutOffs = 0
        /// Whether the last answer had every section that was asked for.
        var isComplete = false
        /// How often in a row the connection ended at PING.
        var pingCutOffs = 0
        /// Until when PING is not sent, because it ended the connection.
        var pingAvoidedUntil: ContinuousClock.Instant?
    }

    /// How long an answer is good enough to spare the server another question.
    static let freshness = Duration.seconds(30)
    /// How long an answer counts when nobody may ask again.
    private static let lifetime = Duration.seconds(120)
    /// How long a section is left alone that cost a session: a new connection every half minute would be noticed, and a
    /// server that was replaced is to be asked again some time.
    static let avoidance = Duration.seconds(600)

    private let state = Guarded(State())

    /// Whether the caller is to ask the server now; true for one caller each half minute.
    func claim(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            if let asked = state.askedAt, now - asked < Self.freshness { return false }
            state.askedAt = now
            return true
        }
    }

    /// Whether a new session need not ask, for the server has answered everything lately.
    func isKnown(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in state.isComplete && state.answeredAt.map { now - $0 < Self.lifetime } == true }
    }

    /// Forgets what was answered: another server has taken the place of the one that did.
    func reset() {
        state.withLock { ($0.findings, $0.askedAt, $0.answeredAt, $0.isComplete) = ([], nil, nil, false) }
    }

    /// Leaves the question to another caller, whose user may ask it.
    func disclaim() { state.withLock { $0.askedAt = nil } }

    /// What the server may be asked for now.
    func sections(at now: ContinuousClock.Instant) -> [RedisSection] {
        state.withLock { state in
            RedisSection.allCases.filter { section in state.avoided[section].map { $0 <= now } ?? true }
        }
    }

    /// Takes what the server said of itself, or what it cost to ask.
    func note(_ answers: RedisServerAnswers, at target: String, now: ContinuousClock.Instant) {
        state.withLock { state in
            for section in answers.unreadable { state.avoided[section] = now + Self.avoidance }
            state.cutOffs = answers.wasCutOff ? state.cutOffs + 1 : 0
            if answers.wasCutOff {
                // Once may have been chance. A proxy that closes the connection for one command does so for each.
                let end = now + (state.cutOffs > 1 ? Self.avoidance : Self.freshness)
                for section in RedisSection.allCases { state.avoided[section] = end }
            }
            state.isComplete = answers.answered > 0 && answers.unreadable.isEmpty && !answers.wasCutOff
            guard answers.answered > 0 else { return }
            state.findings = RedisServerReport(answers.text).findings(at: target)
            (state.askedAt, state.answeredAt) = (now, now)
        }
    }

    /// Whether PING may be sent, which some proxies answer by closing the connection.
    func mayPing(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in state.pingAvoidedUntil.map { $0 <= now } ?? true }
    }

    /// Records that the connection ended at PING and another command was answered.
    func avoidPing(at now: ContinuousClock.Instant) {
        state.withLock { state in
            // Checks that ran at the same time have seen the same end.
            if let end = state.pingAvoidedUntil, now < end { return }
            state.pingCutOffs += 1
            state.pingAvoidedUntil = now + (state.pingCutOffs > 1 ? Self.avoidance : Self.freshness)
        }
    }

    /// Records that PING was answered.
    func recordPing() { state.withLock { $0.pingCutOffs = 0 } }

    /// What was found last, unless that is too long ago.
    func findings(at now: ContinuousClock.Instant) -> [Finding] {
        state.withLock { state in
            state.answeredAt.map { now - $0 < Self.lifetime } == true ? state.findings : []
        }
    }
}
