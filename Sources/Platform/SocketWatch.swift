internal import CPlatform
internal import Glibc

/// Watches sockets for a hang-up with one epoll.
public struct SocketWatch: ~Copyable, Sendable {
    /// The most hang-ups that one call reports; more wait for the next.
    private static let batch = 256

    private let descriptor: Int32

    /// A watch without sockets; nil when the system grants no more descriptors.
    public static func open() -> SocketWatch? {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        return descriptor < 0 ? nil : SocketWatch(owning: descriptor)
    }

    private init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Reports `token` once when the other side closes or resets the connection; closing the socket ends its watch.
    ///
    /// Says nothing of bytes that arrive: TLS 1.3 servers send session tickets to clients that wait.
    public borrowing func add(_ socket: Int32, token: UInt64) {
        tw_epoll_add(descriptor, socket, EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue, token)
    }

    /// The tokens of sockets that hung up, as soon as there are any; none when `time` is over.
    public borrowing func wait(for time: Duration) -> [UInt64] {
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.batch) { tokens in
            let count = unsafe tw_epoll_wait(
                descriptor, tokens.baseAddress, Int32(Self.batch), Int32(time / .milliseconds(1)))
            return unsafe Array(tokens.prefix(max(0, Int(count))))
        }
    }
}
