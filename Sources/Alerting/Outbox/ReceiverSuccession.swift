/// Who goes on under another name, and who is gone, between two configurations; pure.
struct ReceiverSuccession: Sendable, Equatable {
    /// From the old name to the new one.
    private(set) var renamed: [String: String] = [:]
    /// Old names whose receivers nobody goes on as.
    private(set) var removed: [String] = []

    /// - Parameters:
    ///   - before: the identity of each receiver of the last configuration, by name.
    ///   - after: those of this one.
    init(from before: [String: String], to after: [String: String]) {
        // One that kept its name and place is nobody's successor.
        var free = after.filter { before[$0.key] != $0.value }
        for (name, identity) in before.sorted(by: { $0.key < $1.key }) where after[name] != identity {
            guard let successor = free.filter({ $0.value == identity }).keys.min() else { continue }
            renamed[name] = successor
            free[successor] = nil
        }
        let taken = Set(renamed.values)
        // One with another place under the same name goes on as itself, unless the name is another's now.
        removed = before.keys.filter { renamed[$0] == nil && (after[$0] == nil || taken.contains($0)) }.sorted()
    }

    var isEmpty: Bool { renamed.isEmpty && removed.isEmpty }
}
