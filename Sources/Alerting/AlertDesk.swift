public import Checking
internal import FoundationEssentials
internal import Platform

/// Runs the alert engine over the stream of transitions and hands on what fires and resolves.
public final class AlertDesk: TransitionSink {
    private let engine: Guarded<AlertEngine>
    private let sinks: [any AlertSink]

    /// - Parameter sinks: take every alert in order; a later room puts grouping, silences and an outbox here.
    public init(engine: AlertEngine, sinks: [any AlertSink]) {
        self.engine = Guarded(engine)
        self.sinks = sinks
    }

    /// Hands every sink the alerts that these changes fire and resolve; for one pipeline alone, so that their order holds.
    public func absorb(_ transitions: [Transition]) {
        // One desk is fed by one pipeline, so that batches stay in order outside the lock.
        deliver(engine.withLock { engine in transitions.compactMap { engine.absorb($0) } })
    }

    /// Resolves the alerts about subjects that the plan no longer watches.
    public func adopt(_ change: PlanChange) {
        deliver(engine.withLock { $0.adopt(change, at: Date()) })
    }

    private func deliver(_ alerts: [Alert]) {
        guard !alerts.isEmpty else { return }
        for sink in sinks { sink.absorb(alerts) }
    }
}
