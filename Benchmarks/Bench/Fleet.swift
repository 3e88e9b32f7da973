internal import BlockingIO
internal import Checking
internal import Dispatch
internal import MongoProbe
internal import Platform
internal import RedisProbe
internal import Scheduling
internal import TenantCore
internal import TenantMetrics

/// Collects what a run of checks looked like.
final class Tally: ObservationSink {
    struct Figures {
        var checks = 0
        var failures = 0
        var skipped = 0
        var lateness: [Duration] = []
    }

    /// The checks that have not been seen yet; nil before the first plan.
    private let missing = Guarded<Set<CheckID>?>(nil)
    private let firstRound = DispatchSemaphore(value: 0)

    private let figures = Guarded(Figures())
    private let isCounted: @Sendable (CheckID) -> Bool

    /// - Parameter isCounted: tells the checks that are looked at.
    init(counting isCounted: @escaping @Sendable (CheckID) -> Bool = { _ in true }) { self.isCounted = isCounted }

    func absorb(_ observations: [Observation]) {
        noteSeen(observations)
        figures.withLock { figures in
            for observation in observations where isCounted(observation.check) {
                figures.checks += 1
                figures.lateness.append(observation.lateness)
                switch observation.outcome {
                case .answered: break
                case .failed: figures.failures += 1
                case .skipped: figures.skipped += 1
                }
            }
        }
    }

    func adopt(_ change: PlanChange) { missing.withLock { $0 = Set(change.started.map(\.id)) } }

    private func noteSeen(_ observations: [Observation]) {
        let isOver = missing.withLock { missing in
            guard missing?.isEmpty == false else { return false }
            missing?.subtract(observations.map(\.check))
            return missing?.isEmpty == true
        }
        if isOver { firstRound.signal() }
    }

    /// Waits until every check has been answered once.
    func waitForFirstRound() { firstRound.wait() }

    /// What was collected since the last call.
    func take() -> Figures {
        figures.withLock { figures in
            defer { figures = Figures() }
            return figures
        }
    }
}

extension Tally.Figures {
    func lateness(atQuantile quantile: Double) -> Duration {
        let sorted = lateness.sorted()
        return sorted.isEmpty ? .zero : sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))]
    }
}

/// A fleet of tenants under the agent's own pipeline, without its server.
struct Fleet {
    let pipeline: Pipeline
    let tally: Tally
    private let kinds: [any ProbeKind]
    private let start = ContinuousClock.now

    /// Starts checking `tenants`.
    init(
        _ tenants: [JSONObject], kinds: [any ProbeKind], interval: Duration, timeout: Duration,
        counting: @escaping @Sendable (CheckID) -> Bool = { _ in true }
    ) throws {
        let text = JSONValue.array(tenants.map { .object($0) }).description
        let loader = try TenantLoader(environment: ["TENANT_CONFIGS": text], dependencies: kinds.map(\.dependency.rawValue))
        let thresholds = Thresholds()
        let lanes = Dictionary(
            kinds.map { ($0.dependency, BlockingLane(name: $0.dependency.rawValue)) }, uniquingKeysWith: { first, _ in first })
        let tally = Tally(counting: counting)
        let pipeline = Pipeline(
            lanes: lanes, book: StatusBook(thresholds: thresholds), thresholds: thresholds,
            fanout: Fanout(observations: [MetricsLedger(kinds: kinds), tally], transitions: []))
        pipeline.adopt(Plan(directory: try loader.load(), kinds: kinds, cadence: Cadence(interval: interval, timeout: timeout)))
        (self.tally, self.pipeline, self.kinds) = (tally, pipeline, kinds)
        try pipeline.start()
    }

    /// Waits until every check has been answered once, and tells how long that took from the start.
    func waitForFirstRound() -> Duration {
        tally.waitForFirstRound()
        return ContinuousClock.now - start
    }

    /// How many sessions are open.
    var openSessions: Int { kinds.reduce(0) { $0 + $1.openSessions } }

    func stop() {
        pipeline.stop()
        _ = pipeline.join(within: .seconds(5))
    }

    /// Lets the fleet run and tells what happened, with the processor time that it took.
    func run(for time: Duration) -> (figures: Tally.Figures, processorSeconds: Double) {
        _ = tally.take()
        let start = ProcessUsage.measure().processorSeconds
        pause(time)
        return (tally.take(), ProcessUsage.measure().processorSeconds - start)
    }
}

/// Waits while other threads work.
func pause(_ time: Duration) {
    Loop("pause").pause(for: time)
}
