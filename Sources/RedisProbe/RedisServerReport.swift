internal import Checking

/// What a Redis server says of itself in INFO: troubles that no answer to PING shows.
///
/// Source: the Redis 7.0 documentation of INFO and CLUSTER INFO.
struct RedisServerReport {
    private let fields: [Substring: Substring]

    /// Reads lines of the form `name:value`; of a name that occurs twice the first counts.
    init(_ text: String) {
        let pairs = text.split(whereSeparator: \.isNewline).compactMap { line -> (Substring, Substring)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon], line[line.index(after: colon)...])
        }
        fields = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// None is negative, so that their differences are numbers too.
    private func number(_ name: Substring) -> Int { fields[name].flatMap { Int($0) }.map { max(0, $0) } ?? 0 }

    /// Whether CLUSTER INFO tells more.
    var isClusterNode: Bool { fields["cluster_enabled"] == "1" }

    /// Whether INFO speaks of replication, which only a Sentinel leaves out.
    var mayBeSentinel: Bool { fields["role"] == nil }
    /// Whether INFO has what only a Sentinel says.
    var isSentinel: Bool { fields["sentinel_masters"] != nil }
    /// Valkey and Dragonfly may say what Redis has not said since its fifth version.
    private var isReplica: Bool { fields["role"] == "slave" || fields["role"] == "replica" }

    /// What is noteworthy, the worst for a tenant first.
    func findings(at target: String) -> [Finding] {
        [outOfMemory(target), staleReplica(target), readOnly(target), clusterDown(target), unsaved(target)].compactMap { $0 }
    }

    private func outOfMemory(_ target: String) -> Finding? {
        // Other policies make room by evicting, so that being at the limit is their usual state.
        guard number("maxmemory") > 0, fields["maxmemory_policy"] == "noeviction",
            number("used_memory") - number("mem_not_counted_for_evict") >= number("maxmemory")
        else { return nil }
        return Finding(
            .outOfMemory, "\(target) has used up its maxmemory and refuses writes",
            remedy: "Raise maxmemory, delete what is not needed, or choose a maxmemory-policy that evicts.")
    }

    private func readOnly(_ target: String) -> Finding? {
        guard isReplica, fields["slave_read_only"] == "1" else { return nil }
        return Finding(
            .readOnly, "\(target) is a replica, so that the tenant can read and not write", remedy: "Point redis_addr at the master.")
    }

    private func staleReplica(_ target: String) -> Finding? {
        guard isReplica, fields["master_link_status"] == "down" else { return nil }
        return Finding(
            .staleReplica, "\(target) is a replica that has lost its master, so that what it answers is old",
            remedy: "Restore the master or the link to it, or point redis_addr at the new master.")
    }

    private func clusterDown(_ target: String) -> Finding? {
        guard fields["cluster_state"] == "fail" else { return nil }
        return Finding(
            .clusterDown, "\(target) is a node of a cluster that is down and refuses keys",
            remedy: "See CLUSTER INFO and CLUSTER NODES: every slot must be served, and a majority of masters reachable.")
    }

    private func unsaved(_ target: String) -> Finding? {
        guard fields["rdb_last_bgsave_status"] == "err" || fields["aof_last_write_status"] == "err" else { return nil }
        return Finding(
            .unsaved, "\(target) could not save its data to disk and may refuse writes",
            remedy: "See the server's log: the disk may be full, or its directory not writable.")
    }
}
