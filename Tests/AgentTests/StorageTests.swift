import Foundation
import Glibc
import RealServers
import TenantCore
import Testing

/// What cannot be written is named in `/readyz?verbose`, by a metric and in the log, and mended where it can be.
@Suite(.serialized) struct StorageTests {
    private let nowhere = "mongodb://127.0.0.1:1/"

    @Test func `an audit file that is removed is named, and goes on in a new one`() throws {
        let redis = try RedisServer()
        let agent = try AgentProcess([tenant("acme", mongo: nowhere, redis: redis.address)])
        #expect(agent.becomesReady(), "\(agent.process.output)")
        #expect(agent.metrics(show: #"tenantwatch_sink_healthy{sink="audit"} 1"#))
        let last = agent.audit.count
        #expect(last > 0)
        try FileManager.default.removeItem(at: agent.directory.appending(path: "state/audit/audit.jsonl"))
        #expect(
            wait(seconds: 10) {
                agent.get("/readyz?verbose").body.contains(
                    "FAIL audit log: audit.jsonl was removed or renamed; the log goes on in a new file")
            })
        #expect(agent.metrics(show: #"tenantwatch_sink_healthy{sink="audit"} 0"#))
        #expect(wait(seconds: 10) { agent.process.output.contains("the audit log does not work") })
        #expect(agent.get("/readyz").status == 200)
        #expect(wait(seconds: 10) { agent.audit.first?["event"]?.text == "audit.reopened" })
    }

    @Test func `an agent whose log has no reader goes on, says so, and logs again once there is one`() throws {
        let (redis, directory) = (try RedisServer(), try Ground.directory())
        let pipe = directory.appending(path: "log").path
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { try? FileManager.default.removeItem(at: directory) }
        var reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let agent = try AgentProcess(
            [tenant("acme", mongo: nowhere, redis: redis.address)], wrapper: { _ in ["bash", "-c", "exec \"$@\" 2>\(pipe) >&2", "bash"] })
        #expect(agent.becomesReady())
        close(reader)
        // Something to log.
        redis.process.crash()
        #expect(wait(seconds: 20) { agent.get("/readyz?verbose").body.contains("FAIL log: write standard error: Broken pipe") })
        #expect(agent.metrics(show: #"tenantwatch_sink_healthy{sink="log"} 0"#))
        #expect(agent.get("/livez").status == 200)
        reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        agent.process.signal(SIGHUP)
        #expect(wait(seconds: 20) { agent.get("/readyz?verbose").body.contains("ok   log\n") })
        var text = ""
        #expect(
            wait(seconds: 10) {
                var buffer = [UInt8](repeating: 0, count: 64 * 1024)
                let count = read(reader, &buffer, buffer.count)
                if count > 0 { text += String(decoding: buffer.prefix(count), as: UTF8.self) }
                return text.contains("the log works again")
            })
        agent.process.signal(SIGTERM)
        #expect(agent.process.exitStatus(within: 10) == 0)
    }

    @Test func `with a full state directory nothing is sent, and what waits goes out within 5 s of space`() throws {
        #expect(geteuid() == 0, "only root may mount a small file system")
        let (redis, catcher) = (try RedisServer(), try WebhookCatcher())
        let agent = try AgentProcess(
            [tenant("acme", mongo: nowhere, redis: redis.address)], webhooks: [catcher.url],
            wrapper: { directory in
                let state = directory.appending(path: "state").path
                return [
                    "unshare", "--mount", "bash", "-c", "mkdir -p \(state) && mount -t tmpfs -o size=3m tmpfs \(state) && exec \"$@\"",
                    "bash",
                ]
            })
        #expect(agent.becomesReady(), "\(agent.process.output)")
        #expect(catcher.waits(for: "firing acme/mongo refused", seconds: 20), "\(agent.process.output)")
        let filler = "/proc/\(agent.process.identifier)/root\(agent.directory.path)/state/filler"
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        #expect(descriptor >= 0)
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, zeros, zeros.count) > 0 {}
        close(descriptor)
        #expect(
            wait(seconds: 10) {
                agent.get("/readyz?verbose").body.contains(
                    "FAIL state: write to the state directory \(agent.directory.path)/state: No space left on device")
            })
        redis.process.crash()
        #expect(agent.metrics(show: #"tenantwatch_sink_healthy{sink="state"} 0"#))
        #expect(
            wait(seconds: 20) { agent.get("/readyz?verbose").body.contains("FAIL state: cannot write the state: database or disk is full") }
        )
        #expect(wait(seconds: 10) { agent.process.output.contains("the state does not work") })
        #expect(agent.get("/livez").status == 200)
        #expect(!catcher.waits(for: "firing acme/redis refused", seconds: 2), "nothing may be sent that is not stored")
        #expect(unlink(filler) == 0)
        #expect(catcher.waits(for: "firing acme/redis refused", seconds: 5))
        #expect(agent.metrics(show: #"tenantwatch_sink_healthy{sink="state"} 1"#))
        #expect(wait(seconds: 10) { agent.process.output.contains("the state works again") })
    }

    /// Something in the way of a start, and what the agent says of it.
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Given the agent's directory.
        var script: String
        var says: String
        var environment: [String: String] = [:]
    }

    private static let long = String(repeating: "x", count: 256)
    private static let rows = [
        Row(
            testDescription: "a file for the state directory", script: "touch state",
            says: "the state directory DIR/state is not a directory"),
        Row(
            testDescription: "a broken link for it", script: "ln -s nowhere state", says: "the state directory DIR/state is not a directory"
        ),
        Row(
            testDescription: "a file above it", script: "touch file", says: "make the state directory DIR/file/state: Not a directory",
            environment: ["TENANTWATCH_STATE_DIR": "DIR/file/state"]),
        Row(
            testDescription: "a name that is too long", script: "true", says: "make the state directory DIR/\(long): File name too long",
            environment: ["TENANTWATCH_STATE_DIR": "DIR/\(long)"]),
        Row(
            testDescription: "a read-only file system", script: "mkdir state; mount -t tmpfs -o ro tmpfs state",
            says: "open DIR/state/lock: Read-only file system"),
        Row(
            testDescription: "one above it", script: "mkdir ro; mount -t tmpfs -o ro tmpfs ro",
            says: "make the state directory DIR/ro/state: Read-only file system",
            environment: ["TENANTWATCH_STATE_DIR": "DIR/ro/state"]),
        Row(
            testDescription: "a full file system", script: "mkdir state; mount -t tmpfs -o size=4k,nr_inodes=2 tmpfs state; touch state/x",
            says: "open DIR/state/lock: No space left on device"),
        Row(
            testDescription: "a held lock", script: "mkdir state; exec 9>state/lock; flock 9",
            says: "lock DIR/state, which another process may hold: Resource temporarily unavailable"),
        Row(
            testDescription: "a file for the audit directory", script: "mkdir state; touch state/audit",
            says: "the audit directory DIR/state/audit is not a directory"),
        Row(
            testDescription: "a directory for the audit file", script: "mkdir -p state/audit/audit.jsonl",
            says: "open DIR/state/audit/audit.jsonl: Is a directory"),
        Row(testDescription: "a directory for the lock", script: "mkdir -p state/lock", says: "open DIR/state/lock: Is a directory"),
        Row(
            testDescription: "a directory for the database", script: "mkdir -p state/state.sqlite",
            says: "cannot open DIR/state/state.sqlite: unable to open database file: Is a directory"),
        Row(
            testDescription: "something else than a database", script: "mkdir state; seq 9999 >state/state.sqlite",
            says: "cannot open DIR/state/state.sqlite: file is not a database"),
    ]

    @Test(arguments: rows.indices) func `what is in the way of a start is named as the system names it`(index: Int) throws {
        #expect(geteuid() == 0, "only root may mount a small file system")
        let row = Self.rows[index]
        let port = Ground.freePort()
        let agent = try AgentProcess(
            [tenant("acme", mongo: nowhere, redis: "127.0.0.1:\(port)")],
            wrapper: { directory in
                // What is to be the agent's environment needs the directory, which is not known before.
                let settings = row.environment.map { "export \($0.key)='\($0.value.replacing("DIR", with: directory.path))'; " }.joined()
                return ["unshare", "--mount", "bash", "-c", "cd \(directory.path); \(settings)\(row.script); \"$@\"", "bash"]
            })
        #expect(agent.process.exitStatus(within: 20) == 73, "\(agent.process.output)")
        let text = row.says.replacing("DIR", with: agent.directory.path)
        #expect(agent.process.output.contains("error: \(text)\n"), "\(agent.process.output)")
        #expect(!agent.process.output.contains("Success"))
    }
}
