internal import Checking
internal import Transport

extension ProbeFailure.Reason {
    static let auth = ProbeFailure.Reason(rawValue: "auth")
    /// The server does not offer the mechanism of the login.
    static let mechanismUnavailable = ProbeFailure.Reason(rawValue: "mechanism_unavailable")
    static let notAuthorised = ProbeFailure.Reason(rawValue: "not_authorised")
    static let noPrimary = ProbeFailure.Reason(rawValue: "no_primary")
    /// A primary is known, and cannot be reached from here.
    static let primaryUnreachable = ProbeFailure.Reason(rawValue: "primary_unreachable")
    static let wrongSetName = ProbeFailure.Reason(rawValue: "wrong_set_name")
    /// The connection string says that there is a load balancer, and the server says nothing of one.
    static let notLoadBalanced = ProbeFailure.Reason(rawValue: "not_load_balanced")
    /// The server is an arbiter, which holds no data and no users.
    static let arbiter = ProbeFailure.Reason(rawValue: "arbiter")
    /// The server is in no set, but started as a member of one.
    static let setUnconfigured = ProbeFailure.Reason(rawValue: "set_unconfigured")
    /// The server is starting, recovering or rolling back.
    static let memberNotReady = ProbeFailure.Reason(rawValue: "member_not_ready")
    static let shuttingDown = ProbeFailure.Reason(rawValue: "shutting_down")
    /// A mongos or a proxy does not reach the servers behind it.
    static let shardUnreachable = ProbeFailure.Reason(rawValue: "shard_unreachable")
    static let serverTimeout = ProbeFailure.Reason(rawValue: "server_timeout")
    static let diskFull = ProbeFailure.Reason(rawValue: "disk_full")
    static let tlsRequired = ProbeFailure.Reason(rawValue: "tls_required")
    static let maximumClients = ProbeFailure.Reason(rawValue: "maximum_clients")
    static let rateLimited = ProbeFailure.Reason(rawValue: "rate_limited")
    /// Undecided: we, and perhaps not the tenant, speak no version of the wire protocol that the server speaks.
    static let unsupportedVersion = ProbeFailure.Reason(rawValue: "unsupported_version")
    static let commandFailed = ProbeFailure.Reason(rawValue: "command_failed")
    static let badConnectionString = ProbeFailure.Reason(rawValue: "bad_connection_string")
    /// A finding: the server answers but takes no writes.
    static let readOnly = ProbeFailure.Reason(rawValue: "read_only")

    /// Every reason for which a check of MongoDB can fail or be degraded.
    static let mongo: [ProbeFailure.Reason] =
        transport + [
            .auth, .mechanismUnavailable, .notAuthorised, .noPrimary, .primaryUnreachable, .wrongSetName, .notLoadBalanced, .arbiter,
            .setUnconfigured, .memberNotReady, .shuttingDown, .shardUnreachable, .serverTimeout, .diskFull, .tlsRequired,
            .maximumClients, .rateLimited, .unsupportedVersion, .commandFailed, .badConnectionString, .readOnly,
        ]
}
