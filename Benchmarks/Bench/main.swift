internal import Foundation
internal import Platform
internal import RealServers
internal import TenantCore

// `make bench`: what the agent costs beside bare C, what a frozen server does to the others, what a scrape takes. All
// figures of a run come from one machine in one state, so that the ratios mean something and the seconds little. Names of
// parts as arguments run these alone.

func milliseconds(_ seconds: Double) -> String { seconds.formatted(.number.precision(.fractionLength(1))) + " ms" }
func microseconds(_ seconds: Double) -> String { "\(Int((seconds * 1e6).rounded())) µs" }

/// Prints one row of a table whose columns are 12 wide and the first 22.
func row(_ first: String, _ columns: [String]) {
    Terminal.write(first.padding(to: 22) + columns.map { $0.padding(to: 12) }.joined() + "\n")
}

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

extension JSONObject {
    func number(_ key: String) -> Double {
        switch self[key] {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: .nan
        }
    }
}

/// Measures a cell in a process of its own.
func run(_ cell: Cell) throws -> JSONObject {
    let output = try RealServers.run(
        CommandLine.arguments[0],
        [
            cell.kind.rawValue, "\(cell.tenants)", cell.ownIdentities ? "own" : "shared", "\(cell.redisPort)", "\(cell.mongoPort)",
        ])
    return try JSONValue.parse(output.utf8).object ?? [:]
}

func benchmarkSizes(redis: RedisServer, mongo: MongoServer) throws {
    Terminal.write("\nFleets on kept sessions; processor time of one check beside a bare C loop at the same pace (limit 1.5)\n")
    row("tenants, logins", ["Redis", "C loop", "ratio", "MongoDB", "C loop", "ratio", "late p50", "p99", "max", "KB/tenant", "round/turn"])
    for ownIdentities in [false, true] {
        for tenants in [100, 1000, 10_000] {
            let cells = try [Cell.Kind.redis, .mongo, .both].map { kind in
                try run(
                    Cell(kind: kind, tenants: tenants, ownIdentities: ownIdentities, redisPort: redis.port, mongoPort: mongo.port))
            }
            let costs = cells.prefix(2).flatMap { cell in
                let (own, bare) = (cell.number("check_seconds"), cell.number("bare_seconds"))
                // Beside the agent's sessions there may be no descriptors left for as many of the loop's.
                guard bare > 0 else { return [microseconds(own), "-", "-"] }
                return [microseconds(own), microseconds(bare), (own / bare).formatted(.number.precision(.fractionLength(2)))]
            }
            let both = cells[2]
            let interval = Double(max(1, tenants / 1000))
            row(
                "\(tenants), \(ownIdentities ? "one each" : "one for all")",
                costs + ["p50", "p99", "max"].map { milliseconds(both.number("lateness_\($0)") * 1000) }
                    + [
                        (both.number("bytes_per_tenant") / 1024).formatted(.number.precision(.fractionLength(1))),
                        (both.number("first_round_seconds") / interval).formatted(.number.precision(.fractionLength(2))),
                    ])
            for (kind, cell) in zip(["Redis", "MongoDB", "both"], cells) {
                let troubles = ["failed", "skipped"].map { "\(Int(cell.number($0))) \($0)" }.joined(separator: ", ")
                // With one login for all there is one dial, which drowns in the rest of the first round.
                let dial = ownIdentities ? ", a dial \(microseconds(cell.number("dial_seconds")))" : ""
                Terminal.write(
                    "    \(kind): \(Int(cell.number("checks"))) checks, \(troubles), \(Int(cell.number("sessions"))) sessions\(dial)\n")
            }
        }
    }
}

ProcessUsage.raiseDescriptorLimit()
let arguments = CommandLine.arguments.dropFirst()
if arguments.count == 5, let kind = Cell.Kind(rawValue: arguments[1]), let tenants = Int(arguments[2]), let redis = Int(arguments[4]),
    let mongo = Int(arguments[5])
{
    let cell = Cell(kind: kind, tenants: tenants, ownIdentities: arguments[3] == "own", redisPort: redis, mongoPort: mongo)
    Terminal.write("\(JSONValue.object(try cell.measure()))\n")
    endProcess(status: 0)
}
/// What can be measured alone.
enum Part: String, CaseIterable { case scrape, alerts, kill, sizes, frozen, outage }
let parts = arguments.compactMap(Part.init)
guard parts.count == arguments.count else {
    Terminal.writeError("The parts are \(Part.allCases.map(\.rawValue).joined(separator: ", ")).\n")
    endProcess(status: 64)
}
Terminal.write("Tenantwatch, figures of one run; compare them with each other and not with other machines\n")
let addresses = (1...10).map { "127.0.0.\($0)" }
let users = ["user default on nopass ~* &* +@all"] + (0..<10_000).map { "user user\($0) on >x ~* &* +@all" }
let mongo = try MongoServer(addresses: addresses)
let redis = try RedisServer(addresses: addresses, users: users, options: ["--maxclients", "15000"])
for part in Part.allCases where parts.isEmpty || parts.contains(part) {
    switch part {
    case .scrape: try benchmarkScrape(redis: redis, mongo: mongo)
    case .alerts: try benchmarkAlerts()
    case .kill: try benchmarkKill()
    case .sizes: try benchmarkSizes(redis: redis, mongo: mongo)
    case .frozen: try benchmarkFrozen(mongo: mongo)
    case .outage: try benchmarkOutage()
    }
}
mongo.process.crash()
redis.process.crash()
endProcess(status: 0)
