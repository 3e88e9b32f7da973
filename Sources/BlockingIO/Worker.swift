internal import Dispatch
internal import Glibc
public import Platform

/// One thread with one loop, for work that must neither block its source nor the cooperative pool.
public final class Worker: Sendable {
    private let ended = DispatchSemaphore(value: 0)
    /// False when the system refused the thread.
    public let isStarted: Bool

    /// Runs `body` on a thread of its own.
    public init(name: String, _ body: @escaping @Sendable () -> Void) {
        let ended = ended
        isStarted = Thread.start(stackSize: 512 * 1024, name: name) {
            body()
            ended.signal()
        }
        if !isStarted { ended.signal() }
    }

    /// A worker that must be there.
    ///
    /// - Throws: `SystemFailure` when the system refused the thread.
    public static func started(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemFailure) -> Worker {
        let worker = Worker(name: name, body)
        guard worker.isStarted else { throw SystemFailure(action: "start the thread \(name)", code: EAGAIN) }
        return worker
    }

    /// Waits for the loop to end; false when it has not by then.
    public func join(within time: Duration) -> Bool {
        guard ended.wait(timeout: .after(time)) == .success else { return false }
        ended.signal()  // A second caller need not wait.
        return true
    }
}

/// Lets the calling thread, which must be one of ours, do nothing for a while.
public func pauseThread(for time: Duration) {
    _ = DispatchSemaphore(value: 0).wait(timeout: .after(time))
}
