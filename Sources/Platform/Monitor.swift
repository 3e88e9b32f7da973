internal import CPlatform
internal import Glibc

/// A value behind a lock, for whose changes threads wait: the only timed wait of the house.
///
/// Waits by CLOCK_MONOTONIC. The semaphores of libdispatch sleep until a time of the wall clock, so that one that is set
/// back by an hour would stop them for an hour.
@safe
public final class Monitor<Value: ~Copyable>: @unchecked Sendable {
    /// Which of the waiting threads look at the value again.
    public enum Wake: Sendable {
        case none
        case one
        case all
    }

    /// The longest single wait; who waits for longer waits again.
    private static var longestWait: Duration { .seconds(24 * 3600) }

    // Sendable because `value` and `waiters` are touched only while `lock` is held, and neither pointer ever moves.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value
    private var waiters = 0

    /// Puts `value` behind a lock of its own.
    public init(_ value: consuming sending Value) {
        self.value = value
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(lock, nil)
        unsafe condition.initialize(to: pthread_cond_t())
        let code = unsafe tw_condition_init(condition)
        precondition(code == 0, "The system has no condition variables over CLOCK_MONOTONIC.")
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Runs `body` alone; it must neither block nor take the same lock again.
    ///
    /// - Parameter wake: who is to look at what `body` has changed; costs a system call only when somebody waits.
    public func withLock<Answer: ~Copyable, Failure: Error>(
        waking wake: Wake = .none, _ body: (inout Value) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        unsafe pthread_mutex_lock(lock)
        var isAwaited = false
        defer {
            unsafe pthread_mutex_unlock(lock)
            // After the lock is free: who wakes does not have to wait for it.
            if isAwaited { signal(wake) }
        }
        let answer = try body(&value)
        isAwaited = waiters > 0
        return answer
    }

    /// Runs `body` under the lock, now and after each wake-up, until it gives an answer.
    ///
    /// - Parameter deadline: when to give up, which ends no answer that is there already; nil never. Read once, when
    ///   there is something to wait for.
    /// - Returns: nil when there was none at the deadline.
    public func wait<Answer>(
        until deadline: @autoclosure () -> ContinuousClock.Instant? = nil, _ body: (inout Value) -> Answer?
    ) -> Answer? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        if let answer = body(&value) { return answer }
        let end = deadline()
        while true {
            let time = end.map { $0 - .now } ?? Self.longestWait
            guard time > .zero else { return nil }
            waiters += 1
            unsafe tw_condition_wait(condition, lock, min(time, Self.longestWait).wholeNanoseconds)
            waiters -= 1
            if let answer = body(&value) { return answer }
        }
    }

    private func signal(_ wake: Wake) {
        switch wake {
        case .none: break
        case .one: unsafe pthread_cond_signal(condition)
        case .all: unsafe pthread_cond_broadcast(condition)
        }
    }
}

extension Duration {
    /// Rounded up, so that nobody wakes just before its time; for what lasts less than a century.
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + (attoseconds + 999_999_999) / 1_000_000_000
    }
}
