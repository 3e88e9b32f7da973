internal import Platform
internal import TenantCore

/// Moves what a crash has left behind the last entry to a file of its own: then every line of the log can be read, and
/// nothing is lost.
struct Repair: Sendable {
    private static let chunk = 1 << 20

    private let segment: any Segment
    private let ending: SegmentEnding
    /// The file that takes what is torn.
    private let name: String
    private var isSaved = false

    /// - Parameters:
    ///   - segment: the file that grows.
    ///   - sequence: of the entry that comes next.
    init(of segment: any Segment, ending: SegmentEnding, before sequence: Int) {
        self.segment = segment
        self.ending = ending
        name = SegmentName.torn(at: sequence)
    }

    /// What the log says about it; nil when nothing is torn.
    func entry() throws(SystemFailure) -> AuditEntry? {
        guard !ending.tail.isEmpty else { return nil }
        let beginning = try segment.read(ending.tail.prefix(4 * AuditEntry.textLimit))
        return AuditEntry(
            .auditRepaired,
            details: [
                "file": .string(name), "bytes": .integer(ending.tail.count),
                "detail": .string(Scrubber().scrub(String(decoding: beginning, as: UTF8.self), limit: AuditEntry.textLimit)),
            ])
    }

    /// Leaves the file with whole lines alone; what has failed can be tried again.
    mutating func perform(in directory: any SegmentDirectory) throws(SystemFailure) {
        if !ending.tail.isEmpty {
            try save(in: directory)
            try segment.truncate(to: ending.end)
        } else if ending.lacksNewline, segment.size == ending.end {
            try segment.append([UInt8(ascii: "\n")])
        }
    }

    /// Another crash may have left a file of this name: it grows.
    private mutating func save(in directory: any SegmentDirectory) throws(SystemFailure) {
        guard !isSaved else { return }
        let file = try directory.open(name)
        let size = file.size
        do {
            for start in stride(from: ending.tail.lowerBound, to: ending.tail.upperBound, by: Self.chunk) {
                try file.append(try segment.read(start..<min(start + Self.chunk, ending.tail.upperBound)))
            }
            try file.sync()
            try directory.sync()
        } catch {
            try? file.truncate(to: size)
            throw error
        }
        isSaved = true
    }
}
