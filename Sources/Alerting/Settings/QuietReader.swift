internal import Foundation
internal import TenantCore

/// What keeps alerts from being told: `inhibitions` and `maintenance`.
extension AlertingSettingsReader {
    private static let lengths: ClosedRange<Duration> = .seconds(60) ... .seconds(168 * 3600)

    /// The built-in one and those of the settings; an empty list means none at all.
    func readInhibitions(_ reader: inout ObjectReader) -> [Inhibition] {
        let known = reader.issues.count
        guard let own = reader.each("inhibitions", readInhibition) else { return [.backendDown] }
        return own.isEmpty && reader.issues.count == known ? [] : [.backendDown] + own
    }

    private func readInhibition(_ reader: inout ObjectReader) -> Inhibition? {
        let source = reader.someMatchers("source")
        let target = reader.someMatchers("target")
        let equal = reader.require("equal") { $0.labelNames("equal") }
        guard let source, let target, let equal else { return nil }
        return Inhibition(source: source, target: target, equal: equal)
    }

    func readMaintenance(_ reader: inout ObjectReader) -> [MaintenanceWindow] {
        var names: Set<String> = []
        return reader.each("maintenance") { reader in
            let name = reader.required("name")
            if let name, !names.insert(name).inserted {
                reader.note("name", "is the name of another window too", fix: "Give each window a name of its own.")
            }
            let matchers = reader.someMatchers("matchers")
            let days = readDays(&reader)
            let start = readStart(&reader)
            let duration = reader.require("duration") { $0.duration("duration", in: Self.lengths) }
            let timeZone = readTimeZone(&reader)
            guard let name, let matchers, let start, let duration, let timeZone else { return nil }
            return MaintenanceWindow(
                name: name, matchers: matchers, days: days, startMinute: start, duration: duration, timeZone: timeZone)
        } ?? []
    }

    private func readDays(_ reader: inout ObjectReader) -> Set<MaintenanceWindow.Day> {
        let all = MaintenanceWindow.Day.allCases
        let known = reader.issues.count
        let days = reader.strings("days") { text -> Result<MaintenanceWindow.Day, ElementProblem> in
            if let day = MaintenanceWindow.Day(rawValue: text) { return .success(day) }
            return .failure(ElementProblem("is not a day", fix: "Choose one of \(all.map(\.rawValue).joined(separator: ", "))."))
        }
        guard let days else { return Set(all) }
        if days.isEmpty, reader.issues.count == known { reader.note("days", "is empty", fix: "Name a day, or leave it out for all days.") }
        return Set(days)
    }

    /// `HH:MM`, in minutes.
    private func readStart(_ reader: inout ObjectReader) -> Int? {
        guard let text = reader.required("start") else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) ? Int($0) : nil }
        guard parts.count == 2, numbers.count == 2, numbers[0] < 24, numbers[1] < 60 else {
            reader.note("start", "is not a time of day", fix: "Write it like \"02:30\".")
            return nil
        }
        return numbers[0] * 60 + numbers[1]
    }

    private func readTimeZone(_ reader: inout ObjectReader) -> TimeZone? {
        guard let text = reader.required("timezone") else { return nil }
        let names = TimeZone.knownTimeZoneIdentifiers
        // Foundation takes abbreviations and offsets too, which mean something else in summer or elsewhere.
        if names.contains(text) || text.contains("/") || TimeZoneNames.withoutRegion.contains(text),
            let timeZone = TimeZone(identifier: text)
        {
            return timeZone
        }
        let fix =
            nearest(to: text, among: names + TimeZoneNames.withoutRegion.sorted()).map { "Did you mean \"\($0)\"?" }
            ?? "Write it like Europe/Berlin or UTC."
        reader.note("timezone", "is not the name of an IANA time zone", fix: fix)
        return nil
    }
}
