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
    private let loops: @Sendable () -> LoopWatchdog
    private let parts: @Sendable () -> [Part]

    /// - Parameters:
    ///   - startLimit: how long the first round may keep the agent from being ready.
    ///   - loops: reads the beats of the loops now, and waits for nothing.
    ///   - parts: reads the state of every part now; may wait for a loop.
    public init(
        startLimit: Duration, loops: @escaping @Sendable () -> LoopWatchdog = { LoopWatchdog([]) }, parts: @escaping @Sendable () -> [Part]
    ) {
        startEnds = .now + startLimit
        self.loops = loops
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

    /// The answer of `/livez`: 503 once a loop is stuck for good.
    var liveness: (isAlive: Bool, text: String) { loops().liveness }

    /// The answer of `/readyz`. A stuck loop makes it unready; failing parts do not, or an orchestrator would unplug the
    /// monitor.
    func answer(isVerbose: Bool) -> (isReady: Bool, text: String) {
        let (stage, watchdog) = (stage, loops())
        let stuck = watchdog.problems(after: LoopWatchdog.readyLimit)
        let word = stage == .ready && !stuck.isEmpty ? "stuck" : stage.rawValue
        var lines =
            isVerbose ? watchdog.loops.map { Part(name: "loop \($0.name)", problem: $0.problem(after: LoopWatchdog.readyLimit)) } : []
        // A stuck loop may hold what the other parts ask for.
        if isVerbose, stuck.isEmpty { lines += parts() }
        let words = [word] + (isVerbose ? lines.map(Self.line) : stuck)
        return (stage == .ready && stuck.isEmpty, words.joined(separator: "\n") + "\n")
    }

    private static func line(_ part: Part) -> String {
        guard let problem = part.problem else { return "ok   \(part.name)" }
        return "FAIL \(part.name): \(Scrubber().scrub(problem))"
    }
}
