public import Checking
internal import Glibc
public import TenantCore

/// One dialled byte stream, TCP or TLS over TCP, used by one thread at a time.
@safe
public struct Connection: ~Copyable, Sendable {
    private let stream: ByteStream
    /// Whom it was dialled to.
    public let endpoint: HostPort
    /// The socket, for `poll`; never read or write it.
    public let descriptor: Int32
    /// How long resolving, connecting and TLS took.
    public let phases: [Phase: Duration]
    /// How private the address is that was reached.
    public let addressClass: IPAddress.Class
    /// True when bytes may have come although the socket shows none, as TLS brings them by the record: one tries to
    /// receive before one waits.
    public let isBuffered: Bool

    init(handle: consuming CurlHandle, endpoint: HostPort, usesTLS: Bool) throws(ProbeFailure) {
        phases = handle.dialPhases
        addressClass = handle.judge.addressClass ?? .global
        isBuffered = usesTLS
        self.endpoint = endpoint
        if usesTLS {
            descriptor = handle.socket
            stream = .secure(handle)
        } else {
            let socket = try Socket.duplicate(of: handle.socket)
            descriptor = socket.descriptor
            stream = .clear(socket)
        }
    }

    /// Bytes taken, 0 when it would block, nil when the stream is closed or broken.
    public func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        switch stream {
        case .clear(let socket): return unsafe socket.send(bytes)
        case .secure(let handle): return unsafe handle.send(bytes)
        }
    }

    /// Bytes read, 0 when it would block, nil when the stream is closed or broken.
    public func receive(into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        switch stream {
        case .clear(let socket): return unsafe socket.receive(into: bytes)
        case .secure(let handle): return unsafe handle.receive(into: bytes)
        }
    }

    /// Why the stream ended, once it has: over TLS 1.3 a server refuses our certificate only after the handshake.
    public var ending: ProbeFailure {
        switch stream {
        case .clear: .disconnected(endpoint.description)
        case .secure(let handle): .ended(endpoint.description, witness: handle.witness)
        }
    }

    /// Waits until the socket can be written to or read from; false when the time is up.
    public func wait(writing: Bool, milliseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(writing ? POLLOUT : POLLIN), revents: 0)
        return unsafe poll(&entry, 1, Int32(clamping: milliseconds)) > 0
    }
}

/// What carries the bytes. A socket in clear is taken out of libcurl's hands, which would keep 50 KB and two more
/// descriptors for it.
enum ByteStream: ~Copyable, Sendable {
    case clear(Socket)
    case secure(CurlHandle)
}

/// A connected socket that does not block.
struct Socket: ~Copyable, Sendable {
    let descriptor: Int32

    /// Another descriptor for a connection, which lives on when the first is closed.
    static func duplicate(of descriptor: Int32) throws(ProbeFailure) -> Socket {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw .outOfMemory }
        return Socket(owning: own)
    }

    private init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let count = unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        return count >= 0 ? count : errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    func receive(into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        let count = unsafe recv(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
        return count > 0 ? count : count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : nil
    }
}
