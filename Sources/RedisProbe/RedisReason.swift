internal import Checking
internal import Transport

extension ProbeFailure.Reason {
    static let noauth = ProbeFailure.Reason(rawValue: "noauth")
    static let wrongpass = ProbeFailure.Reason(rawValue: "wrongpass")
    static let noperm = ProbeFailure.Reason(rawValue: "noperm")
    static let loading = ProbeFailure.Reason(rawValue: "loading")
    static let masterdown = ProbeFailure.Reason(rawValue: "masterdown")
    static let indexOutOfRange = ProbeFailure.Reason(rawValue: "index_out_of_range")
    /// No SELECT, as with many proxies, so that there is database 0 alone.
    static let selectUnavailable = ProbeFailure.Reason(rawValue: "select_unavailable")
    static let maximumClients = ProbeFailure.Reason(rawValue: "maximum_clients")
    static let protectedMode = ProbeFailure.Reason(rawValue: "protected_mode")
    static let passwordUnexpected = ProbeFailure.Reason(rawValue: "password_unexpected")
    /// A server before Redis 6, which knows passwords only; a finding where it accepts the password alone.
    static let usernameUnsupported = ProbeFailure.Reason(rawValue: "username_unsupported")
    static let busy = ProbeFailure.Reason(rawValue: "busy")
    /// A Sentinel, which knows where the master is and holds no data.
    static let sentinel = ProbeFailure.Reason(rawValue: "sentinel")
    /// A proxy that reaches none of its servers.
    static let upstreamUnavailable = ProbeFailure.Reason(rawValue: "upstream_unavailable")
    static let rateLimited = ProbeFailure.Reason(rawValue: "rate_limited")
    static let errorReply = ProbeFailure.Reason(rawValue: "error_reply")
    /// A finding: writes are refused until there is memory.
    static let outOfMemory = ProbeFailure.Reason(rawValue: "out_of_memory")
    /// A finding: the server answers but takes no writes.
    static let readOnly = ProbeFailure.Reason(rawValue: "read_only")
    /// A finding: a replica answers without knowing what is new.
    static let staleReplica = ProbeFailure.Reason(rawValue: "stale_replica")
    /// A finding: some or all keys are refused; a failure where the server says so in answer to the check.
    static let clusterDown = ProbeFailure.Reason(rawValue: "cluster_down")
    /// A finding: what is written would not survive a restart; a failure where the server refuses reads too.
    static let unsaved = ProbeFailure.Reason(rawValue: "unsaved")

    /// Every reason for which a check of Redis can fail or be degraded.
    static let redis: [ProbeFailure.Reason] =
        transport + [
            .noauth, .wrongpass, .noperm, .loading, .masterdown, .indexOutOfRange, .selectUnavailable, .maximumClients,
            .protectedMode, .passwordUnexpected, .usernameUnsupported, .busy, .sentinel, .upstreamUnavailable, .rateLimited,
            .errorReply, .outOfMemory, .readOnly, .staleReplica, .clusterDown, .unsaved,
        ]
}
