internal import FoundationEssentials
internal import TenantCore

/// An entry as it is written, with its place in the log.
struct AuditLine: Sendable {
    var stamp: Stamp
    /// With the newline at their end.
    var bytes: [UInt8]
}

/// The place of an entry in the log.
struct Stamp: Sendable, Equatable {
    /// Counted from 1, without a gap, over all files.
    var sequence: Int
    /// On the wall clock.
    var time: Date
    /// The last committed step that was in the log with it; 0 where there was none yet.
    var step: Int = 0
}

extension Stamp {
    /// Nil for a line that is not a whole entry.
    init?(line: ArraySlice<UInt8>) {
        // Spares the parser the most of what a crash can leave, such as a million zero bytes.
        guard line.first == UInt8(ascii: "{"), let object = try? JSONValue.parse(line).object,
            case .integer(let sequence) = object["sequence"], (1..<1_000_000_000_000).contains(sequence),
            let time = object["time"]?.text.flatMap({ try? Date($0, strategy: .iso8601WithMilliseconds) })
        else { return nil }
        // Lines of earlier versions have none.
        var step = 0
        if case .integer(let number) = object["step"], number >= 0 { step = number }
        self.init(sequence: sequence, time: time, step: step)
    }
}

extension FormatStyle where Self == Date.ISO8601FormatStyle {
    /// `2026-11-23T22:24:51.123Z`.
    static var iso8601WithMilliseconds: Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    }
}

extension ParseStrategy where Self == Date.ISO8601FormatStyle {
    /// `2026-11-23T22:24:51.123Z`.
    static var iso8601WithMilliseconds: Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    }
}
