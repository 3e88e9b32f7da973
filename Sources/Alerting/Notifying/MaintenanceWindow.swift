public import Foundation

/// A time of the week in which some alerts are not told.
public struct MaintenanceWindow: Sendable, Equatable {
    /// A day of the week, by the first three letters of its English name.
    public enum Day: String, Sendable, CaseIterable {
        case sun, mon, tue, wed, thu, fri, sat
    }

    /// For people; unique.
    public var name: String
    /// All must hold.
    public var matchers: [Matcher]
    /// The days on which it begins.
    public var days: Set<Day>
    /// When it begins, in minutes after the local midnight.
    public var startMinute: Int
    /// From its beginning; at most a week. Real time: a change of the clocks neither lengthens nor shortens it.
    public var duration: Duration
    /// An IANA time zone, whose clocks say when it begins.
    public var timeZone: TimeZone

    /// A window; nothing is checked here.
    public init(name: String, matchers: [Matcher], days: Set<Day>, startMinute: Int, duration: Duration, timeZone: TimeZone) {
        self.name = name
        self.matchers = matchers
        self.days = days
        self.startMinute = startMinute
        self.duration = duration
        self.timeZone = timeZone
    }

    /// The stretch that holds at `now`, if one does.
    ///
    /// Where the clocks skip the time at which it begins, for half an hour or for a day, it begins when they go on.
    public func stretch(at now: Date) -> DateInterval? {
        let length = Double(duration.components.seconds)
        let today = Int(((now.timeIntervalSince1970 + offset(at: now)) / Self.day).rounded(.down))
        // A day more than it lasts, for the clocks may have skipped one.
        for day in (today - Int(length / Self.day) - 2...today).reversed() {
            // The first of January 1970 was a Thursday.
            guard days.contains(Day.allCases[((day + 4) % 7 + 7) % 7]) else { continue }
            let start = instant(of: Double(day) * Self.day + Double(startMinute * 60))
            if start <= now, now < start + length { return DateInterval(start: start, duration: length) }
        }
        return nil
    }
}

extension MaintenanceWindow {
    private static let day: TimeInterval = 86_400
    /// More than any clock differs from UTC, a day that is skipped included.
    private static let reach: TimeInterval = 50 * 3600

    private func offset(at instant: Date) -> TimeInterval { TimeInterval(timeZone.secondsFromGMT(for: instant)) }

    /// When the clocks first show a local time, or go on behind it.
    ///
    /// - Parameter local: in seconds since 1970 as if the local time were UTC.
    private func instant(of local: TimeInterval) -> Date {
        let asUTC = Date(timeIntervalSince1970: local)
        let (before, after) = (offset(at: asUTC - Self.reach), offset(at: asUTC + Self.reach))
        guard before != after else { return asUTC - before }
        // The clocks change around it, once: find when, to the second.
        var (lower, upper) = (-Self.reach, Self.reach)
        while upper - lower > 1 {
            let middle = ((lower + upper) / 2).rounded(.down)
            if offset(at: asUTC + middle) == before { lower = middle } else { upper = middle }
        }
        let change = asUTC + upper
        return asUTC - before < change ? asUTC - before : max(change, asUTC - after)
    }
}
