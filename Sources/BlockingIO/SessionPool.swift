public import Checking
internal import Platform

/// A conversation with a server that can be kept for the next check.
public protocol KeptSession: ~Copyable, Sendable {
    /// The sockets that it holds now.
    var sockets: [Int32] { get }
    /// How often it has dialled; while that stays the same, so do the sockets.
    var dials: Int { get }
    /// False once it must be closed although its last answer was good.
    var isReusable: Bool { get }
}

extension KeptSession where Self: ~Copyable {
    /// Always: most sessions fail when they can no longer be used.
    public var isReusable: Bool { true }
}

/// Keeps the idle sessions of one identity; a session is out with one thread or here, never both.
///
/// Logging in costs milliseconds of processor time on both sides, and reconnecting is what servers' owners
/// complain of most. So sessions are kept, dropped after a failure, and retired now and then, so that
/// names, certificates and passwords are proven again.
public final class SessionPool<Session: KeptSession & ~Copyable>: Sendable {
    private struct State {
        /// The last one was used last.
        var idle: [SessionSlot<Session>] = []
        /// How long the server seems to let a connection idle; nil while it never closed one.
        var patience: Duration?
    }

    /// As many as checks at one backend may be slow at once.
    static var cap: Int { 16 }

    private let state = Guarded(State())
    private let places = Monitor(SessionPool.cap)
    private let backend: Backend
    private let budget: SessionBudget
    private let census: SessionCensus
    private let hangUps: HangUpWatch?

    /// A pool by itself, without others at its backend and without a watch.
    public convenience init(backend: Backend) {
        self.init(backend: backend, budget: SessionBudget(), census: SessionCensus(), hangUps: nil)
    }

    init(backend: Backend, budget: SessionBudget, census: SessionCensus, hangUps: HangUpWatch?) {
        self.backend = backend
        self.budget = budget
        self.census = census
        self.hangUps = hangUps
        census.add()
    }

    deinit { census.remove() }

    /// How many sessions wait to be used.
    public var idleCount: Int { state.withLock { $0.idle.count } }

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
        guard takesPlace(before: deadline) else { throw noPlace }
        defer { places.withLock(waking: .one) { $0 += 1 } }
        if let slot = takeIdle(at: .now), let kept = slot.take() {
            var session = kept
            do throws(ProbeFailure) {
                let answer = try body(&session)
                keep(session, in: slot, before: deadline)
                return answer
            } catch {
                guard isStale(error), ContinuousClock.now < deadline else { throw error }
            }
        }
        let slot = SessionSlot<Session>(pool: self, lifetime: census.lifetime, budget: budget, hangUps: hangUps)
        var session = try opened(open)
        let answer = try body(&session)
        keep(session, in: slot, before: deadline)
        return answer
    }

    /// False when none was free until the deadline.
    private func takesPlace(before deadline: ContinuousClock.Instant) -> Bool {
        places.wait(until: deadline) { places in
            guard places > 0 else { return nil }
            places -= 1
            return true
        } ?? false
    }

    /// A new session. Where there is none to be had, what closed the last ones was no habit but an end.
    private func opened(_ open: () throws(ProbeFailure) -> Session) throws(ProbeFailure) -> Session {
        do throws(ProbeFailure) {
            return try open()
        } catch {
            state.withLock { $0.patience = nil }
            throw error
        }
    }

    /// The session that was used last. Lays the one that was used first to rest when its time is over, so that
    /// what the busiest moment needed does not stay for ever.
    private func takeIdle(at now: ContinuousClock.Instant) -> SessionSlot<Session>? {
        let (slot, retired) = state.withLock { state in
            let slot = state.idle.popLast()
            let isOver = state.idle.first.map { $0.retiresAt <= now } ?? false
            return (slot, isOver ? state.idle.removeFirst() : nil)
        }
        _ = retired  // Closed when this call ends, outside the lock.
        guard let slot, slot.retiresAt > now else { return nil }
        state.withLock { state in
            // It lives, so that the server lets connections idle for longer than was thought.
            if let patience = state.patience, slot.idleTime(at: now) > patience * 1.25 { state.patience = nil }
        }
        return slot
    }

    private func keep(_ session: consuming Session, in slot: SessionSlot<Session>, before deadline: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        guard now < deadline, session.isReusable, !budget.isExceeded, slot.put(session, at: now) else { return }
        state.withLock { $0.idle.append(slot) }
        // A hang-up that came in between found the slot in no pool.
        if slot.hasHungUp { _ = drop(slot) }
    }

    /// Takes a slot whose session hung up out of the pool.
    ///
    /// - Returns: the backend to look after; nil when the session was not idle, or was closed as servers do.
    func drop(_ slot: SessionSlot<Session>) -> Backend? {
        let now = ContinuousClock.now
        let isNews = state.withLock { state in
            guard let index = state.idle.firstIndex(where: { $0 === slot }) else { return false }
            state.idle.remove(at: index)
            // Many servers close what idles too long. The first time asks for a check; from then on only a
            // connection that is closed sooner does, until one is seen to live longer.
            let age = slot.idleTime(at: now)
            if let patience = state.patience, age >= patience * 0.9 { return false }
            state.patience = age
            return true
        }
        return isNews ? backend : nil
    }

    /// Our own limit says nothing about the subject, so the check stays undecided.
    private var noPlace: ProbeFailure {
        var failure = ProbeFailure(
            .timeout, "all \(Self.cap) sessions to \(backend) were in use until the deadline",
            remedy: "The other checks of this server are slow: look at them first.", isUndecided: true)
        failure.isLocalLimit = true
        return failure
    }
}
