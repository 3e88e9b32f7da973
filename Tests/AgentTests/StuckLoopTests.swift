import Foundation
import RealServers
import TenantCore
import Testing

/// A loop that does not go on is noticed by whoever restarts the agent.
@Suite(.serialized) struct StuckLoopTests {
    @Test(.timeLimit(.minutes(4))) func `each loop that is held makes the agent unready after 30 s and dead after 60 s, by name`() throws {
        let redis = try RedisServer()
        // One agent for each loop, at the same time.
        let agents = try [("scheduler", "pipeline"), ("alerts", "alerts")].map { name, thread in
            (name, thread, try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: redis.address)]))
        }
        for (_, _, agent) in agents { #expect(agent.becomesReady(), "\(agent.process.output)") }
        let holds = try agents.map { _, thread, agent in try HeldThread(thread, of: agent.process) }
        for (name, _, agent) in agents {
            #expect(wait(seconds: 60) { agent.get("/readyz").status == 503 })
            #expect(agent.get("/readyz").body.contains("the \(name) loop has been stuck for "))
            #expect(agent.get("/readyz?verbose").body.contains("FAIL loop \(name): the \(name) loop has been stuck for "))
            // Only the stuck loop is blamed where the other does not wait for it.
            #expect(agent.get("/readyz?verbose").body.hasPrefix("stuck\n"))
        }
        for (name, _, agent) in agents {
            #expect(wait(seconds: 60) { agent.get("/livez").status == 503 })
            #expect(agent.get("/livez").body.contains("the \(name) loop has been stuck for "))
        }
        for hold in holds { hold.release() }
        for (_, _, agent) in agents {
            #expect(wait(seconds: 10) { agent.get("/readyz").status == 200 && agent.get("/livez").status == 200 })
        }
    }
}

/// One thread of a process, held as a debugger does while the others run.
final class HeldThread: Sendable {
    private let debugger: ServerProcess

    init(_ name: String, of process: ServerProcess) throws {
        let script = """
            import ctypes, os, sys, time
            libc = ctypes.CDLL(None, use_errno=True)
            process, name = sys.argv[1], sys.argv[2]
            threads = [t for t in os.listdir(f"/proc/{process}/task") if open(f"/proc/{process}/task/{t}/comm").read().strip() == name]
            assert len(threads) == 1, f"threads named {name}: {threads}"
            for request in (0x4206, 0x4207):  # PTRACE_SEIZE, PTRACE_INTERRUPT
                assert libc.ptrace(request, int(threads[0]), None, None) == 0, os.strerror(ctypes.get_errno())
            assert os.waitpid(int(threads[0]), 0x40000000)[0] == int(threads[0])  # __WALL
            print("held", flush=True)
            time.sleep(300)
            """
        let debugger = try ServerProcess("/usr/bin/python3", ["-c", script, "\(process.identifier)", name], in: Ground.directory())
        #expect(wait(seconds: 10) { debugger.output.contains("held") || !debugger.isRunning })
        #expect(debugger.output.contains("held"), "ptrace(2) must be allowed: \(debugger.output)")
        self.debugger = debugger
    }

    /// The thread goes on.
    func release() { debugger.crash() }
}
