import Checking
import Dispatch
import Glibc
import Platform
import Testing

@testable import BlockingIO

/// One end of a pair of sockets; the test holds the other.
struct PairSession: KeptSession, ~Copyable {
    let ends: SocketPair
    var sockets: [Int32] { [ends.own] }
    var dials: Int { ends.dials }
}

/// Two sockets that are connected to each other.
final class SocketPair: @unchecked Sendable {
    // Sendable because a test uses it from one thread; the watch knows its number alone.
    private(set) var own: Int32 = -1
    private(set) var other: Int32 = -1
    private(set) var dials = 0

    init() { dial() }
    deinit { end() }

    func dial() {
        end()
        var both: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &both) == 0)
        (own, other) = (both[0], both[1])
        dials += 1
    }

    func hangUp() {
        close(other)
        other = -1
    }

    func speak() { #expect(write(other, "x", 1) == 1) }

    private func end() {
        for descriptor in [own, other] where descriptor >= 0 { close(descriptor) }
    }
}

/// A pool whose sessions are pairs of sockets, and a watch over them.
final class HangUpRig: Sendable {
    let watch: HangUpWatch
    let backend: Backend
    let pool: SessionPool<PairSession>
    private let ownsWatch: Bool
    private let seen = Guarded<[Backend]>([])
    private let news = DispatchSemaphore(value: 0)
    private let pairs = Guarded<[SocketPair]>([])

    convenience init() throws {
        try self.init(watch: #require(HangUpWatch()), name: "server:1", ownsWatch: true)
        let (watch, seen, news) = (watch, seen, news)
        _ = Worker(name: "hang-ups") {
            watch.run { backend in
                seen.withLock { $0.append(backend) }
                news.signal()
            }
        }
    }

    convenience init(watch: HangUpWatch, name: String) throws { try self.init(watch: watch, name: name, ownsWatch: false) }

    private init(watch: HangUpWatch, name: String, ownsWatch: Bool) throws {
        self.watch = watch
        self.ownsWatch = ownsWatch
        backend = Backend(rawValue: name)
        pool = SessionPool(backend: backend, budget: SessionBudget(), census: SessionCensus(), hangUps: watch)
    }

    deinit { if ownsWatch { watch.stop() } }

    /// Everything that was reported so far.
    var reports: [Backend] { seen.withLock { $0 } }
    /// How many sessions were opened.
    var dials: Int { pairs.withLock { $0.count } }

    /// What is reported next; nil when nothing is.
    func nextReport() -> Backend? {
        guard news.wait(timeout: .now() + .seconds(10)) == .success else { return nil }
        return reports.last
    }

    /// Uses a session once.
    func use(_ body: () -> Void = {}) throws(ProbeFailure) {
        try pool.use(
            before: .now + .seconds(10),
            open: { () throws(ProbeFailure) in
                let pair = SocketPair()
                pairs.withLock { $0.append(pair) }
                return PairSession(ends: pair)
            },
            { _ throws(ProbeFailure) in body() })
    }

    /// Tries to use a session where none is to be had.
    func fail() throws(ProbeFailure) {
        try pool.use(
            before: .now + .seconds(10),
            open: { () throws(ProbeFailure) -> PairSession in throw ProbeFailure(.disconnected, "gone", remedy: "") },
            { _ throws(ProbeFailure) in })
    }

    func hangUp() { pairs.withLock { $0.last }?.hangUp() }
    func speak() { pairs.withLock { $0.last }?.speak() }
    func redial() { pairs.withLock { $0.last }?.dial() }

    /// Waits until the pool has no idle session.
    func isDropped() -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while pool.idleCount > 0, ContinuousClock.now < end { wait(.milliseconds(1)) }
        return pool.idleCount == 0
    }

    /// Lets a connection grow old: its age is what the pool looks at.
    func wait(_ duration: Duration) {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .nanoseconds(Int(duration / .nanoseconds(1))))
    }
}
