internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// The files of the log: one that grows, and those that were rotated before it.
///
/// Used by one thread. Whatever fails leaves a state from which the next call goes on.
struct AuditFile: Sendable {
    /// The number of the last entry that is in any file.
    let lastSequence: Int
    /// The last committed step that is in any file.
    let lastStep: Int
    /// What is to be said about the end of the log as the last process left it.
    let repaired: AuditEntry?
    private let directory: any SegmentDirectory
    private let rotation: Rotation
    private let now: @Sendable () -> Date
    /// Nil from the moment it is set aside until the next one is there.
    private var live: LiveSegment?
    /// Nil once it is done.
    private var repair: Repair?
    private var isPruneDue = true
    /// What somebody else has done to the growing file, until that is mended.
    private var interference: String?
    /// The name that what was found in its place has been given, until that is said.
    private var foreignName: String?
    /// What the log must still say about a file that was mended while entries were written.
    private var unsaid: AuditEntry?

    /// Opens or makes the growing file and finds where the log ends; changes nothing else.
    init(
        in directory: any SegmentDirectory, rotation: Rotation, now: @escaping @Sendable () -> Date = { Date.now }
    ) throws(SystemFailure) {
        self.directory = directory
        self.rotation = rotation
        self.now = now
        let rotated = try Self.rotated(in: directory).last
        let segment = try directory.open(SegmentName.live)
        try directory.sync()
        let ending = try SegmentEnding(of: segment)
        if let last = ending.last {
            lastSequence = max(last.sequence, rotated?.firstSequence ?? 0)
            lastStep = last.step
        } else {
            let last = try rotated.map { name throws(SystemFailure) in try Self.last(of: name, in: directory) }
            (lastSequence, lastStep) = (last?.sequence ?? 0, last?.step ?? 0)
        }
        live = try LiveSegment(segment, ending: ending)
        let repair = Repair(of: segment, ending: ending, before: lastSequence + 1)
        repaired = try repair.entry()
        self.repair = repair
    }

    /// The rotated files, oldest first.
    private static func rotated(in directory: any SegmentDirectory) throws(SystemFailure) -> [SegmentName] {
        try directory.names().compactMap { SegmentName($0) }.sorted()
    }

    /// A file without a readable entry had at least the one that it is named after.
    private static func last(
        of name: SegmentName, in directory: any SegmentDirectory
    ) throws(SystemFailure) -> (sequence: Int, step: Int) {
        let ending = try SegmentEnding(of: try directory.openForReading(name.description))
        return (ending.last?.sequence ?? name.firstSequence, ending.last?.step ?? 0)
    }

    /// Writes `lines` from the front and takes away those that are on the disk.
    ///
    /// - Throws: `SystemFailure` also when all are on the disk, but the file could not be rotated or an old one removed.
    mutating func append(_ lines: inout ArraySlice<AuditLine>) throws(SystemFailure) {
        try settle()
        // Its entry gets its number from the next inspection: the lines have theirs already.
        if interference != nil { unsaid = try mend() }
        var postponed: SystemFailure?
        while let next = lines.first {
            postponed = try makeRoom(for: next)
            if live == nil { live = try begin() }
            let batch = postponed == nil ? live?.fitting(lines, rotation) ?? lines : lines
            let time = now()
            try live?.write(batch, at: time)
            lines.removeFirst(batch.count)
        }
        if let postponed { throw postponed }
        try prune()
    }

    /// Once after the start: what the last process has left is repaired and made durable.
    private mutating func settle() throws(SystemFailure) {
        let directory = directory
        try repair?.perform(in: directory)
        guard repair != nil else { return }
        repair = nil
        try live?.sync()
    }

    /// Finds out whether somebody else has moved, replaced or changed the growing file, and goes on in a new one.
    ///
    /// - Returns: what the log must say about that; nil when nothing has happened.
    mutating func detectInterference() throws(SystemFailure) -> AuditEntry? {
        if let entry = unsaid {
            unsaid = nil
            return entry
        }
        // Before that is repaired its end is not ours.
        if repair == nil, let live { interference = live.interference(try directory.identity(of: SegmentName.live)) ?? interference }
        return interference == nil ? nil : try mend()
    }

    /// Leaves to its name what is no longer ours, and begins a new file.
    ///
    /// What fails on the way is tried again by the next call; a file that has its new name by then is still named.
    private mutating func mend() throws(SystemFailure) -> AuditEntry? {
        live = nil
        try directory.make()
        foreignName = try moveForeignFile() ?? foreignName
        live = try begin()
        isPruneDue = true
        defer { (interference, foreignName) = (nil, nil) }
        return interference.map { interference in
            var details: JSONObject = ["file": .string(SegmentName.live), "detail": .string("\(SegmentName.live) \(interference)")]
            if let foreignName { details["set_aside_as"] = .string(foreignName) }
            return AuditEntry(.auditReopened, isSuccess: false, details: details)
        }
    }

    /// Gives another name to what stands where the growing file should; an empty file goes.
    private func moveForeignFile() throws(SystemFailure) -> String? {
        guard try directory.identity(of: SegmentName.live) != nil else { return nil }
        let foreign = try directory.openForReading(SegmentName.live)
        guard foreign.size > 0 else {
            try directory.remove(SegmentName.live)
            return nil
        }
        let name: String =
            if let first = try SegmentEnding.first(of: foreign) {
                try unusedName(first)
            } else {
                "audit-\(Int(now().timeIntervalSince1970)).found"
            }
        try directory.rename(SegmentName.live, to: name)
        return name
    }

    /// Sets the file aside when it must not grow any more.
    ///
    /// - Returns: why a file that is only due could not be renamed; it grows on, for an entry matters more than a name.
    private mutating func makeRoom(for line: AuditLine) throws(SystemFailure) -> SystemFailure? {
        guard let live, live.isSuspect || live.isDue(before: line, rotation, at: now()) else { return nil }
        do {
            try setAside(live)
            return nil
        } catch {
            if live.isSuspect { throw error }
            return error
        }
    }

    private mutating func setAside(_ file: LiveSegment) throws(SystemFailure) {
        file.syncInVain()
        if let first = file.first {
            try directory.rename(SegmentName.live, to: try unusedName(first))
        } else {
            try directory.remove(SegmentName.live)  // No entry of it was ever taken for stored.
        }
        live = nil
        isPruneDue = true
    }

    /// A file that somebody has put back may have the name already; it is not overwritten.
    private func unusedName(_ first: Stamp) throws(SystemFailure) -> String {
        let names = Set(try directory.names())
        var first = first
        while names.contains(SegmentName(first: first).description) { first.time += 1 }
        return SegmentName(first: first).description
    }

    /// Makes the next file, once the old one has its new name on the disk.
    private func begin() throws(SystemFailure) -> LiveSegment {
        try directory.sync()
        let segment = try directory.open(SegmentName.live)
        try directory.sync()
        return LiveSegment(segment)
    }

    /// Removes the oldest rotated files, once after the start and after each rotation.
    private mutating func prune() throws(SystemFailure) {
        guard isPruneDue, let keep = rotation.keep else { return }
        let superfluous = try Self.rotated(in: directory).dropLast(keep)
        for name in superfluous { try directory.remove(name.description) }
        if !superfluous.isEmpty { try directory.sync() }
        isPruneDue = false
    }
}
