/// Takes new plans.
public protocol PlanSink: Sendable {
    /// Takes a new plan: which checks began, changed and are no more.
    func adopt(_ change: PlanChange)
}

/// Takes what was observed. Memory only: never blocks, never calls back.
public protocol ObservationSink: PlanSink {
    /// Takes finished checks in order.
    func absorb(_ observations: [Observation])
}

/// Takes status changes; never drops the last of a subject.
public protocol TransitionSink: PlanSink {
    /// Takes changes in order.
    func absorb(_ transitions: [Transition])
}

extension TransitionSink {
    /// Does nothing, for a sink that keeps nothing about tenants.
    public func adopt(_ change: PlanChange) {}
}

/// Hands each stream to everyone who takes it, in order.
public struct Fanout: Sendable {
    private let observationSinks: [any ObservationSink]
    private let transitionSinks: [any TransitionSink]
    private let planSinks: [any PlanSink]

    /// Tells the sinks of each list in its order; observations go out before transitions.
    ///
    /// - Parameter plans: who takes plans alone, before all others.
    public init(observations: [any ObservationSink], transitions: [any TransitionSink], plans: [any PlanSink] = []) {
        observationSinks = observations
        transitionSinks = transitions
        planSinks = plans
    }

    /// Hands on one batch.
    public func deliver(_ observations: [Observation], _ transitions: [Transition]) {
        if !observations.isEmpty {
            for sink in observationSinks { sink.absorb(observations) }
        }
        if !transitions.isEmpty {
            for sink in transitionSinks { sink.absorb(transitions) }
        }
    }

    /// Hands on a new plan.
    public func adopt(_ change: PlanChange) {
        for sink in planSinks { sink.adopt(change) }
        for sink in observationSinks { sink.adopt(change) }
        for sink in transitionSinks { sink.adopt(change) }
    }
}
