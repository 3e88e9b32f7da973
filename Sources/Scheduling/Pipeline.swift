public import BlockingIO
public import Checking
internal import FoundationEssentials
public import Platform

/// Moves data one way, round after round: due checks to lanes, observations to statuses, both to the sinks.
public final class Pipeline: Sendable {
    /// How often those who wait at a backend or for a thread are looked after.
    static let tick = Duration.milliseconds(10)
    /// How long an answer may wait to be handed on while nothing else is due: a round for each answer would cost
    /// more than its check.
    static let collection = Duration.milliseconds(50)

    private struct Control {
        /// Takes the present plan's place at the next round.
        var next: Plan?
        /// Servers that have closed a kept connection since the last round.
        var hungUp: Set<Backend> = []
    }

    private struct State {
        var scheduler: Scheduler
        var plan: Plan?
        var doubt = SelfDoubt()
    }

    private let state: Guarded<State>
    private let book: StatusBook
    private let recheck: Duration
    private let fanout: Fanout
    private let control = Guarded(Control())
    private let loop = Loop("pipeline")

    /// A pipeline that asks nothing before it has a plan.
    ///
    /// - Parameters:
    ///   - lanes: a lane for each dependency that is planned.
    ///   - thresholds: those of `book`; how soon suspicions are checked again is read from them.
    public init(lanes: [Dependency: any Lane], book: StatusBook, thresholds: Thresholds, fanout: Fanout) {
        state = Guarded(State(scheduler: Scheduler(lanes: lanes)))
        self.book = book
        recheck = thresholds.recheck
        self.fanout = fanout
    }

    /// Hands over a new plan, which takes effect at the next round.
    public func adopt(_ plan: Plan) {
        control.withLock { $0.next = plan }
        loop.wake()
    }

    /// Hears that a server has closed a kept connection, and looks after it at once.
    public func noteHangUp(of backend: Backend) {
        control.withLock { _ = $0.hungUp.insert(backend) }
        loop.wake()
    }

    /// One round at `now`; pure but for the lanes and sinks, so that a manual clock can drive it.
    public func round(at now: ContinuousClock.Instant) {
        let (next, hungUp) = control.withLock { control in
            defer { (control.next, control.hungUp) = (nil, []) }
            return (control.next, control.hungUp)
        }
        state.withLock { state in
            if let next {
                let change = next.change(from: state.plan)
                state.plan = next
                state.doubt.forgetNames()
                state.scheduler.adopt(change, at: now)
                book.adopt(change, at: now)
                fanout.adopt(change)
            }
            let observations = state.doubt.review(state.scheduler.collect(at: now), at: now)
            let judgement = book.judge(observations)
            state.scheduler.recheck(judgement.suspicious, at: now + recheck)
            fanout.deliver(observations, judgement.transitions, judgement.inconclusive)
            for backend in hungUp.sorted(by: { $0.rawValue < $1.rawValue }) { state.scheduler.scout(backend, at: now) }
            state.scheduler.dispatch(at: now)
        }
    }

    /// Goes round on a thread of its own until `stop`.
    ///
    /// - Throws: `SystemFailure` when there is no thread.
    public func start() throws(SystemFailure) { try loop.start { [self] in run() } }

    private func run() {
        var planned = ContinuousClock.now
        repeat {
            let now = ContinuousClock.now
            let wall = Date()
            state.withLock { $0.doubt.tick(at: now, wall: wall, lateness: now - planned) }
            round(at: now)
            // The clock of the wait stands still while the machine is suspended, and this one does not.
            planned = min(nextRound(after: now), now + .seconds(1))
        } while loop.wait(until: planned)
    }

    /// Why the agent doubts itself rather than the tenants; nil when it does not.
    public var doubt: String? { state.withLock { $0.doubt.problem(at: .now) } }

    /// When to go round again after a round at `now`: when something is due, and sooner while answers are awaited.
    public func nextRound(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        state.withLock { state in
            let limit: Duration = state.scheduler.isCrowded ? Self.tick : state.scheduler.isBusy ? Self.collection : .seconds(24 * 3600)
            return min(state.scheduler.nextDue ?? now + limit, now + limit)
        }
    }

    /// Ends the loop after its present round.
    public func stop() { loop.stop() }

    /// How long ago the loop went on; nil while it does not run.
    public var beatAge: Duration? { loop.beatAge }

    /// Waits for the loop to end; false when it has not by then.
    public func join(within time: Duration) -> Bool { loop.join(within: time) }
}
