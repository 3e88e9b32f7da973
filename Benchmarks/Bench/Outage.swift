internal import Foundation
internal import Platform
internal import RealServers
internal import TenantCore

/// What ten thousand tenants on one server are told as when it dies and when it freezes, and what that costs the agent.
func benchmarkOutage() throws {
    let count = 10_000
    let (catcher, mongo, redis) = (try WebhookCatcher(), try MongoServer(), try RedisServer())
    let tenants = (0..<count).map { index -> JSONValue in
        [
            "tenant_id": "tenant-\(index)", "name": "Tenant", "mongo_uri": .string(mongo.uri), "mongo_database": "db_\(index)",
            "redis_addr": .string(redis.address), "redis_interval": "24h",
        ]
    }
    let whole = try WholeAgent(
        tenants,
        settings: """
            interval: 15s
            timeout: 5s
            rules: {TenantwatchIsolationFinding: {enabled: false}}
            receivers: [{name: ops, webhook: {url: "\(catcher.url)"}}]
            default_route: {receivers: [ops]}
            """)
    let agent = whole.process
    defer { agent.crash() }
    // A whole first round and one more, so that everything is as it stays.
    _ = wait(seconds: 35) { false }
    Terminal.write("\n10,000 tenants on one MongoDB, interval 15 s (limit: one notification within 25 s, and one at the end)\n")
    row("", ["first", "alerts", "in 60 s", "processor", "resident"])
    var again = mongo
    var told = 0
    func phase(_ name: String, _ body: () throws -> Void) rethrows {
        let before = agent.usage
        let start = ContinuousClock.now
        try body()
        let isTold = wait(seconds: 60) { catcher.bodies.count > told }
        let first = ContinuousClock.now - start
        _ = wait(seconds: max(0, 60 - first.inSeconds)) { false }
        let bodies = Array(catcher.bodies.dropFirst(told))
        told += bodies.count
        let notifications = bodies.map(Notification.init).reduce(into: [Notification]()) { $0.add($1) }
        let usage = agent.usage
        row(
            name,
            [
                isTold ? milliseconds(first.inSeconds * 1000) : "none", "\(notifications.first?.alerts ?? 0)", "\(notifications.count)",
                ((usage.seconds - before.seconds) / 0.6).formatted(.number.precision(.fractionLength(1))) + " %",
                "\(usage.megabytes) MB",
            ])
        for notification in notifications {
            Terminal.write("    \(notification.status): \(notification.alerts) \(notification.group)\n")
        }
    }
    phase("well") {}
    phase("killed") { mongo.process.crash() }
    try phase("started again") { again = try MongoServer(port: mongo.port) }
    phase("frozen") { again.process.freeze() }
    phase("thawed") { again.process.thaw() }
    again.process.crash()
}

/// What a webhook's receiver is told.
private struct Notification {
    var status = ""
    /// How many it counts, those that it leaves out too.
    var alerts = 0
    /// What they have in common.
    var group = ""

    init(_ body: String) {
        guard let object = try? JSONValue.parse(body.utf8).object else { return }
        status = object["status"]?.text ?? ""
        alerts = (Int(exactly: object.number("truncatedAlerts")) ?? 0) + (object["alerts"]?.elements?.count ?? 0)
        group = (object["groupLabels"]?.object?.members ?? []).map { "\($0.key)=\($0.value.text ?? "")" }.joined(separator: " ")
    }
}

extension [Notification] {
    /// Takes another body, which may be a further one of the last notification.
    fileprivate mutating func add(_ body: Notification) {
        if let last = indices.last, self[last].status == body.status, self[last].group == body.group {
            self[last].alerts += body.alerts
        } else {
            append(body)
        }
    }
}

extension ServerProcess {
    /// Processor time since the start and memory that is in RAM now, as `/proc` tells.
    fileprivate var usage: (seconds: Double, megabytes: Int) {
        let state = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
        let fields = state.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]), let pages = Int(fields[21]) else {
            return (0, 0)
        }
        // `proc(5)`: in ticks of a hundredth of a second, and in pages of 4 KiB.
        return ((user + system) / 100, pages * 4096 / 1_000_000)
    }
}
