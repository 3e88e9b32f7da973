internal import Checking
internal import TenantCore

/// What was asked when an error came.
enum RedisStep: Equatable {
    case login(withUsername: Bool)
    case selection
    /// PING, or what takes its place.
    case liveness
}

/// What the error replies of Redis mean: how each starts, and what to do about it.
struct RedisErrorReply {
    let prefix: String
    let reason: ProbeFailure.Reason
    let meaning: String
    let remedy: String
    /// Where it means that; nil everywhere.
    var step: RedisStep?

    private static let removePassword = "Remove redis_password from this tenant, or set a password on the server."
    private static let noProxyUpstream = "See the proxy's log: start the Redis servers behind it, or correct its list of servers."

    /// Source: the replies of Redis 2.8 to 7, Envoy and twemproxy to AUTH, SELECT and PING; the first that fits counts.
    static let known: [RedisErrorReply] = logins + databases + states + proxies

    private static let logins = [
        RedisErrorReply(
            prefix: "NOAUTH", reason: .noauth, meaning: "asks for a password",
            remedy: "Add redis_password (and redis_username for an ACL user) to this tenant."),
        RedisErrorReply(
            prefix: "ERR operation not permitted", reason: .noauth, meaning: "asks for a password",
            remedy: "Add redis_password to this tenant."),
        RedisErrorReply(
            prefix: "WRONGPASS", reason: .wrongpass, meaning: "does not accept the user name and password",
            remedy: "Correct redis_username and redis_password, or enable the ACL user."),
        RedisErrorReply(
            prefix: "ERR invalid password", reason: .wrongpass, meaning: "does not accept the password",
            remedy: "Correct redis_password."),
        RedisErrorReply(
            prefix: "ERR AUTH", reason: .passwordUnexpected, meaning: "has no password for this user", remedy: removePassword),
        RedisErrorReply(
            prefix: "ERR Client sent AUTH", reason: .passwordUnexpected, meaning: "has no password for this user",
            remedy: removePassword),
        RedisErrorReply(
            prefix: "ERR wrong number of arguments", reason: .usernameUnsupported,
            meaning: "is older than Redis 6 and takes a password without a user name",
            remedy: "Leave out redis_username, also in the URL of redis_addr, and keep redis_password.",
            step: .login(withUsername: true)),
    ]

    private static let databases = [
        RedisErrorReply(
            prefix: "NOPERM", reason: .noperm, meaning: "does not let this user choose a database",
            remedy: "Grant the ACL user +select, or set redis_db to 0, which needs no SELECT.", step: .selection),
        RedisErrorReply(
            prefix: "NOPERM", reason: .noperm, meaning: "does not let this user run a command of the check",
            remedy: "Grant the ACL user +select and +ping."),
        RedisErrorReply(
            prefix: "ERR DB index is out of range", reason: .indexOutOfRange, meaning: "has no database of this number",
            remedy: "Lower redis_db, or raise `databases` in redis.conf."),
        RedisErrorReply(
            prefix: "ERR invalid DB index", reason: .indexOutOfRange, meaning: "has no database of this number",
            remedy: "Lower redis_db, or raise `databases` in redis.conf."),
        RedisErrorReply(
            prefix: "ERR SELECT is not allowed in cluster mode", reason: .indexOutOfRange,
            meaning: "is a cluster node, which has database 0 only",
            remedy: "Give each tenant a Redis of its own, or use a server outside cluster mode."),
    ]

    private static let states = [
        RedisErrorReply(
            prefix: "LOADING", reason: .loading, meaning: "is still loading its data",
            remedy: "Wait until it has loaded; see its log if that takes longer than usual."),
        RedisErrorReply(
            prefix: "MASTERDOWN", reason: .masterdown, meaning: "is a replica that has lost its master",
            remedy: "Restore the master or the link to it, or point redis_addr at the new master."),
        RedisErrorReply(
            prefix: "CLUSTERDOWN", reason: .clusterDown, meaning: "is a node of a cluster that is down and refuses keys",
            remedy: "See CLUSTER INFO and CLUSTER NODES: every slot must be served, and a majority of masters reachable."),
        RedisErrorReply(
            prefix: "MISCONF", reason: .unsaved, meaning: "could not save its data to disk and refuses writes and PING",
            remedy: "See the server's log: the disk may be full, or its directory not writable."),
        RedisErrorReply(
            prefix: "OOM ", reason: .outOfMemory, meaning: "has used up its maxmemory and refuses commands",
            remedy: "Raise maxmemory, delete what is not needed, or choose a maxmemory-policy that evicts."),
        RedisErrorReply(
            prefix: "BUSY ", reason: .busy, meaning: "is held up by a script or function that does not end",
            remedy: "End it with SCRIPT KILL or FUNCTION KILL, and find out who runs it."),
        RedisErrorReply(
            prefix: "ERR max number of clients", reason: .maximumClients, meaning: "takes no more clients",
            remedy: "Raise `maxclients`, or find out who holds the connections."),
        RedisErrorReply(
            prefix: "DENIED", reason: .protectedMode, meaning: "is in protected mode",
            remedy: "Set a password for the default user, or bind it to the right interface."),
    ]

    /// What proxies say when the servers behind them are out of reach: Envoy, twemproxy and predixy, in this order.
    private static let proxies = [
        "no upstream host", "upstream failure", "upstream protocol error", "ERR Connection refused", "ERR Connection timed out",
        "ERR No route to host", "ERR Connection reset by peer", "ERR no server connection", "ERR server connection close",
    ].map {
        RedisErrorReply(
            prefix: $0, reason: .upstreamUnavailable, meaning: "is a proxy that reaches no Redis server behind it",
            remedy: noProxyUpstream)
    }

    /// How servers and proxies say that they do not have a command, in lower case.
    private static let unknownCommands = [
        "err unknown command", "err unknown or unsupported command", "err unsupported command", "unsupported command",
        "err command not supported", "err command is not supported", "err command not allowed", "err command is not allowed",
        "err command is not available", "err command is disabled", "err not supported", "err unsupported", "invalid request",
    ]

    /// Whether the server does not have the command, or not for this user: says nothing about its health.
    static func isRefusal(_ text: String) -> Bool {
        text.hasPrefix("NOPERM") || isUnknownCommand(text)
    }

    /// What a refusal of PING says of the writes of clients, which is why a client may still read; nil for other errors.
    /// Redis refuses PING as it does writes while it cannot save its data.
    static func writeRefusal(_ text: String, from target: String) -> Finding? {
        known.first { [.unsaved, .outOfMemory].contains($0.reason) && text.hasPrefix($0.prefix) }.map {
            Finding($0.reason, "\(target) \($0.meaning)", remedy: $0.remedy)
        }
    }

    static func isUnknownCommand(_ text: String) -> Bool {
        let text = text.prefix(64).lowercased()
        return unknownCommands.contains { text.hasPrefix($0) }
    }

    /// How managed services ask clients to slow down, in lower case.
    private static let throttlings = [
        "throttl", "rate limit", "rate-limit", "ratelimit", "too many requests", "toomanyrequests", "max requests limit",
        "max daily request limit", "max commands per second", "max request limit", "request limit exceeded", "slow down",
    ]

    private static func isThrottling(_ text: String) -> Bool {
        let text = text.prefix(128).lowercased()
        return throttlings.contains { text.contains($0) }
    }

    /// The failure that an error reply means.
    ///
    /// - Parameters:
    ///   - step: what was asked; nil where that does not matter.
    ///   - login: a password that a hostile server may send back as its code.
    static func failure(
        _ text: String, from target: String, to step: RedisStep? = nil, hiding login: Secret? = nil
    ) -> ProbeFailure {
        if let reply = known.first(where: { ($0.step == nil || $0.step == step) && text.hasPrefix($0.prefix) }) {
            return ProbeFailure(reply.reason, "\(target) \(reply.meaning)", remedy: reply.remedy)
        }
        if isThrottling(text) {
            return ProbeFailure(
                .rateLimited, "\(target) asks its clients to slow down",
                remedy: "Raise redis_interval, or the limit of the service's plan; this says nothing about the tenant.",
                isUndecided: true)
        }
        if isUnknownCommand(text), let failure = unknown(at: target, to: step) { return failure }
        // The server's own words may hold anything, so only the code before the first space is shown.
        var code = String(text.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }.prefix(32))
        if login?.reveal({ !$0.isEmpty && ($0.contains(code) || code.contains($0)) }) == true { code = "" }
        return ProbeFailure(
            .errorReply, "\(target) answered with the error \(code.isEmpty ? "(no code)" : code)",
            remedy: "Run the command with redis-cli to see the whole answer.")
    }

    private static func unknown(at target: String, to step: RedisStep?) -> ProbeFailure? {
        switch step {
        case .login:
            ProbeFailure(
                .passwordUnexpected, "\(target) has no AUTH, so that it takes no password",
                remedy: "Remove redis_password and redis_username from this tenant.")
        case .selection: .selectUnavailable(target)
        case .liveness, nil: nil
        }
    }
}

extension ProbeFailure {
    /// The server has no SELECT.
    static func selectUnavailable(_ target: String) -> ProbeFailure {
        ProbeFailure(
            .selectUnavailable, "\(target) has no SELECT, as many proxies, so that it has database 0 alone",
            remedy: "Set redis_db to 0 and give each tenant a server of its own, or connect to a Redis that has SELECT.")
    }

    /// The server is a Sentinel.
    static func sentinel(_ target: String) -> ProbeFailure {
        ProbeFailure(
            .sentinel, "\(target) is a Redis Sentinel, which holds no data",
            remedy: "Set redis_addr to the Redis server that SENTINEL GET-MASTER-ADDR-BY-NAME names, not to the Sentinel.")
    }
}
