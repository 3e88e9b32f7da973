internal import CBare
internal import Checking
internal import MongoProbe
internal import Platform
internal import RealServers
internal import RedisProbe
internal import TenantCore

// `make bench`: what the agent costs beside bare C, and what a frozen server does to the others. All figures
// of a run come from one machine in one state, so that the ratios mean something and the seconds little.

func tenants(_ count: Int, mongo: String, redis: (Int) -> String) -> [JSONObject] {
    (0..<count).map { index in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant \(index)", "mongo_uri": .string(mongo),
            "mongo_database": "db_\(index)", "redis_addr": .string(redis(index)), "redis_db": .integer(index % 16),
        ]
    }
}

func milliseconds(_ duration: Duration) -> String { "\((duration.inSeconds * 10_000).rounded() / 10) ms" }
func microseconds(_ seconds: Double) -> String { "\(Int((seconds * 1e6).rounded())) µs" }
func row(_ name: String, _ value: String) {
    Terminal.write(name.padding(to: 62) + value + "\n")
}

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

func benchmarkFrozen(mongo: MongoServer) throws {
    let (good, bad) = (try RedisServer(), try RedisServer())
    let kinds: [any ProbeKind] = [MongoProbeKind(), RedisProbeKind()]
    let all = tenants(1000, mongo: mongo.uri) { $0 < 800 ? good.address : bad.address }
    let healthy = Set(all.prefix(800).compactMap { $0["tenant_id"]?.text })
    let fleet = try Fleet(all, kinds: kinds, interval: .seconds(5), timeout: .seconds(2)) {
        healthy.contains($0.subject.tenant.rawValue)
    }
    pause(.seconds(6))
    let before = fleet.run(for: .seconds(15)).figures
    bad.process.freeze()
    let during = fleet.run(for: .seconds(15)).figures
    bad.process.thaw()
    fleet.stop()
    Terminal.write("\n1,000 tenants, 200 of them on a frozen Redis; figures of the other 800\n")
    for (name, figures) in [("without the frozen ones", before), ("with the frozen ones", during)] {
        row(
            "  lateness p50 / p99 / max \(name)",
            [0.5, 0.99, 1].map { milliseconds(figures.lateness(atQuantile: $0)) }.joined(separator: " / "))
        row("  checks, failed, skipped \(name)", "\(figures.checks), \(figures.failures), \(figures.skipped)")
    }
    row("  difference of p99 (at most 100 ms)", milliseconds(during.lateness(atQuantile: 0.99) - before.lateness(atQuantile: 0.99)))
}

func benchmarkCost(mongo: MongoServer) throws {
    let redis = try RedisServer()
    let seconds = 10
    Terminal.write("\nProcessor time of a check at 1,000 checks a second on kept sessions, beside a bare C loop at the same pace\n")
    for (name, kind) in [("Redis", RedisProbeKind() as any ProbeKind), ("MongoDB", MongoProbeKind())] {
        let fleet = try Fleet(
            tenants(1000, mongo: mongo.uri) { _ in redis.address }, kinds: [kind], interval: .seconds(1), timeout: .seconds(1))
        pause(.seconds(2))
        let (figures, used) = fleet.run(for: .seconds(seconds))
        fleet.stop()
        let own = used / Double(max(1, figures.checks))
        let bare =
            unsafe name == "Redis"
            ? bare_redis("127.0.0.1", Int32(redis.port), Int32(seconds * 1000), 1000)
            : bare_mongo(mongo.uri, "db_0", Int32(seconds * 1000), 1000)
        let loop = bare / Double(seconds * 1000)
        row("  \(name): agent / C loop", "\(microseconds(own)) / \(microseconds(loop)) = \((own / loop * 100).rounded() / 100)")
        row(
            "  \(name): checks, failed, lateness p99",
            "\(figures.checks), \(figures.failures), \(milliseconds(figures.lateness(atQuantile: 0.99)))")
    }
}

func benchmarkRate(mongo: MongoServer) throws {
    let redis = try RedisServer()
    Terminal.write("\nChecks a second beside their servers on the same machine, half Redis and half MongoDB\n")
    for rate in [1000, 2000, 4000] {
        let fleet = try Fleet(
            tenants(rate / 2, mongo: mongo.uri) { _ in redis.address }, kinds: [MongoProbeKind(), RedisProbeKind()],
            interval: .seconds(1), timeout: .seconds(1))
        pause(.seconds(2))
        let (figures, used) = fleet.run(for: .seconds(8))
        fleet.stop()
        let answered = figures.checks - figures.skipped
        let share = used / Double(max(1, answered))
        row("  asked for \(rate): answered, skipped, time of one", "\(answered / 8), \(figures.skipped / 8), \(microseconds(share))")
    }
}

func benchmarkMemory(mongo: MongoServer) throws {
    let redis = try RedisServer()
    Terminal.write("\nResident memory, tenants sharing identities, after two full rounds\n")
    for count in [1000, 10_000] {
        let before = ProcessUsage.measure().residentBytes
        let fleet = try Fleet(
            tenants(count, mongo: mongo.uri) { _ in redis.address }, kinds: [MongoProbeKind(), RedisProbeKind()], interval: .seconds(10),
            timeout: .seconds(2))
        let figures = fleet.run(for: .seconds(21)).figures
        let after = ProcessUsage.measure().residentBytes
        fleet.stop()
        row(
            "  \(count) tenants: more than without, of each tenant",
            "\((after - before) / 1_048_576) MB, \((after - before) / count / 1024) KB")
        row(
            "  \(count) tenants: checks, failed, lateness p99",
            "\(figures.checks), \(figures.failures), \(milliseconds(figures.lateness(atQuantile: 0.99)))")
    }
}

ProcessUsage.raiseDescriptorLimit()
let mongo = try MongoServer()
Terminal.write("Tenantwatch, figures of one run; compare them with each other and not with other machines\n")
try benchmarkMemory(mongo: mongo)
try benchmarkCost(mongo: mongo)
try benchmarkFrozen(mongo: mongo)
try benchmarkRate(mongo: mongo)
mongo.process.crash()
endProcess(status: 0)
