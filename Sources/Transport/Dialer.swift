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
        return Connection(handle: handle, endpoint: endpoint)
    }
}

/// One dialled byte stream, TCP or TLS over TCP, used by one thread at a time.
@safe
public struct Connection: ~Copyable, Sendable {
    private let handle: CurlHandle
    /// Whom it was dialled to.
    public let endpoint: HostPort
    /// The socket, for `poll`; never read or write it.
    public let descriptor: Int32
    /// How long resolving, connecting and TLS took.
    public let phases: [Phase: Duration]
    /// How private the address is that was reached.
    public let addressClass: IPAddress.Class

    init(handle: consuming CurlHandle, endpoint: HostPort) {
        descriptor = handle.socket
        phases = handle.dialPhases
        addressClass = handle.judge.addressClass ?? .global
        self.endpoint = endpoint
        self.handle = handle
    }

    /// Bytes taken, 0 when it would block, nil when the stream is closed or broken.
    public func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let (code, count) = unsafe handle.send(bytes)
        if code == CURLE_AGAIN { return 0 }
        return code == CURLE_OK ? count : nil
    }

    /// Bytes read, 0 when it would block, nil when the stream is closed or broken.
    public func receive(into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let (code, count) = unsafe handle.receive(bytes)
        if code == CURLE_AGAIN { return 0 }
        return code == CURLE_OK && count > 0 ? count : nil
    }

    /// Waits until the socket can be written to or read from; false when the time is up.
    public func wait(writing: Bool, milliseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(writing ? POLLOUT : POLLIN), revents: 0)
        return unsafe poll(&entry, 1, Int32(clamping: milliseconds)) > 0
    }
}
