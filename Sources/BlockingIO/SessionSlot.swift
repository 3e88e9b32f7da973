internal import Checking
internal import Platform

/// A place for one session from its dial to its end: counts it, carries it through arrays, which refuse what cannot
/// be copied, and has its sockets watched while it idles.
final class SessionSlot<Session: KeptSession & ~Copyable>: HangUpListener {
    private struct Content: ~Copyable {
        var session: Session?
        var keptAt: ContinuousClock.Instant?
        /// `dials` of the session when its sockets were last registered.
        var dials = 0
        var tokens: [UInt64] = []
        var hasHungUp = false
    }

    /// When names, certificates and passwords are to be proven again.
    let retiresAt: ContinuousClock.Instant

    private weak let pool: SessionPool<Session>?
    private let budget: SessionBudget
    private let hangUps: HangUpWatch?
    private let content = Guarded(Content())

    init(pool: SessionPool<Session>, lifetime: Duration, budget: SessionBudget, hangUps: HangUpWatch?) {
        self.pool = pool
        self.budget = budget
        self.hangUps = hangUps
        // Spread, so that those who dialled together do not dial together again.
        retiresAt = .now + lifetime * Double.random(in: 1...1.2)
        budget.add()
    }

    deinit {
        budget.remove()
        content.withLock { content in
            if !content.tokens.isEmpty { hangUps?.forget(content.tokens) }
        }
    }

    var hasHungUp: Bool { content.withLock { $0.hasHungUp } }

    /// How long the session has not been used; zero before it was first put here.
    func idleTime(at now: ContinuousClock.Instant) -> Duration {
        content.withLock { content in content.keptAt.map { now - $0 } ?? .zero }
    }

    func take() -> Session? { content.withLock { $0.session.take() } }

    /// Keeps the session; false, with the session closed, when its connection was already closed by the other side.
    func put(_ session: consuming Session, at now: ContinuousClock.Instant) -> Bool {
        watch(session.sockets, dials: session.dials)
        // Through an optional, because a closure cannot consume what it captures.
        var kept: Session? = session
        return content.withLock { content in
            guard !content.hasHungUp else { return false }
            content.session = kept.take()
            content.keptAt = now
            return true
        }
    }

    private func watch(_ sockets: @autoclosure () -> [Int32], dials: Int) {
        guard let hangUps, content.withLock({ $0.dials }) != dials else { return }
        // Another dial closed the sockets of the one before.
        let old = content.withLock { content in
            content.dials = dials
            content.hasHungUp = false
            return content.tokens
        }
        hangUps.forget(old)
        let tokens = hangUps.add(sockets(), for: self)
        content.withLock { $0.tokens = tokens }
    }

    func hangUp() -> Backend? {
        content.withLock { $0.hasHungUp = true }
        return pool?.drop(self)
    }
}
