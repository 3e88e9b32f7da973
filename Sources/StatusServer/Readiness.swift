internal import Platform
internal import TenantCore

/// Whether this agent is ready to be asked; depends on itself and never on tenants.
public final class Readiness: Sendable {
    /// A stage of the agent's life.
    public enum Stage: String, Sendable {
        /// The first round is not over.
        case starting
        case ready
        /// Stopping: what is under way is finished, nothing new begins.
        case draining
    }

    /// A part of the agent with its state.
    public struct Part: Sendable {
        /// For people, for example `audit log`.
        public var name: String
        /// Nil when the part works.
        public var problem: String?

        /// A part as it is now; a problem is scrubbed when it is shown.
        public init(name: String, problem: String?) {
            self.name = name
            self.problem = problem
        }
    }

    private let state = Guarded(Stage.starting)
    private let startEnds: ContinuousClock.Instant
    private let parts: @Sendable () -> [Part]

    /// - Parameters:
    ///   - startLimit: how long the first round may keep the agent from being ready.
    ///   - parts: reads the state of every part now.
    public init(startLimit: Duration, parts: @escaping @Sendable () -> [Part]) {
        startEnds = .now + startLimit
        self.parts = parts
    }

    /// The stage that holds; the start ends by itself when the first round takes too long.
    public var stage: Stage {
        state.withLock { stage in
            if stage == .starting, ContinuousClock.now >= startEnds { stage = .ready }
            return stage
        }
    }

    /// Ends the start after the first round, unless the agent is already stopping.
    public func finishStart() {
        state.withLock { if $0 == .starting { $0 = .ready } }
    }

    /// Begins to stop; never undone.
    public func beginDraining() { state.withLock { $0 = .draining } }

    /// The answer of `/readyz`; failing parts do not make it unready, or an orchestrator would unplug the monitor.
    func answer(isVerbose: Bool) -> (isReady: Bool, text: String) {
        let stage = stage
        let lines =
            isVerbose
            ? parts().map { "\($0.problem == nil ? "ok  " : "FAIL") \($0.name)\($0.problem.map { ": \(Scrubber().scrub($0))" } ?? "")" }
            : []
        return (stage == .ready, ([stage.rawValue] + lines).joined(separator: "\n") + "\n")
    }
}
