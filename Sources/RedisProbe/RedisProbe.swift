public import BlockingIO
public import Checking
public import TenantCore
internal import Transport

/// What tells the sessions of one login from those of another; the database number is chosen per check.
struct RedisIdentity: Hashable, Sendable {
    var endpoint: HostPort
    var username: String?
    var login: Secret?
    var tls: TLSSettings?
}

/// Asks whether a tenant's Redis database can be selected and answers.
struct RedisLiveness: Probe {
    let identity: RedisIdentity
    let pool: SessionPool<RedisSession>
    let server: RedisServerView
    /// SELECT and PING, encoded once: they go out together with every check.
    let commands: [[UInt8]]

    init(identity: RedisIdentity, index: Int, pool: SessionPool<RedisSession>, server: RedisServerView) {
        self.identity = identity
        self.pool = pool
        self.server = server
        commands = [RedisCommand.encode(["SELECT", String(index)]), RedisCommand.encode(["PING"])]
    }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        try pool.use(before: deadline) { () throws(ProbeFailure) in
            try RedisSession.open(identity, before: deadline)
        } _: { session throws(ProbeFailure) in
            let start = ContinuousClock.now
            do throws(ProbeFailure) {
                try session.expect("PONG", to: commands, before: deadline)
            } catch {
                var failure = error
                failure.phases = session.phases
                throw failure
            }
            var phases = session.phases
            phases[.command] = .now - start
            try see(&session, before: deadline)
            return Reading(phases: phases, findings: server.findings(at: .now))
        }
    }

    /// Asks the server about itself, with each new session and each half minute.
    private func see(_ session: inout RedisSession, before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        guard session.maySeeServer, server.claim(at: .now) || !session.hasSeenServer else { return }
        if let findings = try session.seeServer(before: deadline) {
            server.note(findings, at: .now)
        } else {
            server.disclaim()
        }
    }
}

/// How a tenant's `redis_` settings become checks.
public struct RedisProbeKind: ProbeKind {
    /// What tells one server's view from another's: whoever trusts other authorities may see another server.
    private struct ServerKey: Hashable {
        var endpoint: HostPort
        var tls: TLSSettings?
    }

    private let pools: SessionPools<RedisIdentity, RedisSession>
    private let servers = SharedObjects<ServerKey, RedisServerView>()
    static let liveness = CheckName(rawValue: "redis_liveness")

    /// A kind without sessions; one serves all tenants, so that equal logins share theirs.
    ///
    /// - Parameter hangUps: watches sessions that wait for their next check; nil leaves a hang-up to that check.
    public init(hangUps: HangUpWatch? = nil) {
        pools = SessionPools(hangUps: hangUps)
    }

    /// `redis`.
    public let dependency = Dependency(rawValue: "redis")
    /// One check, `redis_liveness`, with the reasons of a connection and those of Redis.
    public var catalogue: [CheckName: [ProbeFailure.Reason]] { [Self.liveness: ProbeFailure.Reason.redis] }

    /// How many sessions all tenants together have open.
    public var openSessions: Int { pools.openCount }

    /// One check: every tenant has a Redis database.
    public func checks(for tenant: Tenant, cadence: Cadence) -> [Check] {
        let redis = tenant.redis
        let identity = RedisIdentity(
            endpoint: redis.endpoint, username: redis.username, login: redis.password, tls: redis.tls)
        let backend = Backend(rawValue: redis.endpoint.description)
        let probe = RedisLiveness(
            identity: identity, index: redis.index, pool: pools.pool(of: identity, at: backend),
            server: servers.object(of: ServerKey(endpoint: redis.endpoint, tls: redis.tls)) { RedisServerView() })
        let password = redis.password?.reveal { $0 } ?? ""
        return [
            Check(
                id: CheckID(subject: Subject(tenant: tenant.id, dependency: dependency), name: Self.liveness),
                backend: backend, interval: cadence.interval, timeout: cadence.timeout,
                trust: redis.tls?.description ?? "",
                settings: Secret("\(redis.username ?? "")\n\(password)\n\(redis.index)\n\(redis.tls?.description ?? "")"),
                probe: probe)
        ]
    }
}
