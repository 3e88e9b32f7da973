internal import Checking
internal import TenantCore
internal import Transport

extension ProbeFailure.Reason {
    static let noauth = ProbeFailure.Reason(rawValue: "noauth")
    static let wrongpass = ProbeFailure.Reason(rawValue: "wrongpass")
    static let noperm = ProbeFailure.Reason(rawValue: "noperm")
    static let loading = ProbeFailure.Reason(rawValue: "loading")
    static let masterdown = ProbeFailure.Reason(rawValue: "masterdown")
    static let indexOutOfRange = ProbeFailure.Reason(rawValue: "index_out_of_range")
    static let maximumClients = ProbeFailure.Reason(rawValue: "maximum_clients")
    static let protectedMode = ProbeFailure.Reason(rawValue: "protected_mode")
    static let passwordUnexpected = ProbeFailure.Reason(rawValue: "password_unexpected")
    static let busy = ProbeFailure.Reason(rawValue: "busy")
    static let errorReply = ProbeFailure.Reason(rawValue: "error_reply")
    /// A finding: writes are refused until there is memory.
    static let outOfMemory = ProbeFailure.Reason(rawValue: "out_of_memory")
    /// A finding: the server answers but takes no writes.
    static let readOnly = ProbeFailure.Reason(rawValue: "read_only")
    /// A finding: a replica answers without knowing what is new.
    static let staleReplica = ProbeFailure.Reason(rawValue: "stale_replica")
    /// A finding: some or all keys are refused.
    static let clusterDown = ProbeFailure.Reason(rawValue: "cluster_down")
    /// A finding: what is written would not survive a restart; a failure where the server refuses PING for that.
    static let unsaved = ProbeFailure.Reason(rawValue: "unsaved")

    /// Every reason for which a check of Redis can fail or be degraded.
    static let redis: [ProbeFailure.Reason] =
        transport + [
            .noauth, .wrongpass, .noperm, .loading, .masterdown, .indexOutOfRange, .maximumClients, .protectedMode,
            .passwordUnexpected, .busy, .errorReply, .outOfMemory, .readOnly, .staleReplica, .clusterDown, .unsaved,
        ]
}

/// What the error replies of Redis mean: how each starts, and what to do about it.
struct RedisErrorReply {
    let prefix: String
    let reason: ProbeFailure.Reason
    let meaning: String
    let remedy: String

    /// Source: the Redis 7.0 server's replies to AUTH, SELECT and PING; the first that fits counts.
    static let known: [RedisErrorReply] = [
        RedisErrorReply(
            prefix: "NOAUTH", reason: .noauth, meaning: "asks for a password",
            remedy: "Add redis_password (and redis_username for an ACL user) to this tenant."),
        RedisErrorReply(
            prefix: "WRONGPASS", reason: .wrongpass, meaning: "does not accept the user name and password",
            remedy: "Correct redis_username and redis_password, or enable the ACL user."),
        RedisErrorReply(
            prefix: "ERR invalid password", reason: .wrongpass, meaning: "does not accept the password",
            remedy: "Correct redis_password."),
        RedisErrorReply(
            prefix: "NOPERM", reason: .noperm, meaning: "does not let this user run a command of the check",
            remedy: "Grant the ACL user +select and +ping."),
        RedisErrorReply(
            prefix: "LOADING", reason: .loading, meaning: "is still loading its data",
            remedy: "Wait until it has loaded; see its log if that takes longer than usual."),
        RedisErrorReply(
            prefix: "MASTERDOWN", reason: .masterdown, meaning: "is a replica that has lost its master",
            remedy: "Restore the master or the link to it, or point redis_addr at the new master."),
        RedisErrorReply(
            prefix: "MISCONF", reason: .unsaved, meaning: "could not save its data to disk and refuses writes and PING",
            remedy: "See the server's log: the disk may be full, or its directory not writable."),
        RedisErrorReply(
            prefix: "BUSY", reason: .busy, meaning: "is held up by a script or function that does not end",
            remedy: "End it with SCRIPT KILL or FUNCTION KILL, and find out who runs it."),
        RedisErrorReply(
            prefix: "ERR DB index is out of range", reason: .indexOutOfRange, meaning: "has no database of this number",
            remedy: "Lower redis_db, or raise `databases` in redis.conf."),
        RedisErrorReply(
            prefix: "ERR SELECT is not allowed in cluster mode", reason: .indexOutOfRange,
            meaning: "is a cluster node, which has database 0 only",
            remedy: "Give each tenant a Redis of its own, or use a server outside cluster mode."),
        RedisErrorReply(
            prefix: "ERR max number of clients", reason: .maximumClients, meaning: "takes no more clients",
            remedy: "Raise `maxclients`, or find out who holds the connections."),
        RedisErrorReply(
            prefix: "DENIED", reason: .protectedMode, meaning: "is in protected mode",
            remedy: "Set a password for the default user, or bind it to the right interface."),
        RedisErrorReply(
            prefix: "ERR AUTH", reason: .passwordUnexpected, meaning: "has no password for this user",
            remedy: "Remove redis_password from this tenant, or set a password on the server."),
        RedisErrorReply(
            prefix: "ERR Client sent AUTH", reason: .passwordUnexpected, meaning: "has no password for this user",
            remedy: "Remove redis_password from this tenant, or set a password on the server."),
    ]

    /// The failure that an error reply means.
    ///
    /// - Parameter login: a password that a hostile server may send back as its code.
    static func failure(_ text: String, from target: String, hiding login: Secret? = nil) -> ProbeFailure {
        guard let reply = known.first(where: { text.hasPrefix($0.prefix) }) else {
            // The server's own words may hold anything, so only the code before the first space is shown.
            var code = String(text.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }.prefix(32))
            if login?.reveal({ !$0.isEmpty && ($0.contains(code) || code.contains($0)) }) == true { code = "" }
            return ProbeFailure(
                .errorReply, "\(target) answered with the error \(code.isEmpty ? "(no code)" : code)",
                remedy: "Run the command with redis-cli to see the whole answer.")
        }
        return ProbeFailure(reply.reason, "\(target) \(reply.meaning)", remedy: reply.remedy)
    }
}
