internal import Audit
internal import TenantCore

extension SettingsReader {
    private static let smallestSize = 64 << 10
    private static let largestSize = 10 << 30
    private static let ages: ClosedRange<Duration> = .seconds(60)...(.seconds(87_600 * 3600))
    private static let kept = 1...100_000

    /// When the audit log goes on in a new file, and how many of the old ones stay.
    mutating func rotation() -> Rotation {
        var rotation = Rotation()
        if let size = auditSize() { rotation.size = size }
        if let age = auditAge() { rotation.age = age }
        rotation.keep = auditKeep()
        return rotation
    }

    private mutating func auditSize() -> Int? {
        guard let text = text(.auditMaximumSize) else { return nil }
        if let size = Int(writtenSize: text), (Self.smallestSize...Self.largestSize).contains(size) { return size }
        note(.auditMaximumSize, "is not a size from 64KB to 10GB", fix: "Write it like 512KB, 64MB or 1GB.")
        return nil
    }

    private mutating func auditAge() -> Duration? {
        guard let text = text(.auditMaximumAge) else { return nil }
        if let age = Duration(written: text), Self.ages.contains(age) { return age }
        let hint = DurationText(text, in: Self.ages)
        note(.auditMaximumAge, hint.problem, fix: hint.fix)
        return nil
    }

    /// Nil keeps all.
    private mutating func auditKeep() -> Int? {
        guard let text = text(.auditKeep), text != "all" else { return nil }
        if let count = Int(text), Self.kept.contains(count) { return count }
        note(.auditKeep, "is neither `all` nor a whole number from 1 to 100000", fix: "Write how many files shall stay, like 30.")
        return nil
    }
}
