public import BlockingIO
public import Checking
internal import Dispatch
internal import Platform

/// Moves data one way, round after round: due checks to lanes, observations to statuses, both to the sinks.
public final class Pipeline: Sendable {
    /// Waking costs more than checking, so that what is due within a tick starts together.
    static let tick = Duration.milliseconds(10)

    private struct Control {
        /// Takes the present plan's place at the next round.
        var next: Plan?
        var isStopping = false
    }

    private struct State {
        var scheduler: Scheduler
        var plan: Plan?
    }

    private let state: Guarded<State>
    private let book: StatusBook
    private let recheck: Duration
    private let fanout: Fanout
    private let control = Guarded(Control())
    private let wake = DispatchSemaphore(value: 0)

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
        wake.signal()
    }

    /// One round at `now`; pure but for the lanes and sinks, so that a manual clock can drive it.
    public func round(at now: ContinuousClock.Instant) {
        let next = control.withLock { control in
            defer { control.next = nil }
            return control.next
        }
        state.withLock { state in
            if let next {
                let change = next.change(from: state.plan)
                state.plan = next
                state.scheduler.adopt(change, at: now)
                book.adopt(change, at: now)
                fanout.adopt(change)
            }
            let observations = state.scheduler.collect(at: now)
            let judgement = book.judge(observations)
            state.scheduler.recheck(judgement.suspicious, at: now + recheck)
            fanout.deliver(observations, judgement.transitions)
            state.scheduler.dispatch(at: now)
        }
    }

    /// Goes round until `stop`; blocks the calling thread.
    public func run() {
        while !control.withLock({ $0.isStopping }) {
            let now = ContinuousClock.now
            round(at: now)
            _ = wake.wait(timeout: .now() + .nanoseconds(pause(after: now)))
        }
    }

    private func pause(after now: ContinuousClock.Instant) -> Int {
        let (isBusy, next) = state.withLock { ($0.scheduler.isBusy, $0.scheduler.nextDue) }
        let time = isBusy ? Self.tick : max(Self.tick, (next ?? now + .seconds(1)) - now)
        return Int(min(time, .seconds(1)) / .nanoseconds(1))
    }

    /// Ends the loop after its present round.
    public func stop() {
        control.withLock { $0.isStopping = true }
        wake.signal()
    }
}
