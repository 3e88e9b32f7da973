internal import Checking
internal import Foundation
internal import MongoProbe
internal import Platform
internal import RedisProbe
internal import TenantCore
internal import TenantMetrics

/// What one scrape of 10,000 tenants takes, in each format.
func benchmarkScrape() throws {
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
    Terminal.write("\nOne scrape of 10,000 tenants, best of five, while checks go on between them (limit without compression: 150 ms)\n")
    row("", ["time", "MB", "series", "batch beside"])
    for (name, format, isGzip) in [
        ("text", ExpositionFormat.text, false), ("OpenMetrics", .openMetrics, false), ("OpenMetrics, gzip", .openMetrics, true),
    ] {
        var best = (time: Duration.seconds(99), bytes: 0, series: 0, judging: Duration.zero)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            var (bytes, series) = (0, 0)
            var gzip = isGzip ? GzipStream.open() : nil
            let page = Exposition(ledger: ledger, statuses: book.snapshot(), machine: machine, format: format)
            for chunk in page {
                bytes += gzip?.compress(chunk).count ?? chunk.count
                if !isGzip { series += chunk.count { $0 == UInt8(ascii: "\n") } }
            }
            bytes += gzip?.finish().count ?? 0
            let time = ContinuousClock.now - start
            // The first batch beside a page that is still being sent pays for the copy that the page holds.
            let judging = ContinuousClock.now
            _ = book.judge(Array(observations.prefix(10)))
            ledger.absorb(Array(observations.prefix(10)))
            let after = ContinuousClock.now - judging
            withExtendedLifetime(page) {}
            if time < best.time { best = (time, bytes, series, after) }
        }
        row(
            name,
            [
                milliseconds(best.time.inSeconds * 1000), (Double(best.bytes) / 1e6).formatted(.number.precision(.fractionLength(1))),
                isGzip ? "" : "\(best.series)", milliseconds(best.judging.inSeconds * 1000),
            ])
    }
}
