internal import Foundation

extension Date {
    /// Reads RFC 3339 strictly; nil for what is none, such as the 31st of February, which Foundation's style turns into March.
    init?(internetText text: String) {
        let pattern = /(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(?:[Zz]|([+-])(\d{2}):(\d{2}))/
        guard let match = text.wholeMatch(of: pattern.asciiOnlyDigits()) else { return nil }
        let numbers = [match.1, match.2, match.3, match.4, match.5, match.6].compactMap { Int($0) }
        let offset = [match.9, match.10].map { $0.flatMap { Int($0) } ?? 0 }
        guard numbers.count == 6, offset[0] < 24, offset[1] < 60 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4], second: numbers[5])
        guard parts.isValidDate(in: calendar), let date = calendar.date(from: parts) else { return nil }
        let seconds = Double(offset[0] * 3600 + offset[1] * 60) * (match.8 == "-" ? 1 : -1)
        self = date + seconds + (match.7.flatMap { Double("0\($0)") } ?? 0)
    }
}
