internal import Alerting
internal import Checking
internal import Foundation
internal import Platform
internal import RealServers
internal import TenantCore

/// How fast status changes become committed alerts and notifications, and what ten thousand of them on one server say.
func benchmarkAlerts() throws {
    let count = 10_000
    let directory = try Ground.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let catcher = try WebhookCatcher()
    let receiver = ReceiverSettings(
        name: "ops", kind: .webhook(ReceiverEndpoint(url: Secret(catcher.url), host: "catcher")))
    let store = try AlertStore(path: directory.appending(path: "state.sqlite").path)
    let desk = try AlertDesk(
        settings: AlertingSettings(receivers: [receiver], routes: RouteTable(fallback: Route(receivers: ["ops"]))), store: store)
    let tenants = (0..<count).map { index -> JSONValue in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant", "mongo_uri": "mongodb://mongo", "mongo_database": "db_\(index)",
            "redis_addr": .string("redis-\(index / 16):6379"), "redis_db": .integer(index % 16),
        ]
    }
    let loader = try TenantLoader(environment: ["TENANT_CONFIGS": JSONValue.array(tenants).description], dependencies: ["mongo"])
    var plan = Plan(directory: try loader.load(), kinds: [], cadence: Cadence(interval: .seconds(15), timeout: .seconds(5)))
    plan.checks = plan.directory.tenants.map { tenant in
        Check(
            id: CheckID(
                subject: Subject(tenant: tenant.id, dependency: Dependency(rawValue: "mongo")), name: CheckName(rawValue: "mongo_liveness")),
            backend: Backend(rawValue: "mongo:27017"), interval: .seconds(15), timeout: .seconds(5), settings: Secret(""), probe: NoProbe())
    }
    try desk.start()
    desk.adopt(plan.change(from: nil))
    Terminal.write("\nStatus changes of \(count) tenants on one server, through engine, groups and state.sqlite\n")
    row("", ["changes/s", "commit", "bodies"])
    var told = 0
    for (name, status) in [("all down", Status.down), ("all well", Status.healthy)] {
        let before = try store.lastStep()
        let start = ContinuousClock.now
        let cause = status == .down ? Finding(ProbeFailure.Reason(rawValue: "refused"), "refused", remedy: "start it") : nil
        let changes = plan.checks.map { check in
            Transition(
                subject: check.id.subject, backend: check.backend, from: status == .down ? .healthy : .down, to: status, cause: cause,
                isShared: true, at: Date(), lasted: .seconds(60))
        }
        desk.absorb(changes)
        // A change and the alert that it makes are a step each.
        guard wait(seconds: 120, until: { ((try? store.lastStep()) ?? 0) >= before + 2 * count }) else {
            throw ServerProblem(description: "the changes were not committed")
        }
        let time = ContinuousClock.now - start
        _ = wait(seconds: 30) { catcher.bodies.count > told }
        // More would be a storm.
        _ = wait(seconds: 3) { false }
        let bodies = catcher.bodies.count - told
        told = catcher.bodies.count
        row(name, ["\(Int(Double(count) / time.inSeconds))", milliseconds(time.inSeconds * 1000), "\(bodies)"])
    }
    _ = desk.stop(within: .seconds(5))
}

/// How long after a kill the webhook arrives, with a thousand tenants whose next turns are up to half a minute away.
func benchmarkKill() throws {
    let catcher = try WebhookCatcher()
    let redis = try RedisServer()
    let tenants = (0..<1000).map { index -> JSONValue in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant", "mongo_uri": "mongodb://127.0.0.1:\(redis.port)/",
            "mongo_database": "db_\(index)", "redis_addr": .string(redis.address),
            "redis_db": .integer(index % 16),
            "mongo_interval": "24h",
        ]
    }
    let agent = try WholeAgent(
        tenants,
        settings: """
            interval: 30s
            receivers: [{name: ops, webhook: {url: "\(catcher.url)"}}]
            default_route: {receivers: [ops]}
            """
    ).process
    // A whole first round, so that every session is kept.
    _ = wait(seconds: 35) { false }
    let start = ContinuousClock.now
    redis.process.crash()
    let isTold = wait(seconds: 30) { catcher.alerts.contains { $0.hasPrefix("firing") && $0.contains("/redis ") } }
    let time = ContinuousClock.now - start
    Terminal.write("\nFrom the kill of a Redis to its webhook, 1,000 tenants, interval 30 s\n")
    row("first webhook", [isTold ? milliseconds(time.inSeconds * 1000) : "none; \(agent.output.suffix(300))"])
}

private struct NoProbe: Probe {
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading { Reading() }
}
