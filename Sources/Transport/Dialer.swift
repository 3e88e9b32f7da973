internal import CCurl
public import Checking
internal import Glibc
public import TenantCore

/// Opens connections, in clear or over TLS with verification, under the network policy.
public struct Dialer: Sendable {
    /// A dialer; it holds nothing, so that any may dial for all.
    public init() {}

    /// Dials `endpoint`.
    ///
    /// - Parameters:
    ///   - tls: nil dials in clear.
    ///   - ceiling: the most private class of address that is allowed; nil for configured endpoints.
    ///   - deadline: the instant by which the connection must stand.
    /// - Throws: `ProbeFailure` with a reason of `ProbeFailure.Reason.transport`.
    public func dial(
        _ endpoint: HostPort, tls: TLSSettings?, ceiling: IPAddress.Class? = nil, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> Connection {
        let handle = try CurlHandle.open(policy: NetworkPolicy(ceiling: ceiling))
        handle.set(CURLOPT_URL, "\(tls == nil ? "http" : "https")://\(endpoint)/")
        handle.set(CURLOPT_CONNECT_ONLY, 1)
        handle.set(CURLOPT_SSL_ENABLE_ALPN, 0)
        if let tls { handle.trust(tls) }
        let code = handle.perform(before: deadline)
        guard code == CURLE_OK else { throw .dialling(endpoint.description, code: code, handle: handle) }
        guard !handle.isSelfConnected else { throw .refused(endpoint.description) }
        return try Connection(handle: handle, endpoint: endpoint, usesTLS: tls != nil)
    }
}
