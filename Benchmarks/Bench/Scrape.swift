internal import Checking
internal import Foundation
internal import MongoProbe
internal import Platform
internal import RealServers
internal import RedisProbe
internal import TenantCore
internal import TenantMetrics

/// The formats of a page, and what a client says to get them.
private let formats: [(name: String, format: ExpositionFormat, isGzip: Bool, headers: [String])] = [
    ("text", .text, false, []),
    ("OpenMetrics", .openMetrics, false, ["Accept: application/openmetrics-text;version=1.0.0"]),
    (
        "OpenMetrics, gzip", .openMetrics, true,
        ["Accept: application/openmetrics-text;version=1.0.0", "Accept-Encoding: gzip"]
    ),
]

/// What one scrape of 10,000 tenants takes, in each format: for a client of a whole agent, and to write alone.
func benchmarkScrape(redis: RedisServer, mongo: MongoServer) throws {
    try benchmarkClient(redis: redis, mongo: mongo)
    try benchmarkWriting()
}

/// What curl waits for beside the agent, its servers and its checks.
private func benchmarkClient(redis: RedisServer, mongo: MongoServer) throws {
    let tenants = (0..<10_000).map { index -> JSONValue in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant number \(index)", "mongo_uri": .string(mongo.uri),
            "mongo_database": "db_\(index)", "redis_addr": .string(redis.address), "redis_db": .integer(index % 16),
        ]
    }
    let agent = try WholeAgent(tenants, settings: "{interval: 15s, timeout: 5s}")
    defer { agent.process.crash() }
    // Two rounds: each check has all its figures.
    _ = wait(seconds: 35) { false }
    Terminal.write("\nOne scrape of 10,000 tenants as curl has it, of 15, while checks go on (limit without compression: 150 ms)\n")
    row("", ["best", "median", "worst", "first byte", "MB"])
    for (name, _, _, headers) in formats {
        let scrapes = try (0..<15).map { _ in
            _ = wait(seconds: 0.3) { false }
            let seen = try RealServers.run(
                "curl",
                ["-sS", "-f", "-m", "30", "-o", "/dev/null", "-w", "%{time_total} %{time_starttransfer} %{size_download}"]
                    + headers.flatMap { ["-H", $0] } + ["http://127.0.0.1:\(agent.port)/metrics"]
            ).split(separator: " ").compactMap { Double($0) }
            return (time: seen[0], firstByte: seen[1], bytes: seen[2])
        }.sorted { $0.time < $1.time }
        let firstByte = scrapes.map(\.firstByte).sorted()[scrapes.count / 2]
        row(
            name,
            [scrapes[0].time, scrapes[scrapes.count / 2].time, scrapes[scrapes.count - 1].time, firstByte].map { milliseconds($0 * 1000) }
                + [(scrapes[0].bytes / 1e6).formatted(.number.precision(.fractionLength(1)))])
    }
}

/// What it takes to write the page, and what a page that is still being read costs the next observations.
private func benchmarkWriting() throws {
    let count = 10_000
    let kinds: [any ProbeKind] = [MongoProbeKind(), RedisProbeKind()]
    let tenants = (0..<count).map { index -> JSONValue in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant number \(index)",
            "mongo_uri": "mongodb://mongo-\(index % 50).example.com:27017",
            "mongo_database": "db_\(index)", "redis_addr": "redis-\(index % 700).example.com:6379", "redis_db": .integer(index % 16),
        ]
    }
    let loader = try TenantLoader(environment: ["TENANT_CONFIGS": JSONValue.array(tenants).description], dependencies: ["mongo", "redis"])
    let plan = Plan(directory: try loader.load(), kinds: kinds, cadence: Cadence(interval: .seconds(15), timeout: .seconds(5)))
    let ledger = MetricsLedger(kinds: kinds)
    let book = StatusBook(thresholds: Thresholds())
    let change = plan.change(from: nil)
    book.adopt(change, at: .now)
    ledger.adopt(change)
    let observations = plan.checks.map { check in
        Observation(
            check: check.id, backend: check.backend, finishedAt: Date(), instant: .now,
            duration: .microseconds(Int.random(in: 100...9_999)),
            lateness: .milliseconds(4),
            outcome: .answered(
                Reading(phases: [
                    .resolve: .microseconds(12), .connect: .microseconds(345), .auth: .nanoseconds(6_789_123), .command: .microseconds(210),
                ])))
    }
    _ = book.judge(observations)
    ledger.absorb(observations)
    let machine = MachineFigures(version: "bench", startTime: 0, sinks: [], lanes: [], sessions: [])
    Terminal.write("\nTo write such a page alone, best of five\n")
    row("", ["time", "MB", "lines", "batch beside"])
    for (name, format, isGzip, _) in formats {
        var best = (time: Duration.seconds(99), bytes: 0, judging: Duration.zero)
        var lines = 0
        for _ in 0..<5 {
            let start = ContinuousClock.now
            var bytes = 0
            var gzip = isGzip ? GzipStream.open() : nil
            let page = Exposition(ledger: ledger, statuses: book.snapshot(), machine: machine, format: format)
            for chunk in page { bytes += gzip?.compress(chunk).count ?? chunk.count }
            bytes += gzip?.finish().count ?? 0
            let time = ContinuousClock.now - start
            // The first batch beside a page that is still being sent pays for the copy that the page holds.
            let judging = ContinuousClock.now
            _ = book.judge(Array(observations.prefix(10)))
            ledger.absorb(Array(observations.prefix(10)))
            let after = ContinuousClock.now - judging
            lines = page.reduce(0) { $0 + $1.count { $0 == UInt8(ascii: "\n") } }
            if time < best.time { best = (time, bytes, after) }
        }
        row(
            name,
            [
                milliseconds(best.time.inSeconds * 1000), (Double(best.bytes) / 1e6).formatted(.number.precision(.fractionLength(1))),
                "\(lines)", milliseconds(best.judging.inSeconds * 1000),
            ])
    }
}
