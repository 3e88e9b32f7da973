import Foundation
import Platform
import RealServers
import Testing

@testable import Audit

/// When the log goes on in a new file, and what becomes of the old one.
struct RotationTests {
    private let clock = StandingClock()

    private func file(in directory: any SegmentDirectory, _ rotation: Rotation) throws -> AuditFile {
        let clock = clock
        return try AuditFile(in: directory, rotation: rotation, now: { clock.now })
    }

    @Test func `a file takes what fits, and the rest goes to the next`() throws {
        let disk = ForgetfulDisk()
        var log = try file(in: disk, Rotation(size: 3 * lineSize))
        try log.append(1...2)
        try log.append(3...8)
        #expect(disk.files == [rotated(1): text(1...3), rotated(4): text(4...6), "audit.jsonl": text(7...8)])
    }

    @Test func `a line that is longer than a file has one of its own`() throws {
        let disk = ForgetfulDisk()
        var log = try file(in: disk, Rotation(size: lineSize / 2))
        try log.append(1...3)
        #expect(disk.files == [rotated(1): text(1...1), rotated(2): text(2...2), "audit.jsonl": text(3...3)])
    }

    @Test func `everything old is on the disk before there is anything new`() throws {
        let disk = ForgetfulDisk(["audit.jsonl": text(1...2)])
        var log = try file(in: disk, Rotation(size: 3 * lineSize, keep: 1))
        try log.append(3...4)
        try log.append(5...7)
        #expect(
            disk.operations == [
                "sync names",  // The file that is there may be new.
                "sync audit.jsonl",  // What the last process wrote.
                "append audit.jsonl", "sync audit.jsonl",
                "rename audit.jsonl to \(rotated(1))", "sync names", "make audit.jsonl", "sync names",
                "append audit.jsonl", "sync audit.jsonl",
                "append audit.jsonl", "sync audit.jsonl",
                "rename audit.jsonl to \(rotated(4))", "sync names", "make audit.jsonl", "sync names",
                "append audit.jsonl", "sync audit.jsonl",
                "remove \(rotated(1))", "sync names",
            ])
    }

    /// Seconds from the first entry to the next, and whether that is in a new file.
    @Test(arguments: [(0, false), (59, false), (60, true), (86_400, true), (-59, false), (-60, true), (-1e9, true)])
    func `the age of the first entry counts, after a restart too, and whichever way the clock is set`(
        _ row: (seconds: Double, isRotated: Bool)
    ) throws {
        let disk = ForgetfulDisk(["audit.jsonl": text(1...1)])
        let other = ForgetfulDisk()
        var first = try file(in: other, Rotation(age: .seconds(60)))
        try first.append(1...1)
        clock.now = date(row.seconds)
        var second = try file(in: disk, Rotation(age: .seconds(60)))
        try second.append(2...2)
        try first.append(2...2)
        let expected = row.isRotated ? [rotated(1): text(1...1), "audit.jsonl": text(2...2)] : ["audit.jsonl": text(1...2)]
        #expect(disk.files == expected)
        #expect(other.files == expected)
    }

    @Test func `a clock that is set back ends one file, not every one, even for entries that waited`() throws {
        let disk = ForgetfulDisk()
        var log = try file(in: disk, Rotation(age: .seconds(60)))
        try log.append(1...1, at: date())
        clock.now = date(-1e6)
        for sequence in 2...5 { try log.append(sequence...sequence, at: date()) }
        #expect(disk.files == [rotated(1): text(1...1), "audit.jsonl": text(2...5)])
    }

    @Test func `names are in the order of the log, and hold the time of the first entry`() throws {
        let first = Stamp(sequence: 1234, time: date())
        #expect(SegmentName(first: first).description == "audit-000000001234-20261124T031500Z.jsonl")
        let names = [9, 10, 99, 1234, 20_000].map { SegmentName(first: Stamp(sequence: $0, time: date(Double(-$0)))) }
        #expect(names.sorted() == names)
        #expect(names.map(\.description).sorted() == names.map(\.description))
        for name in names { #expect(SegmentName(name.description)?.firstSequence == name.firstSequence) }
    }

    @Test func `a name that is taken is not taken away`() throws {
        let disk = ForgetfulDisk([rotated(1): "put back by somebody", rotated(1, at: date(1)): "", "audit.jsonl": text(1...3)])
        var log = try file(in: disk, Rotation(size: lineSize))
        try log.append(4...4)
        #expect(
            disk.files == [
                rotated(1): "put back by somebody", rotated(1, at: date(1)): "", rotated(1, at: date(2)): text(1...3),
                "audit.jsonl": text(4...4),
            ])
    }

    @Test(arguments: [(nil, [1, 2, 3, 4, 5]), (1, [5]), (3, [3, 4, 5]), (9, [1, 2, 3, 4, 5])])
    func `as many rotated files stay as were asked for, the newest, and nothing else is touched`(
        _ row: (keep: Int?, sequences: [Int])
    ) throws {
        let others = ["audit-1.jsonl", "audit.jsonl.old", rotated(1) + ".gz", "audit-000000000001.torn", "notes"]
        let disk = ForgetfulDisk(Dictionary(uniqueKeysWithValues: others.map { ($0, "mine") }))
        var log = try file(in: disk, Rotation(size: lineSize, keep: row.keep))
        try log.append(1...6)
        #expect(Set(disk.files.keys) == Set(others + row.sequences.map { rotated($0) } + ["audit.jsonl"]))
    }

    @Test func `a smaller number of files to keep holds from the next start`() throws {
        let disk = ForgetfulDisk([rotated(1): text(1...1), rotated(2): text(2...2), rotated(3): text(3...3), "audit.jsonl": text(4...4)])
        var log = try file(in: disk, Rotation(keep: 2))
        try log.append(5...5)
        #expect(Set(disk.files.keys) == [rotated(2), rotated(3), "audit.jsonl"])
    }

    @Test func `only their owner reads the files and the directory, and a new process goes on`() throws {
        let parent = try Folder()
        let path = parent.url.appending(path: "audit").path
        for _ in 1...3 {
            let log = try Ground.withoutSpawning { try AuditLog(to: .directory(path, Rotation(size: 2 * lineSize))) }
            for _ in 1...3 { log.note(AuditEntry(.agentStarted)) }
            #expect(log.close(within: .seconds(20)))
        }
        #expect(try mode(path) == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(names.count >= 3)
        for name in names { #expect(try mode("\(path)/\(name)") == 0o600) }
        let files = try names.map { ($0, try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8)) }
        #expect(ReadLog(Dictionary(uniqueKeysWithValues: files)).sequences == Array(1...9))
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
