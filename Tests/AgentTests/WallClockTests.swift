import Foundation
import RealServers
import TenantCore
import Testing

/// Nothing in the agent sleeps until a time of the wall clock, which may be set meanwhile.
@Suite(.serialized) struct WallClockTests {
    @Test func `no thread of the agent waits with FUTEX_CLOCK_REALTIME and a time`() throws {
        let (mongo, redis, oidc) = (try MongoServer(), try RedisServer(), try OIDCServer(issuers: ["acme"]))
        let (catcher, dead) = (try WebhookCatcher(), Ground.freePort())
        let agent = try AgentProcess(
            [tenant("acme", mongo: mongo.uri, redis: redis.address, issuer: oidc.issuer("acme"))],
            webhooks: [catcher.url, "http://127.0.0.1:\(dead)/"],
            wrapper: { ["strace", "-D", "-f", "-qq", "-e", "trace=futex", "-e", "signal=none", "-o", $0.appending(path: "trace").path] })
        let file = agent.directory.appending(path: "trace")
        let trace = { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
        #expect(agent.becomesReady(), "\(agent.process.output)")
        redis.process.crash()
        #expect(catcher.waits(for: "firing acme/redis refused", seconds: 20), "\(agent.process.output)")
        let hasFailed = { agent.get("/metrics").body.contains(/tenantwatch_deliveries_total\{receiver="[^"]*",outcome="failed"\} [1-9]/) }
        #expect(wait(seconds: 20, until: hasFailed))
        let idleWorkers = try LibraryMemory("libdispatch.so", of: agent.process)
        agent.process.signal(SIGTERM)
        #expect(agent.process.exitStatus(within: 20) == 0, "\(agent.process.output)")

        let waits = trace().split(separator: "\n").filter { $0.contains("FUTEX_WAIT") }
        #expect(
            waits.contains { $0.contains("{tv_sec=") },
            "strace must be able to trace the agent (ptrace(2) may be forbidden here): \(agent.process.output.prefix(2000))")
        let onWallClock = waits.filter { $0.contains("FUTEX_CLOCK_REALTIME") && $0.contains("{tv_sec=") }
            .filter { !idleWorkers.contains($0) }
        #expect(onWallClock.isEmpty, "\(onWallClock.prefix(20).joined(separator: "\n"))")
    }
}

/// Where a library keeps its own variables.
///
/// The threads of Swift's pool are libdispatch's. One that is idle waits for work until a time of the wall clock, at a
/// variable of the library; work wakes it whatever the clock says, and at that time it merely ends. Semaphores that
/// somebody makes are elsewhere.
private struct LibraryMemory {
    private var ranges: [Range<UInt>] = []

    init(_ library: String, of process: ServerProcess) throws {
        // Foundation reads one page of a file that says it is empty.
        for line in try run("cat", ["/proc/\(process.identifier)/maps"]).split(separator: "\n") {
            guard let match = line.firstMatch(of: /^([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ \S+ *(.*)/),
                let lower = UInt(match.1, radix: 16), let upper = UInt(match.2, radix: 16)
            else { continue }
            // What is zero at first is mapped without a name, right behind what has one.
            let isRest = match.4.isEmpty && match.3 == "rw-p" && ranges.last?.upperBound == lower
            if match.4.hasSuffix("/\(library)") || isRest { ranges.append(lower..<upper) }
        }
        #expect(!ranges.isEmpty, "\(library) is not loaded as a library of its own")
    }

    func contains(_ line: Substring) -> Bool {
        guard let match = line.firstMatch(of: /futex\(0x([0-9a-f]+),/), let address = UInt(match.1, radix: 16) else { return false }
        return ranges.contains { $0.contains(address) }
    }
}
