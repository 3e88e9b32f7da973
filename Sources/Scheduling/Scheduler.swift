public import BlockingIO
public import Checking
internal import FoundationEssentials

/// Starts every check at its turn or shortly before, and takes back what became of it; used by one thread, without a clock.
public struct Scheduler: Sendable {
    private struct Entry: Sendable {
        var check: Check
        var version: Int
        /// Where the check is now.
        var place: Place = .home
        var isRecheckPlanned = false
        /// Whether it is out for a re-check and not for a turn of its own.
        var isOutForRecheck = false
        /// When the server wants to be asked again, if it said so with its last answer.
        var notBefore: ContinuousClock.Instant?
    }

    private enum Place: Sendable {
        /// Waiting for its turn.
        case home
        /// Queued at its backend or out on a lane; `isCurrent` is false once a reload made its answer worthless.
        case out(isCurrent: Bool)
        /// Given up, but its call has not come back: no other may start.
        case stuck
    }

    /// Waking costs more than checking, so that what is due within this time starts together with what is due now.
    private static let ahead = Duration.milliseconds(30)
    /// Nor is more of a check's interval taken ahead than one part in so many: a call that is nearly as long would find
    /// itself out.
    private static let aheadShare = 30

    private let lanes: [Dependency: any Lane]
    /// By slot, so that a turn finds its check without looking up three names; nil where a slot is free.
    private var entries: [Entry?] = []
    private var slots: [CheckID: Int] = [:]
    private var freeSlots: [Int] = []
    private var timeline = Timeline()
    private var scouts = Scouts()
    private var gate = BackendGate()
    private var version = 0
    /// Where the calls are of checks that were retired or changed while they were out.
    private var orphans: [CheckID: Place] = [:]
    /// Observations that no lane made: turns of stuck checks, skipped turns and shared verdicts.
    private var own: [Observation] = []
    private var outCount = 0

    /// - Parameter lanes: a lane for each dependency that is planned.
    public init(lanes: [Dependency: any Lane]) {
        self.lanes = lanes
    }

    /// When something is due next, at the latest; nil when nothing is planned.
    public var nextDue: ContinuousClock.Instant? { timeline.next }
    /// True while an answer is awaited.
    public var isBusy: Bool { outCount > 0 || gate.hasWaiting || !own.isEmpty }
    /// True while checks wait at a backend or for a thread, so that each tick may bring one further.
    public var isCrowded: Bool { gate.hasWaiting || !own.isEmpty || lanes.values.contains { $0.figures.queued > 0 } }

    /// Begins, changes and ends checks as the plan says.
    public mutating func adopt(_ change: PlanChange, at now: ContinuousClock.Instant) {
        for id in change.retired { _ = end(id) }
        for check in change.started { begin(check, at: now) }
        for check in change.changed where end(check.id) { begin(check, at: now) }
    }

    /// False when nothing of this name was planned.
    private mutating func end(_ id: CheckID) -> Bool {
        guard let slot = slots.removeValue(forKey: id), let entry = entries[slot] else { return false }
        entries[slot] = nil
        freeSlots.append(slot)
        orphan(entry)
        if scouts.remove(entry.check) { gate.remove(entry.check.backend) }
        return true
    }

    /// Remembers a check whose call is out, so that its answer is not taken for that of a later version.
    private mutating func orphan(_ entry: Entry) {
        let wasWaiting = gate.forget(entry.check.id, at: entry.check.backend)
        switch entry.place {
        case .home: break
        case .out: if !wasWaiting { orphans[entry.check.id] = .out(isCurrent: false) }
        case .stuck: orphans[entry.check.id] = .stuck
        }
    }

    private mutating func begin(_ check: Check, at now: ContinuousClock.Instant) {
        version += 1
        var entry = Entry(check: check, version: version)
        if let place = orphans.removeValue(forKey: check.id) { entry.place = place }
        let slot = freeSlots.popLast() ?? entries.count
        if slot == entries.count { entries.append(entry) } else { entries[slot] = entry }
        slots[check.id] = slot
        scouts.add(check)
        timeline.add(turn(of: entry, in: slot, due: now + Self.offset(of: check), isRegular: true))
    }

    private func turn(of entry: Entry, in slot: Int, due: ContinuousClock.Instant, isRegular: Bool) -> Timeline.Turn {
        Timeline.Turn(
            due: due, slot: slot, version: entry.version, isRegular: isRegular,
            ahead: min(Self.ahead, entry.check.interval / Self.aheadShare))
    }

    /// Spreads first turns over the interval, the same way after every restart.
    static func offset(of check: Check) -> Duration {
        let hash = stableHash("\(check.id.subject)/\(check.id.name)")
        // The fraction first: a day times the whole hash overflows a duration.
        return check.interval * (Double(hash >> 11) / Double(UInt64(1) << 53))
    }

    /// Takes back what the lanes have finished.
    public mutating func collect(at now: ContinuousClock.Instant) -> [Observation] {
        var observations = own
        own = []
        for lane in lanes.values {
            for landing in lane.collect(at: now) {
                switch landing {
                case .finished(let observation): take(observation, then: .home, into: &observations)
                case .abandoned(let observation): take(observation, then: .stuck, into: &observations)
                case .returned(let id): settle(id)
                }
            }
        }
        return observations
    }

    private mutating func take(_ observation: Observation, then place: Place, into observations: inout [Observation]) {
        outCount -= 1
        let sharing = gate.land(observation)
        let id = observation.check
        follow(scouts.report(of: observation), to: observation.backend, at: observation.instant)
        if let slot = slots[id], case .out(let isCurrent) = entries[slot]?.place {
            entries[slot]?.place = place
            if isCurrent { entries[slot]?.notBefore = Self.notBefore(after: observation) }
            if isCurrent { observations.append(observation) }
        } else if case .home = place {
            orphans[id] = nil
        } else {
            orphans[id] = place
        }
        guard case .failed(let failure) = observation.outcome else { return }
        for job in sharing {
            if let slot = slots[job.check.id] { entries[slot]?.place = .home }
            var shared = observe(job, .failed(failure), at: observation.instant)
            // What the canary measured; no thread has taken this check, so that it was not late either.
            (shared.duration, shared.lateness) = (observation.duration, .zero)
            observations.append(shared)
        }
    }

    private static func notBefore(after observation: Observation) -> ContinuousClock.Instant? {
        guard case .failed(let failure) = observation.outcome else { return nil }
        return failure.retryAfter.map { observation.instant + $0 }
    }

    private static func stuck(_ check: Check) -> ProbeFailure { .timeout(check.backend.rawValue, during: .command) }

    /// A call that was given up has come back: its check may start again.
    private mutating func settle(_ id: CheckID) {
        orphans[id] = nil
        if let slot = slots[id], case .stuck = entries[slot]?.place { entries[slot]?.place = .home }
    }

    /// Looks after a backend that has closed a kept connection: one check goes first, and the others of the backend
    /// follow when it finds the connection itself broken. So a healthy server that closes connections is asked once.
    public mutating func scout(_ backend: Backend, at now: ContinuousClock.Instant) {
        let backendWait = gate.notBefore(at: backend)
        let scout = scouts.choose(for: backend) { id in
            // One whose re-check is planned would go at that moment and not now.
            if let slot = slots[id], let entry = entries[slot], case .home = entry.place {
                !entry.isRecheckPlanned && Self.endOfWait(entry.notBefore, backendWait, at: now) == nil
            } else {
                false
            }
        }
        if let scout { recheck([scout], at: now) }
    }

    /// Asks for all checks whose turn a scout has brought forward, again by one that goes first.
    private mutating func follow(_ checks: [CheckID], to backend: Backend, at now: ContinuousClock.Instant) {
        guard !checks.isEmpty else { return }
        gate.suspect(backend)
        recheck(checks, at: now)
    }

    /// Asks for checks again soon instead of at their next turns.
    public mutating func recheck(_ ids: [CheckID], at instant: ContinuousClock.Instant) {
        for id in ids {
            // One at a time: each answer that comes meanwhile would plan another, and those one more each.
            guard let slot = slots[id], let entry = entries[slot], !entry.isRecheckPlanned else { continue }
            entries[slot]?.isRecheckPlanned = true
            timeline.add(turn(of: entry, in: slot, due: instant, isRegular: false))
        }
    }

    /// Starts what is due, and what soon will be together with it.
    public mutating func dispatch(at now: ContinuousClock.Instant) {
        for turn in timeline.takeDue(at: now) {
            guard let entry = entries[turn.slot], entry.version == turn.version else { continue }
            if !turn.isRegular { entries[turn.slot]?.isRecheckPlanned = false }
            if let end = Self.endOfWait(entry.notBefore, gate.notBefore(at: entry.check.backend), at: now) {
                if turn.isRegular { postpone(turn, of: entry.check, until: end) }
                continue
            }
            if turn.isRegular { planNext(after: turn, of: entry.check, now: now) }
            start(entry, in: turn.slot, due: turn.due, isRegular: turn.isRegular, at: now)
        }
        let released = gate.release(at: now)
        outCount += released.count
        guard !released.isEmpty else { return }
        for (dependency, lane) in lanes {
            lane.submit(released.filter { $0.check.id.subject.dependency == dependency })
        }
    }

    /// When the wait ends that the server has asked for, of the check or of all; nil when none is on.
    private static func endOfWait(
        _ own: ContinuousClock.Instant?, _ shared: ContinuousClock.Instant?, at now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant? {
        guard own != nil || shared != nil else { return nil }
        let end = max(own ?? now, shared ?? now)
        return end > now ? end : nil
    }

    /// Moves a turn to the first of its cadence that is not before `end`, so that checks which wait for the same moment
    /// stay spread over their intervals.
    private mutating func postpone(_ turn: Timeline.Turn, of check: Check, until end: ContinuousClock.Instant) {
        var later = turn
        if turn.due < end { later.due = turn.due + check.interval * ((end - turn.due) / check.interval).rounded(.up) }
        // Taken ahead of time it would still be too early.
        later.ahead = later.due < end + turn.ahead ? .zero : turn.ahead
        timeline.add(later)
    }

    private mutating func planNext(after turn: Timeline.Turn, of check: Check, now: ContinuousClock.Instant) {
        var next = turn
        next.due = turn.due + check.interval
        // After a suspension of the whole machine the missed turns are not made up for, but counted: in at most
        // two observations, which is as many as make a status unknown, for there may have been millions.
        if next.due <= now {
            let missed = Int((now - next.due) / check.interval) + 1
            next.due = next.due + check.interval * missed
            var skipped = observe(Job(check: check, due: next.due), .skipped, at: now)
            own.append(skipped)
            skipped.turns = missed - 1
            if skipped.turns > 0 { own.append(skipped) }
        }
        timeline.add(next)
    }

    private mutating func start(
        _ entry: Entry, in slot: Int, due: ContinuousClock.Instant, isRegular: Bool, at now: ContinuousClock.Instant
    ) {
        let job = Job(check: entry.check, due: due)
        switch entry.place {
        case .home:
            entries[slot]?.place = .out(isCurrent: true)
            entries[slot]?.isOutForRecheck = !isRegular
            gate.enqueue(job)
        case .out:
            guard isRegular else { return }
            // Still queued since its last turn, which gives way to this one; or with its lane, and then this one is
            // passed over. A turn is skipped either way, unless it was a re-check that gave way.
            let hasGivenWay = gate.renew(job)
            entries[slot]?.isOutForRecheck = false
            if hasGivenWay, entry.isOutForRecheck { return }
            own.append(observe(job, .skipped, at: now))
        case .stuck:
            if isRegular { own.append(observe(job, .failed(Self.stuck(entry.check)), at: now)) }
        }
    }

    private func observe(_ job: Job, _ outcome: Observation.Outcome, at now: ContinuousClock.Instant) -> Observation {
        Observation(
            check: job.check.id, backend: job.check.backend, finishedAt: Date(), instant: now, duration: .zero,
            lateness: job.lateness(at: now), outcome: outcome)
    }
}
