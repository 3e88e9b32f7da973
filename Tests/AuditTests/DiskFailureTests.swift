import Foundation
import Glibc
import Platform
import RealServers
import Testing

@testable import Audit

/// A disk that is full or fails: nothing is lost, the log says so, and it goes on by itself.
struct DiskFailureTests {
    /// What the disk says to every operation of this name, as long as it does.
    private final class Trouble: Sendable {
        private let current = Guarded<(operation: String, code: Int32)?>(nil)
        func begin(_ operation: String, _ code: Int32) { current.withLock { $0 = (operation, code) } }
        func end() { current.withLock { $0 = nil } }
        func code(of operation: String) -> Int32? {
            current.withLock { trouble in trouble.flatMap { operation.hasPrefix($0.operation) ? $0.code : nil } }
        }
    }

    private let trouble = Trouble()

    private func disk(_ files: [String: String] = [:]) -> ForgetfulDisk {
        let trouble = trouble
        return ForgetfulDisk(files, failing: { _, operation in trouble.code(of: operation) })
    }

    private func file(in disk: ForgetfulDisk, _ rotation: Rotation = Rotation()) throws -> AuditFile {
        try AuditFile(in: disk, rotation: rotation, now: { date() })
    }

    @Test func `a full disk keeps entries waiting in order until there is room`() throws {
        let disk = disk()
        let log = AuditLog(to: try file(in: disk), patience: .milliseconds(1))
        log.note(AuditEntry(.agentStarted))
        #expect(wait(seconds: 10) { disk.files["audit.jsonl"]?.isEmpty == false })
        trouble.begin("append", ENOSPC)
        log.note(AuditEntry(.tenantAdded))
        #expect(wait(seconds: 10) { !log.isHealthy })
        #expect(log.problem == "append audit.jsonl: No space left on device")
        for _ in 1...100 { log.note(AuditEntry(.tenantChanged)) }
        #expect(log.queuedCount == 100)
        #expect(ReadLog(disk.files).sequences.first == 1)
        trouble.end()
        #expect(log.close(within: .seconds(10)))
        #expect(log.isHealthy)
        let read = ReadLog(disk.afterPowerCut(names: .none, bytes: .none).files)
        #expect(read.sequences == Array(1...102))
        #expect(read.events.dropFirst().first == "tenant.added")
        #expect(Set(disk.files.keys) == ["audit.jsonl"])
    }

    @Test(arguments: [true, false])
    func `a file that goes while the disk is full is told of once there is room`(isReplaced: Bool) throws {
        let disk = disk()
        var log = try file(in: disk)
        try log.append(1...2)
        if isReplaced {
            let other = try disk.open("other")
            try other.append(Array("hello".utf8))
            try disk.rename("other", to: "audit.jsonl")
        } else {
            try disk.remove("audit.jsonl")
        }
        trouble.begin("make audit.jsonl", ENOSPC)
        #expect(throws: SystemFailure.self) { try log.detectInterference() }
        #expect(throws: SystemFailure.self) { try log.append(3...3) }
        trouble.end()
        try log.append(3...3)
        let entry = try #require(try log.detectInterference())
        #expect(entry.event == .auditReopened)
        #expect((entry.details["set_aside_as"] != nil) == isReplaced)
        #expect(try log.detectInterference() == nil)
        #expect(disk.files["audit.jsonl"] == text(3...3))
    }

    @Test func `a log that closes as soon as there is room still tells of a file that went`() throws {
        let disk = disk()
        let log = AuditLog(to: try file(in: disk), patience: .milliseconds(1))
        log.note(AuditEntry(.agentStarted))
        #expect(wait(seconds: 10) { disk.files["audit.jsonl"]?.isEmpty == false })
        trouble.begin("make audit.jsonl", ENOSPC)
        try disk.remove("audit.jsonl")
        log.note(AuditEntry(.tenantAdded))
        #expect(wait(seconds: 10) { !log.isHealthy })
        log.note(AuditEntry(.agentStopped))
        trouble.end()
        #expect(log.close(within: .seconds(10)))
        #expect(Set(ReadLog(disk.files).events).isSuperset(of: ["audit.reopened", "agent.stopped"]))
    }

    @Test func `an inspection that failed is no problem once one succeeds`() throws {
        let disk = disk()
        let log = AuditLog(to: try file(in: disk), patience: .milliseconds(1))
        log.note(AuditEntry(.agentStarted))
        #expect(wait(seconds: 10) { disk.files["audit.jsonl"]?.isEmpty == false })
        trouble.begin("identify audit.jsonl", EIO)
        #expect(wait(seconds: 10) { log.problem == "identify audit.jsonl: Input/output error" })
        trouble.end()
        #expect(wait(seconds: 10) { log.isHealthy })
        #expect(log.close(within: .seconds(10)))
    }

    @Test func `a real device that is full is named, and ends no agent`() throws {
        let folder = try Folder()
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/audit.jsonl", withDestinationPath: "/dev/full")
        let log = try AuditLog(to: .directory(folder.path, Rotation()))
        log.note(AuditEntry(.agentStarted))
        #expect(wait(seconds: 10) { !log.isHealthy })
        #expect(log.problem == "write \(folder.path)/audit.jsonl: No space left on device")
        #expect(log.droppedCount == 0)
        #expect(log.close(within: .seconds(10)))
    }

    @Test func `after a failed fsync the lines are written again, to a file that the kernel has not given up`() throws {
        let disk = disk()
        var log = try file(in: disk)
        try log.append(1...2)
        trouble.begin("sync audit.jsonl", EIO)
        #expect(throws: SystemFailure.self) { try log.append(3...4) }
        trouble.end()
        try log.append(3...4)
        try log.append(5...5)
        let found = disk.afterPowerCut(names: .none, bytes: .none).files
        #expect(found == [rotated(1): text(1...2), "audit.jsonl": text(3...5)])
    }

    @Test func `a disk that never stores anything gathers no empty files`() throws {
        let disk = disk(["audit.jsonl": text(1...2)])
        var log = try file(in: disk)
        trouble.begin("sync audit.jsonl", EIO)
        for _ in 1...5 { #expect(throws: SystemFailure.self) { try log.append(3...4) } }
        #expect(disk.files == [rotated(1): text(1...2), "audit.jsonl": ""])
        trouble.end()
        try log.append(3...4)
        #expect(disk.afterPowerCut(names: .none, bytes: .none).files == [rotated(1): text(1...2), "audit.jsonl": text(3...4)])
    }

    @Test func `half a line that cannot be cut off again is left in its own file`() throws {
        let failing = Guarded(["append", "truncate"])
        let disk = ForgetfulDisk(["audit.jsonl": text(1...3)]) { _, operation in
            failing.withLock { $0.contains { operation.hasPrefix($0) } ? EIO : nil }
        }
        var log = try file(in: disk)
        #expect(throws: SystemFailure.self) { try log.append(4...4) }
        failing.withLock { $0 = [] }
        try log.append(4...4)
        #expect(disk.files["audit.jsonl"] == text(4...4))
        #expect(disk.files[rotated(1)]?.hasPrefix(text(1...3)) == true)
    }

    /// Each operation of a rotation, and whether the entry has to wait for it.
    @Test(arguments: [
        ("rename", false), ("sync names", true), ("make audit.jsonl", true), ("append", true), ("remove", false),
    ]) func `a rotation that cannot be finished loses nothing and is finished later`(_ row: (operation: String, waits: Bool)) throws {
        let disk = disk([rotated(1): text(1...1), "audit.jsonl": text(2...3)])
        var log = try file(in: disk, Rotation(size: 2 * lineSize, keep: 1))
        trouble.begin(row.operation, ENOSPC)
        var waiting = lines(4...4)
        #expect(throws: SystemFailure.self) { try log.append(&waiting) }
        #expect(waiting.isEmpty == !row.waits)
        trouble.end()
        try log.append(&waiting)
        try log.append(5...6)
        let found = disk.afterPowerCut(names: .none, bytes: .none).files
        #expect(ReadLog(found).sequences.suffix(3) == [4, 5, 6])
        #expect(found.count == 2, "\(found.keys)")
    }

    @Test func `an old file that cannot be removed is a problem that holds up no entry`() throws {
        let disk = disk([rotated(1): text(1...1), rotated(2): text(2...2)])
        let log = AuditLog(to: try file(in: disk, Rotation(keep: 1)), patience: .seconds(60))
        trouble.begin("remove", EPERM)
        log.note(AuditEntry(.agentStarted))
        #expect(wait(seconds: 10) { log.problem == "remove \(rotated(1)): Operation not permitted" })
        log.note(AuditEntry(.agentStopped))
        #expect(wait(seconds: 10) { ReadLog(disk.files).sequences == [1, 2, 3, 4] })
        #expect(log.close(within: .seconds(10)))
    }

    @Test(arguments: ["append", "sync audit-000000000003.torn", "truncate", "sync audit.jsonl"])
    func `a repair that fails is tried again and takes nothing twice`(_ operation: String) throws {
        let disk = disk(["audit.jsonl": text(1...2) + "torn"])
        var log = try file(in: disk)
        trouble.begin(operation, EIO)
        for _ in 1...3 { #expect(throws: SystemFailure.self) { try log.append(3...3) } }
        trouble.end()
        try log.append(3...3)
        #expect(ReadLog(disk.files).lines.joined(separator: "\n") + "\n" == text(1...3))
        #expect(disk.files["audit-000000000003.torn"] == "torn")
    }
}
