public import Checking
internal import Glibc

extension ProbeFailure {
    /// The name servers did not answer in time.
    ///
    /// - Parameter target: the endpoint, without credentials.
    public static func nameServersSilent(_ target: String) -> ProbeFailure {
        ProbeFailure(
            .dnsUnavailable, "the name of \(target) was not resolved in time: the name servers did not answer (\(Phase.resolve))",
            remedy: nameServerRemedy, scope: .backend, holdsFor: ourselves, evidence: .noName)
    }

    private static let nameServerRemedy =
        "See whether the name servers in this machine's /etc/resolv.conf answer, and whether a firewall drops packets to them (port 53)."

    /// An answer that came within this time comes so again.
    private static let soon = Duration.seconds(1)
    /// How long a resolver waits for one name server, unless resolv.conf says otherwise.
    private static let patience = Duration.seconds(5)

    /// What a name that libcurl could not resolve means. libcurl does not say why, so that one asks again; but only where
    /// the first answer came soon, for this call has no deadline.
    static func unresolved(_ target: String, after duration: Duration) -> ProbeFailure {
        guard duration < soon else { return unresolved(target, code: duration < patience ? EAI_NONAME : EAI_AGAIN, errno: 0) }
        var list: UnsafeMutablePointer<addrinfo>?
        errno = 0
        let code = unsafe getaddrinfo(host(of: target), nil, nil, &list)
        let reason = errno
        unsafe freeaddrinfo(list)
        return unresolved(target, code: code, errno: reason)
    }

    /// The name in `host:port`.
    private static func host(of target: String) -> String {
        target.lastIndex(of: ":").map { String(target[..<$0]) } ?? target
    }

    /// What a code of getaddrinfo(3) means.
    static func unresolved(_ target: String, code: Int32, errno reason: Int32) -> ProbeFailure {
        switch code {
        case EAI_AGAIN, EAI_FAIL:
            ProbeFailure(
                .dnsUnavailable, "the name of \(target) could not be looked up: no name server gave a useful answer",
                remedy: nameServerRemedy, scope: .backend, holdsFor: ourselves, evidence: .noName)
        case EAI_MEMORY: outOfMemory
        case EAI_SYSTEM where [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(reason): unconnected(target, errno: reason)
        case noAddress:
            ProbeFailure(
                .dns, "the name of \(target) has no address",
                remedy: "Give the name an A or AAAA record, or correct the host name.", scope: .backend, holdsFor: ourselves,
                evidence: .noName)
        default:
            ProbeFailure(
                .dns, "the name of \(target) could not be resolved",
                remedy: "Check the host name and this machine's DNS.", scope: .backend, holdsFor: ourselves, evidence: .noName)
        }
    }

    /// EAI_NODATA of glibc: the name exists, and has no address.
    private static let noAddress = Int32(-5)
}
