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
    /// Takes in order where only inconclusive answers come, and where no longer; after the transitions of the same batch.
    func absorbInconclusive(_ changes: [InconclusiveChange])
}

extension TransitionSink {
    /// Does nothing, for a sink that keeps nothing about tenants.
    public func adopt(_ change: PlanChange) {}

    /// Does nothing, for a sink that keeps statuses alone.
    public func absorbInconclusive(_ changes: [InconclusiveChange]) {}
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
    public func deliver(_ observations: [Observation], _ transitions: [Transition], _ inconclusive: [InconclusiveChange] = []) {
        if !observations.isEmpty {
            for sink in observationSinks { sink.absorb(observations) }
        }
        if !transitions.isEmpty {
            for sink in transitionSinks { sink.absorb(transitions) }
        }
        if !inconclusive.isEmpty {
            for sink in transitionSinks { sink.absorbInconclusive(inconclusive) }
        }
    }

    /// Hands on a new plan.
    public func adopt(_ change: PlanChange) {
        for sink in planSinks { sink.adopt(change) }
        for sink in observationSinks { sink.adopt(change) }
        for sink in transitionSinks { sink.adopt(change) }
    }
}
