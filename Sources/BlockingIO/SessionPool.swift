internal import Dispatch
public import Checking
internal import Platform

/// Keeps the idle sessions of one identity; a session is out with one thread or here, never both.
///
/// Logging in costs milliseconds of processor time on both sides, and reconnecting is what servers' owners
/// complain of most. So sessions are kept, dropped after a failure, and retired now and then, so that
/// names, certificates and passwords are proven again.
public final class SessionPool<Session: ~Copyable & Sendable>: Sendable {
    /// Carries a session through an array, which refuses what cannot be copied.
    private final class Slot: Sendable {
        let retiresAt: ContinuousClock.Instant
        private let content: Guarded<Session?>

        init(_ session: consuming sending Session, retiresAt: ContinuousClock.Instant) {
            self.retiresAt = retiresAt
            content = Guarded(session)
        }

        func take() -> Session? { content.withLock { $0.take() } }
    }

    /// As many as checks at one backend may be slow at once.
    static var cap: Int { 16 }
    /// How long a session may live; a dial with SCRAM is 28 ms of processor time.
    private static var lifetime: Duration { .seconds(300) }

    private let idle = Guarded<[Slot]>([])
    private let places = DispatchSemaphore(value: SessionPool.cap)
    private let target: String

    /// - Parameter target: the endpoint, for messages.
    public init(target: String) {
        self.target = target
    }

    /// How many sessions wait to be used.
    public var idleCount: Int { idle.withLock { $0.count } }

    /// Lends a kept session, or a new one, to `body`.
    ///
    /// A throw drops the session, and so does an answer that comes too late. That a kept session was closed
    /// says only that: a new one is opened within the same deadline, and its answer counts.
    ///
    /// - Parameter isStale: whether a failure on a kept session may be due to the session alone.
    public func use<Answer>(
        before deadline: ContinuousClock.Instant,
        open: () throws(ProbeFailure) -> Session,
        isStale: (ProbeFailure) -> Bool = { $0.reason == .disconnected },
        _ body: (inout Session) throws(ProbeFailure) -> Answer
    ) throws(ProbeFailure) -> Answer {
        guard places.wait(timeout: .after(deadline - .now)) == .success else {
            throw noPlace
        }
        defer { places.signal() }
        let now = ContinuousClock.now
        if let slot = idle.withLock({ $0.popLast() }), slot.retiresAt > now, let kept = slot.take() {
            var session = kept
            do throws(ProbeFailure) {
                let answer = try body(&session)
                keep(session, until: slot.retiresAt, before: deadline)
                return answer
            } catch {
                guard isStale(error), ContinuousClock.now < deadline else { throw error }
            }
        }
        var session = try open()
        let answer = try body(&session)
        keep(session, until: now + Self.lifetime + .seconds(Int.random(in: 0..<60)), before: deadline)
        return answer
    }

    private func keep(
        _ session: consuming Session, until retiresAt: ContinuousClock.Instant, before deadline: ContinuousClock.Instant
    ) {
        guard ContinuousClock.now < deadline else { return }
        let slot = Slot(session, retiresAt: retiresAt)
        idle.withLock { $0.append(slot) }
    }

    /// Our own limit says nothing about the subject, so the check stays undecided.
    private var noPlace: ProbeFailure {
        ProbeFailure(
            .timeout, "all \(Self.cap) sessions to \(target) were in use until the deadline",
            remedy: "The other checks of this server are slow: look at them first.", isUndecided: true)
    }
}
