/// Takes what was observed. Memory only: never blocks, never calls back.
public protocol ObservationSink: Sendable {
    /// Takes finished checks in order.
    func absorb(_ observations: [Observation])
    /// Takes a new plan: which checks began, changed and are no more.
    func adopt(_ change: PlanChange)
}

/// Takes status changes; none is ever dropped.
public protocol TransitionSink: Sendable {
    /// Takes changes in order.
    func absorb(_ transitions: [Transition])
    /// Takes a new plan, so that what is said of a removed tenant can end.
    func adopt(_ change: PlanChange)
}

/// Takes alerts as they fire and resolve.
public protocol AlertSink: Sendable {
    func absorb(_ alerts: [Alert])
}

/// Takes attempts of delivery.
public protocol DeliverySink: Sendable {
    func absorb(_ delivery: Delivery)
}

extension TransitionSink {
    /// Does nothing, for a sink that keeps nothing about tenants.
    public func adopt(_ change: PlanChange) {}
}

/// Hands each stream to everyone who takes it, in order.
public struct Fanout: Sendable {
    private let observationSinks: [any ObservationSink]
    private let transitionSinks: [any TransitionSink]

    /// Tells the sinks of each list in its order; observations go out before transitions.
    public init(observations: [any ObservationSink], transitions: [any TransitionSink]) {
        observationSinks = observations
        transitionSinks = transitions
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
        for sink in observationSinks { sink.adopt(change) }
        for sink in transitionSinks { sink.adopt(change) }
    }
}
