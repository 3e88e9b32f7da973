internal import Platform

/// Finds the pool of an identity, so that tenants who share one share its sessions, also across a reload.
public final class SessionPools<Identity: Hashable & Sendable, Session: ~Copyable & Sendable>: Sendable {
    /// Holds a pool only as long as some probe does.
    private struct Reference {
        weak var pool: SessionPool<Session>?
    }

    private let pools = Guarded<[Identity: Reference]>([:])

    /// No pools yet; each kind of probe keeps one such set.
    public init() {}

    /// The pool of `identity`, made on first use.
    ///
    /// - Parameter target: the endpoint, for messages.
    public func pool(of identity: Identity, target: String) -> SessionPool<Session> {
        pools.withLock { pools in
            if let pool = pools[identity]?.pool { return pool }
            if pools.count % 256 == 255 { pools = pools.filter { $0.value.pool != nil } }
            let pool = SessionPool<Session>(target: target)
            pools[identity] = Reference(pool: pool)
            return pool
        }
    }

    /// How many sessions all pools keep.
    public var idleCount: Int {
        pools.withLock { $0.values.compactMap(\.pool) }.reduce(0) { $0 + $1.idleCount }
    }
}
