internal import Checking
internal import Crypto
internal import FoundationEssentials
internal import TenantCore

/// What a notification says to people, before a service's limits: who changed first, by name, then why and what to do.
struct MessageText: Sendable {
    /// A line that names some of many.
    struct List: Sendable {
        var title: String
        var names: GroupChanges.Names
    }

    /// The notification's.
    let severity: Severity
    /// One line: what holds, of whom and where.
    let headline: String
    /// Who joined, who recovered and who is no longer watched; none where the headline is about the only one.
    let changes: [List]
    /// Why and what to do, each once.
    let details: [String]
    /// Who fires on.
    let known: List?
    /// `tenantwatch · change · critical`.
    let footer: String

    init(_ notification: Notification) {
        let firing = notification.alerts.filter(\.isFiring)
        severity = notification.severity
        let line = Self.clean(notification.headline)
        headline = notification.kind == .reminder && notification.isFiring ? "still: \(line)" : line
        let changed = notification.changes
        let isAlone = notification.firingCount + notification.resolvedCount == 1
        changes = [("New", changed.joined), ("Recovered", changed.recovered), ("No longer watched", changed.unwatched)]
            .filter { !isAlone && $0.1.count > 0 }.map { List(title: $0.0, names: $0.1) }
        known = isAlone || changed.known.count == 0 ? nil : List(title: "Still firing", names: changed.known)
        details = Self.details(firing)
        footer = "tenantwatch · \(notification.kind.rawValue) · \(severity.rawValue)"
    }

    /// The same for every notification of a group; 64 hexadecimal digits, which every service takes.
    static func key(of notification: Notification) -> String {
        let digest = SHA256.hash(data: Array("\(notification.receiver)\0\(notification.groupKey)".utf8))
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What of a message stands in a text.
    struct Parts: OptionSet {
        let rawValue: Int

        static let headline = Parts(rawValue: 1)
        static let changes = Parts(rawValue: 2)
        /// Why and what to do, and who fires on.
        static let details = Parts(rawValue: 4)
        static let all: Parts = [.headline, .changes, .details]
    }

    /// As much as there is room for, a paragraph a line.
    ///
    /// The headline has half of the room where others want some, and details a third of the rest.
    func text(_ parts: Parts = .all, separator: String = "\n", within limit: TextLimit) -> String {
        var composer = TextComposer(limit: limit, separator: separator)
        let changes = parts.contains(.changes) ? changes : []
        let details = parts.contains(.details) ? details.joined(separator: separator) : ""
        if parts.contains(.headline) {
            let isAlone = changes.isEmpty && details.isEmpty
            composer.add { $0.with(isAlone ? $0.length : min($0.length, max($0.length / 2, 130))).cut(headline) }
        }
        let reserved = details.isEmpty ? 0 : min(limit.count(details) + separator.utf16.count, composer.room / 3)
        for (index, list) in changes.enumerated() {
            let share = (composer.room - reserved) / (changes.count - index)
            composer.add { $0.with(min($0.length, share)).list(list.title, list.names) }
        }
        composer.add { $0.cut(details) }
        if parts.contains(.details), let known { composer.add { $0.list(known.title, known.names) } }
        return composer.text
    }

    private static func details(_ firing: [Alert]) -> [String] {
        var seen: Set<String> = []
        return firing.flatMap { alert -> [String] in
            let remedy = alert.annotations["remedy"].flatMap { $0.isEmpty ? nil : "What to do: \(clean($0))" }
            return [alert.annotations["description"].map(clean), remedy].compactMap { $0 }
        }.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// Without line breaks, controls and marks that reorder what is shown.
    private static func clean(_ text: String) -> String { Scrubber().scrub(text, limit: 4096) }
}
