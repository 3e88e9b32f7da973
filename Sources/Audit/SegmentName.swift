internal import FoundationEssentials

/// The name of a rotated file, such as `audit-000000001234-20261124T031500Z.jsonl`: sorted by name they are in order.
struct SegmentName: Comparable, CustomStringConvertible {
    /// The file that grows.
    static let live = "audit.jsonl"

    /// The sequence number of its first entry.
    let firstSequence: Int
    let description: String

    /// Names a file after its first entry.
    init(first: Stamp) {
        firstSequence = first.sequence
        description = "audit-\(Self.digits(first.sequence))-\(first.time.formatted(Self.time)).jsonl"
    }

    /// Nil for every name that no rotated file of ours can have.
    init?(_ name: String) {
        guard let match = name.wholeMatch(of: /audit-([0-9]{12})-[0-9]{8}T[0-9]{6}Z\.jsonl/), let sequence = Int(match.1) else {
            return nil
        }
        firstSequence = sequence
        description = name
    }

    /// The name of the file that takes what a crash has left in the place of the entry with this number.
    static func torn(at sequence: Int) -> String { "audit-\(digits(sequence)).torn" }

    static func < (one: SegmentName, other: SegmentName) -> Bool { one.description < other.description }

    private static func digits(_ sequence: Int) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    private static var time: Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
    }
}
