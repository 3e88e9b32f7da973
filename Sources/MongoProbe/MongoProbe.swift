public import BlockingIO
public import Checking
public import TenantCore
internal import Transport

/// Asks whether a tenant's MongoDB database answers and lets its user in.
struct MongoLiveness: Probe {
    private static let hello = MongoCommand(#"{"hello": 1}"#)
    private static let ping = MongoCommand(#"{"ping": 1}"#)
    // Ping is answered without a login. This proves the rights, and its filter keeps the answer empty;
    // `authorizedCollections` would hide missing rights.
    private static let listCollections = MongoCommand(#"{"listCollections": 1, "nameOnly": true, "filter": {"name": ""}}"#)

    let identity: MongoIdentity
    let database: String
    let pool: SessionPool<MongoSession>
    let errors: MongoErrors

    init(identity: MongoIdentity, database: String, pool: SessionPool<MongoSession>) {
        self.identity = identity
        self.database = database
        self.pool = pool
        let address = identity.address
        errors = MongoErrors(
            target: address.backend, username: address.username,
            isByCertificate: address.options["authmechanism"] == "MONGODB-X509", replicaSet: address.replicaSet, database: database)
    }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        try pool.use(
            before: deadline,
            open: { () throws(ProbeFailure) in try MongoSession.open(identity, before: deadline) },
            // After an election a kept session still looks at the old primary.
            isStale: { $0.reason == .disconnected || $0.reason == .noPrimary },
            { session throws(ProbeFailure) in try ask(&session, before: deadline) })
    }

    private func ask(
        _ session: inout MongoSession, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> Reading {
        session.begin(before: deadline)
        let isWritablePrimary = try session.run(Self.hello, on: "admin", errors: errors)
        if !isWritablePrimary, identity.address.replicaSet != nil { throw errors.noPrimary }
        let start = ContinuousClock.now
        _ = try session.run(Self.ping, on: database, errors: errors)
        _ = try session.run(Self.listCollections, on: database, errors: errors)
        var phases = session.phases
        phases[.command] = .now - start
        return Reading(phases: phases, findings: isWritablePrimary ? [] : [readOnly])
    }

    private var readOnly: Finding {
        Finding(
            .readOnly, "\(errors.target) is not a primary, so that the tenant can read and not write",
            remedy: "Name the set in mongo_uri (replicaSet=…, no directConnection), so that its primary is found.")
    }
}

/// How a tenant's `mongo_` settings become checks.
public struct MongoProbeKind: ProbeKind {
    static let liveness = CheckName(rawValue: "mongo_liveness")

    private let pools: SessionPools<MongoIdentity, MongoSession>

    /// A kind without sessions; one serves all tenants, so that equal logins share theirs.
    ///
    /// - Parameter hangUps: watches sessions that wait for their next check; nil leaves a hang-up to that check.
    public init(hangUps: HangUpWatch? = nil) {
        pools = SessionPools(hangUps: hangUps)
    }

    /// `mongo`.
    public let dependency = Dependency(rawValue: "mongo")
    /// One check, `mongo_liveness`, with the reasons of a connection and those of MongoDB.
    public var catalogue: [CheckName: [ProbeFailure.Reason]] { [Self.liveness: ProbeFailure.Reason.mongo] }

    /// How many sessions all tenants together have open.
    public var openSessions: Int { pools.openCount }

    /// One issue when libmongoc does not take the connection string; does no I/O.
    public func issues(with tenant: Tenant) -> [ConfigurationIssue] {
        if MongoSession.accepts(tenant.mongo.address) { return [] }
        return [
            ConfigurationIssue(
                path: "mongo_uri", problem: "is not accepted by the MongoDB driver",
                fix: "Compare its options with the MongoDB connection-string specification.")
        ]
    }

    /// One check: every tenant has a MongoDB database.
    public func checks(for tenant: Tenant, cadence: Cadence) -> [Check] {
        let address = tenant.mongo.address
        let identity = MongoIdentity(address: address, tls: tenant.mongo.tls, timeout: cadence.timeout)
        let backend = Backend(rawValue: address.backend)
        let probe = MongoLiveness(
            identity: identity, database: tenant.mongo.database, pool: pools.pool(of: identity, at: backend))
        let connectionString = address.connectionString.reveal { $0 }
        return [
            Check(
                id: CheckID(subject: Subject(tenant: tenant.id, dependency: dependency), name: Self.liveness),
                backend: backend, interval: cadence.interval, timeout: cadence.timeout,
                trust: tenant.mongo.tls?.description ?? "",
                settings: Secret("\(connectionString)\n\(tenant.mongo.database)\n\(tenant.mongo.tls?.description ?? "")"),
                probe: probe)
        ]
    }
}
