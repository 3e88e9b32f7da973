internal import Platform

/// How a file of the log ends: with its last entry, and perhaps with what a crash has left behind it.
struct SegmentEnding {
    /// Longer than any entry: its texts are bounded.
    private static let longestLine = 64 * 1024

    /// Nil when no line of the file is an entry.
    private(set) var last: Stamp?
    /// Where the last entry ends, with its newline.
    private(set) var end = 0
    /// What stands behind the last entry.
    var tail: Range<Int> { end..<size }
    /// True when the last entry is whole but for its newline.
    private(set) var lacksNewline = false
    private let size: Int

    /// Reads backwards, however much stands behind the last entry.
    init(of segment: any Segment) throws(SystemFailure) {
        size = segment.size
        var upper = size
        // Each window covers the longest line before the next one, so that every line is whole in one of them.
        while last == nil, upper > 0 {
            let lower = max(0, upper - 2 * Self.longestLine)
            find(in: try segment.read(lower..<upper), from: lower)
            upper = lower == 0 ? 0 : upper - Self.longestLine
        }
    }

    /// Looks for the last entry in a piece of the file that begins at `lower`.
    private mutating func find(in window: [UInt8], from lower: Int) {
        var lineEnd = window.endIndex
        while true {
            let newline = window[..<lineEnd].lastIndex(of: UInt8(ascii: "\n"))
            guard newline != nil || lower == 0 else { return }
            let start = newline.map { $0 + 1 } ?? 0
            let isEnded = lineEnd < window.endIndex
            if isEnded || lower + lineEnd == size, let stamp = Stamp(line: window[start..<lineEnd]) {
                last = stamp
                end = lower + lineEnd + (isEnded ? 1 : 0)
                lacksNewline = !isEnded
                return
            }
            guard let newline else { return }
            lineEnd = newline
        }
    }

    /// The first line of a file that is an entry, unless very much stands before it.
    static func first(of segment: any Segment) throws(SystemFailure) -> Stamp? {
        let lines = try segment.read(0..<min(segment.size, longestLine)).split(separator: UInt8(ascii: "\n"))
        return lines.lazy.compactMap { Stamp(line: $0) }.first
    }
}
