internal import Platform

/// A bounded queue between whoever must not wait and the one worker that may.
public final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isClosed = false
        var dropped = 0
    }

    private let capacity: Int
    private let state = Monitor(State())

    /// - Parameter capacity: how many elements may wait.
    public init(capacity: Int) {
        self.capacity = capacity
    }

    /// Queues `elements`; what does not fit is dropped and counted.
    public func post(_ elements: [Element]) {
        state.withLock(waking: .all) { state in
            let room = state.isClosed ? 0 : max(0, capacity - state.elements.count)
            state.elements.append(contentsOf: elements.prefix(room))
            state.dropped += max(0, elements.count - room)
        }
    }

    /// Everything that waits; blocks until there is something, the time is up or the box is closed.
    ///
    /// - Parameter time: how long to wait at most; nil waits for ever.
    /// - Returns: nil once the box is closed and empty.
    public func take(waiting time: Duration? = nil) -> [Element]? {
        let found = state.wait(until: time.map { .now + $0 }) { state -> (elements: [Element], isClosed: Bool)? in
            guard !state.elements.isEmpty || state.isClosed else { return nil }
            defer { state.elements = [] }
            return (state.elements, state.isClosed)
        }
        guard let (elements, isClosed) = found else { return [] }
        return elements.isEmpty && isClosed ? nil : elements
    }

    /// Waits for `time`, or until the box is closed.
    public func pause(for time: Duration) { _ = state.wait(until: .now + time) { $0.isClosed ? true : nil } }

    /// Takes no more; what waits can still be taken.
    public func close() { state.withLock(waking: .all) { $0.isClosed = true } }

    /// True when no more will come.
    public var isClosed: Bool { state.withLock { $0.isClosed } }
    /// How many elements did not fit since the start.
    public var droppedCount: Int { state.withLock { $0.dropped } }
    /// How many elements wait.
    public var count: Int { state.withLock { $0.elements.count } }
}
