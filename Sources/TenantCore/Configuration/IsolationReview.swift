/// Something that several tenants share although each should have its own, as far as the configuration shows it.
struct IsolationFinding: Sendable, Equatable {
    /// Where the tenants stand in the list that was reviewed, ascending; at least two.
    var tenants: [Int]
    /// The key that each of them would change.
    var key: String
    /// What is shared, as it goes on from "shares"; without credentials.
    var what: String
    var fix: String
}

/// Finds tenants that are not isolated from each other; pure, and linear in their number.
struct IsolationReview {
    /// As many databases as the platform lets a tenant choose from.
    static let redisIndexes = 16

    /// How many logins one server may have before sessions can no longer be kept for each of them.
    var loginLimit = 1000

    /// Dependencies that are not checked are left out: where they are is not known.
    func findings(among tenants: [Tenant]) -> [IsolationFinding] {
        let mongo = tenants.enumerated().compactMap { index, tenant in tenant.mongo.map { (index: index, mongo: $0) } }
        let redis = tenants.enumerated().compactMap { index, tenant in tenant.redis.map { (index: index, redis: $0) } }
        return sharedDatabases(mongo) + sharedIndexes(redis) + crowdedRedis(redis)
            + crowdedServers(
                "mongo_uri", "MongoDB",
                mongo.map { ($0.index, Set(Self.servers(of: $0.mongo.address)), $0.mongo.address.backend, Login(mongo: $0.mongo)) })
            + crowdedServers(
                "redis_addr", "Redis",
                redis.map { ($0.index, [Self.canonical($0.redis.endpoint)], $0.redis.endpoint.description, Login(redis: $0.redis)) })
    }

    private typealias MongoEntry = (index: Int, mongo: Tenant.Mongo)
    private typealias RedisEntry = (index: Int, redis: Tenant.Redis)

    /// Replica sets may be named by different members, so that one common member is enough.
    private func sharedDatabases(_ entries: [MongoEntry]) -> [IsolationFinding] {
        var groups = Groups(count: entries.count)
        var first: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            for server in Self.servers(of: entry.mongo.address) {
                // MongoDB itself refuses two names that differ in case alone.
                let key = "\(server)/\(entry.mongo.database.lowercased())"
                if let other = first[key] { groups.join(index, other) } else { first[key] = index }
            }
        }
        return groups.all.map { members in
            let mongo = entries[members[0]].mongo
            return IsolationFinding(
                tenants: members.map { entries[$0].index }, key: "mongo_database",
                what: "the MongoDB database \(mongo.database) on \(mongo.address.backend)",
                fix: "Give each tenant a database of its own: each can read the other's data.")
        }
    }

    private func sharedIndexes(_ entries: [RedisEntry]) -> [IsolationFinding] {
        Self.grouped(entries) { "\(Self.canonical($0.redis.endpoint))/\($0.redis.index)" }.map { members in
            let redis = entries[members[0]].redis
            return IsolationFinding(
                tenants: members.map { entries[$0].index }, key: "redis_db", what: "the Redis database \(redis.index) on \(redis.endpoint)",
                fix: "Give each tenant a redis_db or a Redis of its own: each can read and flush the other's keys.")
        }
    }

    private func crowdedRedis(_ entries: [RedisEntry]) -> [IsolationFinding] {
        Self.grouped(entries) { Self.canonical($0.redis.endpoint) }.filter { $0.count > Self.redisIndexes }.map { members in
            IsolationFinding(
                tenants: members.map { entries[$0].index }, key: "redis_addr",
                what:
                    "the Redis \(entries[members[0]].redis.endpoint), which has \(Self.redisIndexes) databases for \(members.count) tenants",
                fix: "Move tenants to another Redis: redis_db is 0 to \(Self.redisIndexes - 1).")
        }
    }

    /// What tells one session pool from another.
    private struct Login: Hashable {
        var text: Secret
        var tls: TLSSettings?

        init(mongo: Tenant.Mongo) {
            text = mongo.address.connectionString
            tls = mongo.tls
        }

        init(redis: Tenant.Redis) {
            text = Secret("\(redis.username ?? "")\n\(redis.password?.reveal { $0 } ?? "")")
            tls = redis.tls
        }
    }

    private func crowdedServers(
        _ key: String, _ kind: String, _ entries: [(index: Int, servers: Set<String>, shown: String, login: Login)]
    ) -> [IsolationFinding] {
        var members: [Set<String>: [Int]] = [:]
        for (index, entry) in entries.enumerated() { members[entry.servers, default: []].append(index) }
        let crowded = members.values.filter { $0.count > loginLimit && Set($0.map { entries[$0].login }).count > loginLimit }
        return crowded.sorted { $0[0] < $1[0] }.map { members in
            IsolationFinding(
                tenants: members.map { entries[$0].index }, key: key,
                what: "the \(kind) \(entries[members[0]].shown), which has more than \(loginLimit) logins to keep sessions for",
                fix: "Spread the tenants over more servers, or their checks log in each time.")
        }
    }

    /// One text for each seed; a name with an SRV record is no server itself.
    private static func servers(of address: MongoAddress) -> [String] {
        address.hosts.map { address.isService ? "srv:\(CanonicalHost($0.host))" : canonical($0) }
    }

    /// One text for all spellings of one server.
    private static func canonical(_ endpoint: HostPort) -> String { "\(CanonicalHost(endpoint.host)) \(endpoint.port)" }

    /// The positions of tenants with equal keys, where there are several.
    private static func grouped(_ entries: [RedisEntry], by key: (RedisEntry) -> String) -> [[Int]] {
        Dictionary(grouping: entries.indices, by: { key(entries[$0]) }).values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }
}

/// Joins positions into groups, transitively.
private struct Groups {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func join(_ left: Int, _ right: Int) {
        let (left, right) = (root(of: left), root(of: right))
        parents[max(left, right)] = min(left, right)
    }

    private mutating func root(of position: Int) -> Int {
        var position = position
        while parents[position] != position {
            parents[position] = parents[parents[position]]  // Halves the way for the next who asks.
            position = parents[position]
        }
        return position
    }

    /// Every group with several members, ascending.
    var all: [[Int]] {
        var groups = self
        return Dictionary(grouping: parents.indices, by: { groups.root(of: $0) }).values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }
}

extension IsolationFinding {
    /// The finding as a warning about the tenant that joined last.
    ///
    /// - Parameters:
    ///   - ids: of all tenants that were reviewed.
    ///   - path: where the entry of a tenant stands.
    func issue(ids: [TenantID], path: (Int) -> String) -> ConfigurationIssue {
        let others = tenants.dropLast()
        let named = others.prefix(3).map { ids[$0].rawValue }
        let rest = others.count > 3 ? " and \(others.count - 3) more" : ""
        return ConfigurationIssue(
            .warning, path: "\(path(tenants.last ?? 0)).\(key)", problem: "shares \(what), with \(named.joined(separator: ", "))\(rest)",
            fix: fix, tenant: tenants.last.map { ids[$0].rawValue })
    }
}
