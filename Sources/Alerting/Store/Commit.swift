internal import FoundationEssentials

/// Everything that one step of the alert core changes, stored in one transaction before anybody is told.
struct Commit: Sendable {
    var entries: [AlertEngine.Entry] = []
    var updates: [Notifier.Update] = []
    var notifications: [Notification] = []
    var silences: [Silence] = []
    var journal: [JournalRow] = []

    var isEmpty: Bool { entries.isEmpty && updates.isEmpty && notifications.isEmpty && silences.isEmpty && journal.isEmpty }

    mutating func add(_ other: Commit) {
        entries += other.entries
        updates += other.updates
        notifications += other.notifications
        silences += other.silences
        journal += other.journal
    }
}
