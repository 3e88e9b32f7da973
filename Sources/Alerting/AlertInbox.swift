internal import BlockingIO
internal import Checking
internal import Platform
internal import TenantCore

/// What waits for the alert desk's thread, in its order. Never drops the latest state of anything.
final class AlertInbox: Sendable {
    enum Item: Sendable {
        case transition(Transition)
        case inconclusive(InconclusiveChange)
        case plan(PlanChange)
        case refusal(String)

        var isPlan: Bool { if case .plan = self { true } else { false } }
        /// Whether a later plan says what this said.
        var isSettings: Bool { subject == nil }
        /// Whom it is about, and whether by a status; a later one about the same says more.
        var subject: Key? {
            switch self {
            case .transition(let transition): Key(subject: transition.subject, isStatus: true)
            case .inconclusive(let change): Key(subject: change.subject, isStatus: false)
            case .plan, .refusal: nil
            }
        }

        struct Key: Hashable {
            var subject: Subject
            var isStatus: Bool
        }
    }

    private struct State {
        var items: [Item] = []
        var transitions = 0
        var superseded = 0
        var isWoken = false
        var isClosed = false
    }

    /// How many plans may wait; beyond it those in the middle go.
    private static let planLimit = 8
    /// How many transitions may wait; beyond it only the last of each subject is kept.
    private let limit: Int
    private let state = Monitor(State())

    init(limit: Int = 100_000) { self.limit = limit }

    func post(_ items: [Item]) {
        guard !items.isEmpty else { return }
        state.withLock(waking: .all) { state in
            // Of plans in a row the last says all: while the disk fails reloads must not pile up. Transitions between two
            // belong to the first.
            if items.first?.isPlan == true {
                while state.items.last?.isSettings == true { state.items.removeLast() }
                let plans = state.items.indices.filter { state.items[$0].isPlan }
                if plans.count >= Self.planLimit { state.items.remove(at: plans[1]) }
            }
            state.items += items
            state.transitions += items.count { !$0.isSettings }
            if state.transitions > limit { Self.compact(&state, to: limit) }
        }
    }

    /// Everything that waits, in order; empty after `time` or a wake, nil once it is closed and empty.
    func take(waiting time: Duration) -> [Item]? {
        let found = state.wait(until: .now + time) { state -> (items: [Item], isOver: Bool)? in
            guard !state.items.isEmpty || state.isWoken || state.isClosed else { return nil }
            defer { (state.items, state.transitions, state.isWoken) = ([], 0, false) }
            return (state.items, state.items.isEmpty && !state.isWoken)
        }
        guard let found else { return [] }
        return found.isOver ? nil : found.items
    }

    /// Lets the desk look at what changed elsewhere.
    func wake() { state.withLock(waking: .all) { $0.isWoken = true } }

    func close() { state.withLock(waking: .all) { $0.isClosed = true } }

    /// How many items wait.
    var count: Int { state.withLock { $0.items.count } }
    /// How many transitions gave way to a later one of their subject.
    var supersededCount: Int { state.withLock { $0.superseded } }

    /// Of each subject only the last transition stays, so that as many wait as there are subjects and no more.
    private static func compact(_ state: inout State, to limit: Int) {
        var seen: Set<Item.Key> = []
        var kept: [Item] = []
        for item in state.items.reversed() {
            if let subject = item.subject, !seen.insert(subject).inserted { continue }
            kept.append(item)
        }
        state.superseded += state.items.count - kept.count
        state.items = kept.reversed()
        // A fleet that is larger than the limit must not be looked through again at every post.
        state.transitions = min(seen.count, limit / 2)
    }
}
