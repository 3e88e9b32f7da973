public import Platform

/// A thread with one loop: woken when there is something to do, stopped once, and joined.
///
/// The body runs until it returns, which it does when `wait` or `pause` says that the loop stops:
///
///     try loop.start { repeat { work() } while loop.wait(for: .seconds(1)) }
public final class Loop: Sendable {
    private struct State {
        /// A wake-up that nobody has waited for yet.
        var isWoken = false
        var isStopping = false
        var worker: Worker?
    }

    /// At most 15 bytes, shown by `top -H`.
    public let name: String
    private let state = Monitor(State())
    private let lastBeat = Guarded<SuspendingClock.Instant?>(nil)

    /// A loop without a thread, before `start`.
    public init(_ name: String) { self.name = name }

    /// Runs `body` on a thread of its own, once; after `stop` nothing is left to run.
    ///
    /// - Throws: `SystemFailure` when the system refused the thread.
    public func start(_ body: @escaping @Sendable () -> Void) throws(SystemFailure) {
        guard !isStopping else { return }
        beat()
        let worker = try Worker.started(name, body)
        state.withLock { state in
            precondition(state.worker == nil, "The loop \(name) runs already.")
            state.worker = worker
        }
    }

    /// Ends the present `wait`, or the next one where none is under way; several before a wait are one.
    public func wake() { state.withLock(waking: .all) { $0.isWoken = true } }

    /// Lets the body end: every `wait` and `pause` returns at once from now on.
    public func stop() { state.withLock(waking: .all) { $0.isStopping = true } }

    /// True once `stop` was called.
    public var isStopping: Bool { state.withLock { $0.isStopping } }

    /// For the body: records that the loop goes on. `wait` and `pause` do so too, before and after, and so does `start`.
    public func beat() { lastBeat.withLock { $0 = .now } }

    /// How long ago the last beat was; nil before the start and once the loop stops. A machine that is suspended ages nothing.
    public var beatAge: Duration? { isStopping ? nil : lastBeat.withLock { $0 }.map { .now - $0 } }

    /// Waits until the body has returned; true at once where it was never started.
    ///
    /// - Returns: false when it has not by then.
    public func join(within time: Duration) -> Bool { state.withLock { $0.worker }?.join(within: time) ?? true }

    /// For the body: waits until a wake-up, the deadline or the stop.
    ///
    /// - Parameter deadline: nil is never; what is past is now.
    /// - Returns: false once the loop stops.
    @discardableResult
    public func wait(until deadline: @autoclosure () -> ContinuousClock.Instant?) -> Bool {
        beat()
        defer { beat() }
        let isStopping = state.wait(until: deadline()) { state -> Bool? in
            guard state.isWoken || state.isStopping else { return nil }
            state.isWoken = false
            return state.isStopping
        }
        return isStopping != true
    }

    /// For the body: waits until a wake-up or the stop, for `time` at most.
    ///
    /// - Returns: false once the loop stops.
    @discardableResult
    public func wait(for time: Duration) -> Bool { wait(until: .now + time) }

    /// For the body, or others: waits for `time` or until the stop; wake-ups are left for the next `wait`.
    ///
    /// - Returns: false once the loop stops.
    @discardableResult
    public func pause(for time: Duration) -> Bool {
        beat()
        defer { beat() }
        return state.wait(until: .now + time) { $0.isStopping ? true : nil } == nil
    }
}
