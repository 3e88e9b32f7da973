import Foundation
import RealServers
import TenantCore
import Testing

/// SIGTERM and SIGINT end the agent with 0, whenever they come; SIGHUP never ends it.
@Suite(.serialized) struct StopTests {
    /// An agent with 5,000 tenants on servers that are there, that refuse and that never answer.
    private func agent(pid1: Bool = false) throws -> AgentProcess {
        let tenants = (0..<5000).map { index in
            tenant(
                "tenant-\(index)", mongo: "mongodb://user:password@mongo-\(index % 50).invalid/",
                redis: index % 2 == 0 ? "127.0.0.1:1" : "10.255.255.1:6379", issuer: "https://login-\(index % 100).invalid/")
        }
        return try AgentProcess(
            tenants, interval: "30s", timeout: "5s",
            wrapper: { _ in pid1 ? ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] : [] })
    }

    /// The process that runs the agent's program; nil until it does.
    private func program(of process: ServerProcess, isWrapped: Bool) -> Int32? {
        let pids =
            isWrapped
            ? (try? FinishedProcess("pgrep", ["-P", "\(process.identifier)"], environment: ProcessInfo.processInfo.environment))?.output
            : "\(process.identifier)"
        guard let pid = pids?.split(separator: "\n").first.flatMap({ Int32($0) }) else { return nil }
        let name = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? ""
        return name.hasSuffix("/tenantwatch") && hasHeldSignals(pid) ? pid : nil
    }

    /// True once the agent waits for signals, in rt_sigtimedwait(2): before that its libraries are loaded.
    private func hasHeldSignals(_ pid: Int32) -> Bool { ((try? run("cat", ["/proc/\(pid)/syscall"])) ?? "").hasPrefix("128 ") }

    private func send(_ signal: Int32, to pid: Int32) { kill(pid, signal) }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [false, true], [0, 50, 200, 800, 3000])
    func `a stop at any moment of a start with 5,000 tenants ends with 0 within 10 s`(isFirstProcess: Bool, delay: Int) throws {
        if isFirstProcess { #expect(geteuid() == 0, "only root may be process 1 of a namespace of its own") }
        let agent = try agent(pid1: isFirstProcess)
        var found: Int32?
        #expect(
            wait(seconds: 20) {
                found = program(of: agent.process, isWrapped: isFirstProcess)
                return found != nil
            }, "\(agent.process.output)")
        let pid = try #require(found)
        usleep(UInt32(delay) * 1000)
        send(SIGHUP, to: pid)
        send(delay % 200 == 0 ? SIGTERM : SIGINT, to: pid)
        send(SIGTERM, to: pid)
        #expect(agent.process.exitStatus(within: 10) == 0, "\(agent.process.output.suffix(2000))")
    }

    @Test func `a SIGHUP during the start is followed after it`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(wait(seconds: 20) { hasHeldSignals(agent.process.identifier) })
        for _ in 0..<3 { agent.process.signal(SIGHUP) }
        #expect(agent.becomesReady(), "\(agent.process.output)")
        #expect(
            wait(seconds: 10) { agent.audit.count { $0["event"]?.text == "configuration.loaded" && $0["actor"]?.text == "SIGHUP" } >= 1 })
        #expect(agent.process.isRunning)
    }

    @Test func `a second stop does not cut the first one short`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)])
        #expect(agent.becomesReady(), "\(agent.process.output)")
        for _ in 0..<5 { agent.process.signal(SIGTERM) }
        #expect(agent.process.exitStatus(within: 10) == 0)
        #expect(agent.audit.last?["event"]?.text == "agent.stopped")
    }
}
