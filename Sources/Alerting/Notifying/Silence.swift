public import FoundationEssentials

/// Somebody's decision not to be told of some alerts for a while.
public struct Silence: Sendable, Equatable, Codable {
    /// `sil_` and hexadecimal digits.
    public var id: String
    /// All must hold.
    public var matchers: [Matcher]
    /// It holds from this moment on.
    public var startsAt: Date
    /// Moved to the present when somebody ends it early.
    public var endsAt: Date
    /// Who decided it.
    public var author: String
    /// Why.
    public var reason: String

    /// A silence; nothing is checked here.
    public init(id: String, matchers: [Matcher], startsAt: Date, endsAt: Date, author: String, reason: String) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.author = author
        self.reason = reason
    }

    /// Whether it holds at `now`.
    public func isActive(at now: Date) -> Bool { startsAt <= now && now < endsAt }
}
