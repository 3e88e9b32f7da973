import Foundation
import RealServers
import TenantCore

extension RedisMatrix {
    /// What a server is in the middle of, or has run out of.
    static var states: [Row] { memories + replicas + clusters + troubles }

    /// A server for one scenario alone.
    private static func own(_ servers: RedisServers, _ options: String..., dump: [UInt8]? = nil) throws -> RedisServer {
        servers.keep(try RedisServer(dump: dump, options: options))
    }

    /// Waits until the server says so of itself.
    private static func awaits(_ field: String, of server: RedisServer) throws {
        guard wait(seconds: 20, until: { (try? server.command("INFO").contains(field)) == true }) else {
            throw ServerProblem(description: "no \(field)")
        }
    }

    private static var memories: [Row] {
        [
            Row("out of memory, `maxmemory-policy noeviction`") {
                redis(try own($0, "--maxmemory", "100kb", "--maxmemory-policy", "noeviction"))
            },
            Row("out of memory, `maxmemory-policy allkeys-lru`") {
                redis(try own($0, "--maxmemory", "100kb", "--maxmemory-policy", "allkeys-lru"))
            },
            Row("loading its data") {
                // A minute and a half, were it not ended; it looks at its clients after each KB.
                redis(
                    try own(
                        $0, "--key-load-delay", "50000", "--loading-process-events-interval-bytes", "1024",
                        dump: RedisServer.dump(keys: 2000)))
            },
        ]
    }

    private static var replicas: [Row] {
        [
            Row("replica, read-only") {
                let replica = try own($0, "--replicaof", "127.0.0.1", "\(try $0.open.get().port)")
                try awaits("master_link_status:up", of: replica)
                return redis(replica)
            },
            Row("replica, writable") {
                let replica = try own($0, "--replicaof", "127.0.0.1", "\(try $0.open.get().port)", "--replica-read-only", "no")
                try awaits("master_link_status:up", of: replica)
                return redis(replica)
            },
            Row("replica whose master is gone") {
                redis(try own($0, "--replicaof", "127.0.0.1", "\(Ground.freePort())"))
            },
            Row("replica whose master is gone, `replica-serve-stale-data no`") {
                redis(try own($0, "--replicaof", "127.0.0.1", "\(Ground.freePort())", "--replica-serve-stale-data", "no"))
            },
        ]
    }

    private static var clusters: [Row] {
        [
            Row("cluster node, slots unserved") { redis(try $0.cluster.get()) },
            Row("cluster node", "`redis_db` 1") { redis(try $0.cluster.get(), ["redis_db": 1]) },
            Row("cluster node") {
                let node = try $0.cluster.get()
                try node.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
                let isWell = wait(seconds: 20) { (try? node.command("CLUSTER", "INFO").contains("cluster_state:ok")) == true }
                guard isWell else { throw ServerProblem(description: "the cluster is not well") }
                return redis(node)
            },
        ]
    }

    private static var troubles: [Row] {
        [
            Row("`databases 4`", "`redis_db` 3") { redis(try own($0, "--databases", "4"), ["redis_db": 3]) },
            Row("`databases 4`", "`redis_db` 4") { redis(try own($0, "--databases", "4"), ["redis_db": 4]) },
            Row("could not save, without `save`") { redis(try unsaved($0)) },
            Row("could not save, with `save 3600 1`") { redis(try unsaved($0, "--save", "3600 1")) },
            Row("`maxclients` reached") {
                let server = try own($0, "--maxclients", "1")
                _ = $0.keep(try subscriber(of: server))
                return redis(server)
            },
            Row("held up by a script") {
                let server = try own($0, "--busy-reply-threshold", "50")
                let script = try ServerProcess(
                    "redis-cli", ["-p", "\(server.port)", "EVAL", "while true do end", "0"], in: try Ground.directory())
                _ = $0.keep(script)
                guard wait(seconds: 10, until: { (try? server.command("PING").contains("BUSY")) == true }) else {
                    throw ServerProblem(description: "the script does not run")
                }
                return redis(server)
            },
            Row("frozen", within: .milliseconds(500)) {
                try $0.open.get().process.freeze()
                return redis(try $0.open.get())
            } end: {
                try $0.open.get().process.thaw()
            },
        ]
    }

    /// A directory stands where the data should be saved, which stops even those who may write everywhere.
    private static func unsaved(_ servers: RedisServers, _ options: String...) throws -> RedisServer {
        let server = servers.keep(try RedisServer(options: options))
        try awaits("loading:0", of: server)
        try FileManager.default.createDirectory(
            at: server.process.directory.appending(path: "dump.rdb"), withIntermediateDirectories: false)
        try server.command("SET", "key", "value")
        try server.command("BGSAVE")
        try awaits("rdb_last_bgsave_status:err", of: server)
        return server
    }

    /// A client that stays; the server may turn the first ones away while it has not noticed that another left.
    private static func subscriber(of server: RedisServer) throws -> ServerProcess {
        var client: ServerProcess?
        let isIn = wait(seconds: 20) {
            let candidate = try? ServerProcess("redis-cli", ["-p", "\(server.port)", "SUBSCRIBE", "news"], in: Ground.directory())
            client = candidate
            return wait(seconds: 5) { candidate?.isRunning != true || candidate?.output.contains("news") == true }
                && candidate?.isRunning == true
        }
        guard isIn, let client else { throw ServerProblem(description: "no client was let in") }
        return client
    }
}
