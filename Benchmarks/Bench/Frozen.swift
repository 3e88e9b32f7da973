internal import Checking
internal import MongoProbe
internal import Platform
internal import RealServers
internal import RedisProbe
internal import TenantCore

/// What 200 tenants on a frozen server do to the other 800.
func benchmarkFrozen(mongo: MongoServer) throws {
    let (good, bad) = (try RedisServer(), try RedisServer())
    let tenants = (0..<1000).map { index -> JSONObject in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant \(index)", "mongo_uri": .string(mongo.uri), "mongo_database": "db_\(index)",
            "redis_addr": .string(index < 800 ? good.address : bad.address), "redis_db": .integer(index % 16),
        ]
    }
    let healthy = Set(tenants.prefix(800).compactMap { $0["tenant_id"]?.text })
    let fleet = try Fleet(tenants, kinds: [MongoProbeKind(), RedisProbeKind()], interval: .seconds(5), timeout: .seconds(2)) {
        healthy.contains($0.subject.tenant.rawValue)
    }
    _ = fleet.waitForFirstRound()
    let before = fleet.run(for: .seconds(15)).figures
    bad.process.freeze()
    let during = fleet.run(for: .seconds(15)).figures
    bad.process.thaw()
    fleet.stop()
    Terminal.write("\n1,000 tenants, 200 of them on a Redis that is frozen; figures of the other 800 (limit: 100 ms more)\n")
    row("", ["late p50", "p99", "max", "checks", "failed", "skipped"])
    for (name, figures) in [("before", before), ("frozen", during)] {
        row(
            name,
            [0.5, 0.99, 1].map { milliseconds(figures.lateness(atQuantile: $0).inSeconds * 1000) }
                + ["\(figures.checks)", "\(figures.failures)", "\(figures.skipped)"])
    }
}
