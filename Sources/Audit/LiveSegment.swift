internal import FoundationEssentials
internal import Platform

/// The file that grows, and what of it is known to be on the disk.
struct LiveSegment: Sendable {
    private let segment: any Segment
    /// Everything before it is on the disk, in whole lines.
    private var end: Int
    /// Its first entry; nil while it is empty.
    private(set) var first: Stamp?
    /// When its first entry was written, which may be long after the entry's own time.
    private var start = Date.distantPast
    /// True when what is read from it may not be on the disk; then nothing more is written to it.
    private(set) var isSuspect = false

    /// A new file.
    init(_ segment: any Segment) {
        self.segment = segment
        end = 0
    }

    /// A file that an earlier process has left.
    init(_ segment: any Segment, ending: SegmentEnding) throws(SystemFailure) {
        self.init(segment)
        guard let last = ending.last else { return }
        let first = try SegmentEnding.first(of: segment) ?? last
        (self.first, start) = (first, first.time)
    }

    /// What somebody else has done to the file, whose name belongs to `present` now; nil when it is as it was left.
    func interference(_ present: FileIdentity?) -> String? {
        guard !isSuspect, let own = segment.identity else { return nil }
        guard let present else { return "was removed or renamed" }
        if present != own { return "was replaced by another file" }
        return segment.size == end ? nil : "was changed by another program"
    }

    /// True when `line` belongs into another file.
    func isDue(before line: AuditLine, _ rotation: Rotation, at now: Date) -> Bool {
        guard first != nil else { return false }
        return end + line.bytes.count > rotation.size || rotation.isOver(since: start, now: now)
    }

    /// What of `lines` fits into the file, and at least one, which an empty file takes however long it is.
    func fitting(_ lines: ArraySlice<AuditLine>, _ rotation: Rotation) -> ArraySlice<AuditLine> {
        var size = end
        let stop = lines.firstIndex { line in
            size += line.bytes.count
            return size > rotation.size
        }
        return lines[..<max(stop ?? lines.endIndex, lines.startIndex + 1)]
    }

    /// Adds lines and waits until they are on the disk; after a failure none of them is in the file.
    mutating func write(_ lines: ArraySlice<AuditLine>, at now: Date) throws(SystemFailure) {
        let (bytes, start) = (lines.flatMap(\.bytes), end)
        do {
            try segment.append(bytes)
            try sync()
        } catch {
            cutBack()
            throw error
        }
        // Not where the file ends: what another program has added meanwhile is not ours.
        end = start + bytes.count
        guard first == nil, let line = lines.first else { return }
        (first, self.start) = (line.stamp, now)
    }

    /// Waits until all that stands in the file is on the disk; a failure makes it suspect for good.
    mutating func sync() throws(SystemFailure) {
        guard segment.size > end else { return }
        do {
            try segment.sync()
        } catch {
            isSuspect = true
            throw error
        }
        end = segment.size
    }

    /// Leaves in the file what is on the disk; where that fails, nothing may follow the rest.
    private mutating func cutBack() {
        guard segment.size > end else { return }
        do {
            try segment.truncate(to: end)
        } catch {
            isSuspect = true
        }
    }

    /// Asks a suspect file to be on the disk as it is now. That this succeeds would not bring back what was lost, but it
    /// takes along that the file was cut back.
    func syncInVain() {
        guard isSuspect else { return }
        try? segment.sync()
    }
}
