internal import CBare
internal import Checking
internal import MongoProbe
internal import Platform
internal import RedisProbe
internal import TenantCore

/// One fleet that is measured in a process of its own, so that no other's memory counts.
struct Cell {
    /// What is asked: one of them for its cost beside bare C, both for memory and lateness.
    enum Kind: String {
        case redis, mongo, both
    }

    var kind: Kind
    var tenants: Int
    /// Whether every tenant has a login of its own instead of one for all.
    var ownIdentities: Bool
    var redisPort: Int
    var mongoPort: Int

    /// A thousand checks a second of each kind at most, and no tenant more often than once a second.
    var interval: Duration { .seconds(max(1, tenants / 1000)) }
    var checksPerSecond: Int { min(tenants, 1000) }
    /// Where logins differ, no server is given more of them than it keeps sessions.
    var hosts: Int { ownIdentities ? max(1, tenants / 1000) : 1 }

    private var kinds: [any ProbeKind] {
        switch kind {
        case .redis: [RedisProbeKind()]
        case .mongo: [MongoProbeKind()]
        case .both: [MongoProbeKind(), RedisProbeKind()]
        }
    }

    private func tenant(_ index: Int) -> JSONObject {
        let host = "127.0.0.\(1 + index % hosts)"
        let login = ownIdentities ? "user\(index):x@" : ""
        let application = ownIdentities ? "?appName=tenant-\(index)" : ""
        return [
            "tenant_id": "tenant-\(index)", "name": "Tenant \(index)", "mongo_uri": "mongodb://\(host):\(mongoPort)/\(application)",
            "mongo_database": "db_\(index)", "redis_addr": "redis://\(login)\(host):\(redisPort)", "redis_db": .integer(index % 16),
        ]
    }

    /// Measures; blocks for two intervals and then ten seconds.
    func measure() throws -> JSONObject {
        let before = ProcessUsage.measure()
        let fleet = try Fleet((0..<tenants).map(tenant), kinds: kinds, interval: interval, timeout: min(interval, .seconds(5)))
        let firstRound = fleet.waitForFirstRound()
        let dialled = ProcessUsage.measure()
        pause(interval)
        let (figures, used) = fleet.run(for: max(interval * 2, .seconds(10)))
        let after = ProcessUsage.measure()
        let sessions = fleet.openSessions
        fleet.stop()
        let own = used / Double(max(1, figures.checks))
        // What the first round cost beyond its checks, for each session that it opened.
        let checks = Double(tenants * kinds.count)
        let dial = (dialled.processorSeconds - before.processorSeconds - own * checks) / Double(max(1, sessions))
        var result: JSONObject = [
            "checks": .integer(figures.checks), "failed": .integer(figures.failures), "skipped": .integer(figures.skipped),
            "sessions": .integer(sessions), "check_seconds": .number(own), "dial_seconds": .number(max(0, dial)),
            "first_round_seconds": .number(firstRound.inSeconds),
            "bytes_per_tenant": .integer((after.residentBytes - before.residentBytes) / tenants),
        ]
        for (name, quantile) in [("p50", 0.5), ("p99", 0.99), ("max", 1)] {
            result["lateness_\(name)"] = .number(figures.lateness(atQuantile: quantile).inSeconds)
        }
        if kind != .both { result["bare_seconds"] = .number(bareSeconds()) }
        return result
    }

    /// Processor time of one check by a bare C loop at the same pace, over as many connections.
    private func bareSeconds() -> Double {
        let count = Int32(checksPerSecond * 10)
        let pause = Int32(1_000_000 / checksPerSecond)
        let connections = Int32(ownIdentities ? tenants : 1)
        let used =
            unsafe kind == .redis
            ? bare_redis("127.0.0.1", Int32(redisPort), connections, count, pause)
            : bare_mongo("mongodb://127.0.0.1:\(mongoPort)/", "db_0", connections, count, pause)
        return used / Double(count)
    }
}
