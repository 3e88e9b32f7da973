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
    /// Where the clocks skip the time at which it begins, it begins at the next minute that there is.
    public func stretch(at now: Date) -> DateInterval? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let length = Double(duration.components.seconds)
        let reach = Int(length / 86_400) + 1
        for back in 0...reach {
            guard let noon = calendar.date(bySettingHour: 12, minute: 0, second: 0, of: now),
                let day = calendar.date(byAdding: .day, value: -back, to: noon),
                days.contains(Day.allCases[calendar.component(.weekday, from: day) - 1]),
                let start = calendar.date(bySettingHour: startMinute / 60, minute: startMinute % 60, second: 0, of: day)
            else { continue }
            if start <= now, now < start + length { return DateInterval(start: start, duration: length) }
        }
        return nil
    }
}
