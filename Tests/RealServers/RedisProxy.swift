import Foundation

/// A real twemproxy on loopback before one Redis: it has no SELECT and no INFO, and closes the connection at both.
public final class RedisProxy: Sendable {
    /// On 127.0.0.1, in clear.
    public let port: Int
    private let process: ServerProcess

    /// Starts `nutcracker`, Debian's name for it.
    public init(to server: Int) throws {
        port = Ground.freePort()
        let directory = try Ground.directory()
        let file = directory.appending(path: "nutcracker.yml")
        let pool = [
            "pool:", "  listen: 127.0.0.1:\(port)", "  redis: true", "  hash: fnv1a_64", "  distribution: ketama", "  servers:",
            "   - 127.0.0.1:\(server):1", "",
        ]
        try pool.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        // Debian puts it where root alone looks for programs.
        process = try ServerProcess(
            "/usr/sbin/nutcracker", ["--conf-file", file.path, "--stats-addr", "127.0.0.1", "--stats-port", "\(Ground.freePort())"],
            in: directory)
        let (started, listening) = (process, port)
        guard wait(seconds: 20, until: { Ground.isListening(listening) }) else {
            throw ServerProblem(description: "nutcracker did not start: \(started.output)")
        }
    }

    /// The host and port, as `redis_addr` takes them.
    public var address: String { "127.0.0.1:\(port)" }
}

/// A real Sentinel on loopback, which watches no master.
public final class RedisSentinel: Sendable {
    /// On 127.0.0.1, in clear.
    public let port: Int
    private let process: ServerProcess

    /// Starts `redis-server` in its other mode.
    public init() throws {
        port = Ground.freePort()
        let directory = try Ground.directory()
        let file = directory.appending(path: "sentinel.conf")
        try "port \(port)\nbind 127.0.0.1\ndir \(directory.path)\n".write(to: file, atomically: true, encoding: .utf8)
        process = try ServerProcess("redis-server", [file.path, "--sentinel"], in: directory)
        let (started, listening) = (process, port)
        guard wait(seconds: 20, until: { Ground.isListening(listening) }) else {
            throw ServerProblem(description: "the Sentinel did not start: \(started.output)")
        }
    }

    /// The host and port, as `redis_addr` takes them.
    public var address: String { "127.0.0.1:\(port)" }
}
