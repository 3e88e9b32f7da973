internal import Glibc
public import Platform

/// One thread for work that must neither block its source nor the cooperative pool; `Loop` is one that can be woken.
public final class Worker: Sendable {
    private let hasEnded = Monitor(false)
    /// False when the system refused the thread.
    public let isStarted: Bool

    /// Runs `body` on a thread of its own.
    public init(name: String, _ body: @escaping @Sendable () -> Void) {
        let hasEnded = hasEnded
        isStarted = Thread.start(stackSize: 512 * 1024, name: name) {
            body()
            hasEnded.withLock(waking: .all) { $0 = true }
        }
        if !isStarted { hasEnded.withLock { $0 = true } }
    }

    /// A worker that must be there.
    ///
    /// - Throws: `SystemFailure` when the system refused the thread.
    public static func started(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemFailure) -> Worker {
        let worker = Worker(name: name, body)
        guard worker.isStarted else { throw SystemFailure(action: "start the thread \(name)", code: EAGAIN) }
        return worker
    }

    /// Waits for the work to end; false when it has not by then.
    public func join(within time: Duration) -> Bool { hasEnded.wait(until: .now + time) { $0 ? true : nil } ?? false }
}
