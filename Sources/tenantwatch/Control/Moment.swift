internal import FoundationEssentials
internal import TenantCore

/// A time of the API as people want to read it.
struct Moment {
    private let date: Date

    /// Takes the time of a document's member; nil when it has none.
    init?(_ value: JSONValue?) {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let text = value?.text, let date = try? style.parse(text) else { return nil }
        self.date = date
    }

    /// For example `2026-01-31 03:00:07Z`.
    var text: String { date.formatted(.iso8601).replacing("T", with: " ") }

    /// For example `14m ago` or `in 2h 5m`.
    func distance(from now: Date = Date()) -> String {
        let seconds = date.timeIntervalSince(now)
        return seconds > 0 ? "in \(Self.words(seconds))" : "\(Self.words(-seconds)) ago"
    }

    /// For example `in 5m`, or `in turn` for what waits for nothing but what is before it.
    func due(from now: Date = Date()) -> String { date > now ? distance(from: now) : "in turn" }

    /// The two largest units that matter.
    static func words(_ seconds: Double) -> String {
        let seconds = Int(min(max(seconds, 0), 1e12).rounded())
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        if days > 0 { return "\(days)d \(hours % 24)h" }
        if hours > 0 { return "\(hours)h \(minutes % 60)m" }
        return minutes > 0 ? "\(minutes)m" : "\(seconds)s"
    }
}
