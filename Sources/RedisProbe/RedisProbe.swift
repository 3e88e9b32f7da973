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
    /// Whether the sessions stay in database 0, where every connection begins. They are never sent SELECT, which not every
    /// server has, and no session that was in another database is ever among them.
    var staysInFirstDatabase: Bool
}

/// Asks whether a tenant's Redis database can be selected and answers.
struct RedisLiveness: Probe {
    let identity: RedisIdentity
    let pool: SessionPool<RedisSession>
    let server: RedisServerView
    let index: Int
    /// SELECT, encoded once.
    let select: [UInt8]

    init(identity: RedisIdentity, index: Int, pool: SessionPool<RedisSession>, server: RedisServerView) {
        self.identity = identity
        self.pool = pool
        self.server = server
        self.index = index
        select = RedisCommand.encode(["SELECT", String(index)])
    }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        let mayPing = server.mayPing(at: .now)
        var endsAtSelection = false
        do throws(ProbeFailure) {
            return try ask(mayPing: mayPing, before: deadline, endsAtSelection: &endsAtSelection)
        } catch {
            // A server that dies hangs up too; one without SELECT does so at the same place again.
            if endsAtSelection { return try confirmSelection(mayPing: mayPing, before: deadline) }
            // Whether it was PING that ended the connection is seen by what another command does.
            guard mayPing, error.reason == .disconnected, ContinuousClock.now < deadline,
                let reading = try? ask(mayPing: false, before: deadline, endsAtSelection: &endsAtSelection)
            else { throw error }
            server.avoidPing(at: .now)
            return reading
        }
    }

    /// Asks once more after the connection ended at SELECT.
    private func confirmSelection(mayPing: Bool, before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        var endsAtSelection = false
        do throws(ProbeFailure) {
            return try ask(mayPing: mayPing, before: deadline, endsAtSelection: &endsAtSelection)
        } catch {
            guard endsAtSelection else { throw error }
            var failure = ProbeFailure.selectUnavailable(identity.endpoint.description)
            failure.phases = error.phases
            throw failure
        }
    }

    /// - Parameter endsAtSelection: set where a new connection answered and ended at SELECT.
    private func ask(
        mayPing: Bool, before deadline: ContinuousClock.Instant, endsAtSelection: inout Bool
    ) throws(ProbeFailure) -> Reading {
        try pool.use(before: deadline) { () throws(ProbeFailure) in
            try RedisSession.open(identity, before: deadline)
        } _: { session throws(ProbeFailure) in
            if !mayPing { session.mayPing = false }
            let start = ContinuousClock.now
            do throws(ProbeFailure) {
                try session.ask(index, select: select, before: deadline)
            } catch {
                var failure = error
                failure.phases = session.phases
                endsAtSelection = session.endsAtSelection
                throw failure
            }
            var phases = session.phases
            let end = ContinuousClock.now
            phases[.command] = end - start
            if session.mayPing { server.recordPing() }
            // What is no condition of health may take its part of the time that is left, and not all of it.
            try see(&session, before: end + (deadline - end) / 4)
            let known = server.findings(at: .now)
            let own = session.findings.filter { finding in !known.contains { $0.reason == finding.reason } }
            return Reading(phases: phases, findings: known + own)
        }
    }

    /// Asks the server about itself: each half minute, and with each new session until the server has answered.
    ///
    /// - Throws: only that it is a Sentinel, which answers PING and nothing that a tenant needs.
    private func see(_ session: inout RedisSession, before deadline: ContinuousClock.Instant) throws(ProbeFailure) {
        guard session.maySeeServer, server.claim(at: .now) || !(session.hasSeenServer || server.isKnown(at: .now)) else { return }
        let sections = server.sections(at: .now)
        guard !sections.isEmpty else { return }
        let answers = session.seeServer(sections, before: deadline)
        let target = identity.endpoint.description
        if answers.isSentinel {
            server.reset()
            throw .sentinel(target)
        }
        server.note(answers, at: target, now: .now)
        if !session.maySeeServer { server.disclaim() }
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

    /// One check, or none for a tenant whose Redis cannot be checked.
    public func checks(for tenant: Tenant, cadence: Cadence) -> [Check] {
        guard let redis = tenant.redis else { return [] }
        let identity = RedisIdentity(
            endpoint: redis.endpoint, username: redis.username, login: redis.password, tls: redis.tls,
            staysInFirstDatabase: redis.index == 0)
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
