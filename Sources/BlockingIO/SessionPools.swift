public import Checking

/// Finds the pool of an identity, so that tenants who share one share its sessions, also across a reload.
public final class SessionPools<Identity: Hashable & Sendable, Session: KeptSession & ~Copyable>: Sendable {
    private let pools = SharedObjects<Identity, SessionPool<Session>>()
    private let budgets = SharedObjects<Backend, SessionBudget>()
    private let census = SessionCensus()
    private let hangUps: HangUpWatch?

    /// No pools yet; each kind of probe keeps one such set.
    ///
    /// - Parameter hangUps: watches idle sessions; nil leaves a hang-up to the next check.
    public init(hangUps: HangUpWatch?) {
        self.hangUps = hangUps
    }

    /// The pool of `identity`, made on first use.
    public func pool(of identity: Identity, at backend: Backend) -> SessionPool<Session> {
        pools.object(of: identity) {
            SessionPool(
                backend: backend, budget: budgets.object(of: backend) { SessionBudget() }, census: census, hangUps: hangUps)
        }
    }

    /// How many sessions are open, kept or in use.
    public var openCount: Int { budgets.all.reduce(0) { $0 + $1.openCount } }
}
