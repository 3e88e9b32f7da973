internal import FoundationEssentials

extension AlertEngine {
    /// What is remembered of one rule about one subject that is not at rest.
    struct Entry: Sendable, Equatable {
        enum Phase: Sendable, Equatable {
            /// Nothing fires; only remembered because it changed lately.
            case rest
            case pending(since: Date)
            case firing
            /// Still firing, but the condition has ended.
            case recovering(since: Date)
        }

        var phase = Phase.rest
        /// Whether the condition held when it was last seen.
        var holds = false
        /// When it changed, within the flap window.
        var changes: [Date] = []
        var hold: TimeInterval
        var recovery: TimeInterval
        var alert: Alert

        /// When it changes by itself; nil when only another signal changes it.
        var deadline: Date? {
            let own: Date? =
                switch phase {
                case .pending(let since): since + hold
                case .recovering(let since): since + recovery
                case .rest, .firing: nil
                }
            let quiet = changes.last.map { $0 + AlertEngine.flapWindow }
            // Forgetting old changes can wait for the next signal unless they hold something.
            guard phase == .rest else { return alert.isFlapping ? [own, quiet].compactMap { $0 }.min() : own }
            // An Alertmanager is told by state of what is over.
            return [quiet, alert.endsAt.map { $0 + AlertEngine.flapWindow }].compactMap { $0 }.max()
        }
    }
}
