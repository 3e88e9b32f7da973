public import BlockingIO
public import Checking
public import TenantCore

/// How a tenant's `mongo_` settings become checks.
public struct MongoProbeKind: ProbeKind {
    static let liveness = CheckName(rawValue: "mongo_liveness")

    private let pools: SessionPools<MongoIdentity, MongoSession>
    private let service: MongoService

    /// A kind without sessions; one serves all tenants, so that equal logins share theirs.
    ///
    /// - Parameter hangUps: watches sessions that wait for their next check; nil leaves a hang-up to that check.
    public init(hangUps: HangUpWatch? = nil) {
        self.init(hangUps: hangUps, service: MongoService())
    }

    init(hangUps: HangUpWatch?, service: MongoService) {
        pools = SessionPools(hangUps: hangUps)
        self.service = service
    }

    /// `mongo`.
    public let dependency = Dependency(rawValue: "mongo")
    /// One check, `mongo_liveness`, with the reasons of a connection and those of MongoDB.
    public var catalogue: [CheckName: [ProbeFailure.Reason]] { [Self.liveness: ProbeFailure.Reason.mongo] }

    /// How many sessions all tenants together have open.
    public var openSessions: Int { pools.openCount }

    /// One issue when libmongoc does not take the connection string; does no I/O.
    public func issues(with tenant: Tenant) -> [ConfigurationIssue] {
        guard let mongo = tenant.mongo, !MongoSession.accepts(mongo.address) else { return [] }
        return [
            ConfigurationIssue(
                path: "mongo_uri", problem: "is not accepted by the MongoDB driver",
                fix: "Compare its options with the MongoDB connection-string specification.")
        ]
    }

    /// One check, or none for a tenant whose MongoDB cannot be checked.
    public func checks(for tenant: Tenant, cadence: Cadence) -> [Check] {
        guard let mongo = tenant.mongo else { return [] }
        let address = mongo.address
        let identity = MongoIdentity(address: address, tls: mongo.tls, timeout: cadence.timeout)
        let backend = Backend(rawValue: address.backend)
        let probe = MongoLiveness(
            identity: identity, database: mongo.database, pool: pools.pool(of: identity, at: backend), service: service)
        let connectionString = address.connectionString.reveal { $0 }
        return [
            Check(
                id: CheckID(subject: Subject(tenant: tenant.id, dependency: dependency), name: Self.liveness),
                backend: backend, interval: cadence.interval, timeout: cadence.timeout,
                trust: mongo.tls?.description ?? "",
                settings: Secret("\(connectionString)\n\(mongo.database)\n\(mongo.tls?.description ?? "")"),
                probe: probe)
        ]
    }
}
