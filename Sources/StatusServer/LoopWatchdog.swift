internal import TenantCore

/// Judges by its last beat whether a loop that everything depends on still runs.
///
/// A loop beats at every round and while it waits, also for a disk that fails. One that does not is stuck, in a call or a
/// lock, and only a restart helps.
public struct LoopWatchdog: Sendable {
    /// A loop with the age of its last beat.
    public struct Loop: Sendable {
        /// For people and as the label of the metric, for example `scheduler`.
        public var name: String
        /// Nil while the loop does not run: before the start and while the agent stops.
        public var beatAge: Duration?

        /// A loop as it is now.
        public init(name: String, beatAge: Duration?) {
            self.name = name
            self.beatAge = beatAge
        }

        /// Why it is stalled; nil when its last beat is not older than `limit`.
        func problem(after limit: Duration) -> String? {
            guard let beatAge, beatAge > limit else { return nil }
            return "the \(name) loop has been stuck for \(Int(beatAge.inSeconds)) s"
        }
    }

    /// After so long without a beat the agent is not ready, and
    static let readyLimit = Duration.seconds(30)
    /// after so long it is not alive.
    static let liveLimit = Duration.seconds(60)

    /// The watched loops, in the order in which they are shown.
    public var loops: [Loop]

    /// Loops as they are now.
    public init(_ loops: [Loop]) { self.loops = loops }

    /// The loops that have been stuck for longer than `limit`, a sentence each.
    func problems(after limit: Duration) -> [String] { loops.compactMap { $0.problem(after: limit) } }

    /// The answer of `/livez`.
    var liveness: (isAlive: Bool, text: String) {
        let problems = problems(after: Self.liveLimit)
        guard !problems.isEmpty else { return (true, "ok\n") }
        return (false, problems.map { "\($0): restart the agent\n" }.joined())
    }
}
