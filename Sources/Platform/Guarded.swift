internal import CPlatform
internal import Glibc

/// A value behind a lock.
///
/// `Synchronization.Mutex` would do, but ThreadSanitizer does not understand it and reports what is no race.
@safe
public final class Guarded<Value: ~Copyable>: @unchecked Sendable {
    // Sendable because `value` is touched only while `lock` is held, and `lock` never moves.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    /// Puts `value` behind a lock of its own.
    public init(_ value: consuming sending Value) {
        self.value = value
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Runs `body` alone; it must neither block nor take the same lock again.
    public func withLock<Answer: ~Copyable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
