public import BlockingIO
internal import Platform

/// Wakes the loop that follows the committed steps.
public final class StepSignal: Sendable {
    private let follower = Guarded<Loop?>(nil)

    /// Wakes `loop` after each step from now on, in place of one before.
    public func wake(_ loop: Loop) { follower.withLock { $0 = loop } }

    func notify() { follower.withLock { $0 }?.wake() }
}
