internal import Dispatch
internal import TenantCore

/// Wakes whoever follows the committed steps; for one follower alone.
public final class StepSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Lets the follower look at once.
    public func wake() { notify() }

    func notify() { semaphore.signal() }

    /// Returns after the next step, or after `time`.
    public func wait(for time: Duration) {
        _ = semaphore.wait(timeout: .now() + time.inSeconds)
        // Steps that were committed meanwhile are read in one go.
        while semaphore.wait(timeout: .now()) == .success {}
    }
}
