/// What is due when: a heap of instants, pure and without a clock of its own.
struct Timeline: Sendable {
    /// One moment at which a check is to start.
    struct Turn: Sendable, Equatable {
        var due: ContinuousClock.Instant
        /// Where the scheduler keeps the check.
        var slot: Int
        /// Tells the turns of a check's present settings from those of whatever had the slot before.
        var version: Int
        /// True for the turns of the cadence, which are followed by another; false for a quick re-check.
        var isRegular: Bool
        /// How long before it is due it may be taken together with one that is.
        var ahead = Duration.zero
    }

    private var heap: [Turn] = []

    /// The earliest turn's moment, nil when nothing is planned.
    var next: ContinuousClock.Instant? { heap.first?.due }
    var count: Int { heap.count }

    mutating func add(_ turn: Turn) {
        heap.append(turn)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].due < heap[parent].due else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out every turn that is due, earliest first, and when there is one also those that may be taken ahead of
    /// time, up to the first that may not.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [Turn] {
        guard let next, next <= now else { return [] }
        var due: [Turn] = []
        while let first = heap.first, first.due <= now + first.ahead {
            due.append(first)
            removeFirst()
        }
        return due
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].due < heap[least].due {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// FNV-1a in 64 bits: stable over processes, which `Hasher` is not.
func stableHash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
