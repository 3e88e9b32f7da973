import Foundation
import Platform
import TenantCore
import Testing

@testable import Audit

/// Somebody else removes, renames, replaces or changes the file that grows, while it grows.
struct InterferenceTests {
    /// What is done to the folder, and what the log says of it.
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var detail: String
        /// The file that takes what was found in the place of the growing one.
        var isSetAside = false
        /// Whether the entries of before are still in files of the log.
        var keeps = false
        var body: @Sendable (URL) throws -> Void
    }

    private static func live(_ folder: URL) -> URL { folder.appending(path: "audit.jsonl") }

    private static let rows = [
        Row(testDescription: "removed", detail: "audit.jsonl was removed or renamed") { try FileManager.default.removeItem(at: live($0)) },
        Row(testDescription: "renamed", detail: "audit.jsonl was removed or renamed") {
            try FileManager.default.moveItem(at: live($0), to: $0.appending(path: "audit.jsonl.1"))
        },
        Row(testDescription: "the whole directory is gone", detail: "audit.jsonl was removed or renamed") {
            try FileManager.default.removeItem(at: $0)
        },
        Row(testDescription: "the whole directory is renamed", detail: "audit.jsonl was removed or renamed") {
            try FileManager.default.moveItem(at: $0, to: $0.appendingPathExtension("old"))
        },
        Row(testDescription: "replaced by an empty file, as logrotate does", detail: "audit.jsonl was replaced by another file") {
            try FileManager.default.moveItem(at: live($0), to: $0.appending(path: "audit.jsonl.1"))
            try Data().write(to: live($0))
        },
        Row(
            testDescription: "replaced by an edited copy", detail: "audit.jsonl was replaced by another file", isSetAside: true, keeps: true
        ) {
            let text = try Data(contentsOf: live($0))
            try FileManager.default.removeItem(at: live($0))
            try text.write(to: live($0))
        },
        Row(testDescription: "replaced by something else", detail: "audit.jsonl was replaced by another file", isSetAside: true) {
            try FileManager.default.removeItem(at: live($0))
            try Data("hello".utf8).write(to: live($0))
        },
        Row(testDescription: "emptied in place", detail: "audit.jsonl was changed by another program") {
            try FileHandle(forWritingTo: live($0)).truncate(atOffset: 0)
        },
        Row(testDescription: "cut in place", detail: "audit.jsonl was changed by another program", isSetAside: true) {
            try FileHandle(forWritingTo: live($0)).truncate(atOffset: 150)
        },
        Row(testDescription: "written to by another", detail: "audit.jsonl was changed by another program", isSetAside: true, keeps: true) {
            let file = try FileHandle(forWritingTo: live($0))
            try file.seekToEnd()
            try file.write(contentsOf: Data("hello".utf8))
        },
    ]

    @Test(arguments: rows.indices)
    func `the log goes on in a new file, without a gap, and says what happened first`(index: Int) throws {
        let row = Self.rows[index]
        let folder = try Folder()
        try interfere(row, folder)
        let files = try folder.files()
        let new = ReadLog(files.filter { $0.key == "audit.jsonl" })
        #expect(new.sequences == [4, 5])
        #expect(new.events == ["audit.reopened", "agent.stopped"])
        #expect(new.entries.first??["detail"]?.text == row.detail)
        #expect(new.entries.first??["outcome"]?.text == "failure")
        let aside = new.entries.first??["set_aside_as"]?.text
        #expect((aside != nil) == row.isSetAside)
        if let aside { #expect(files[aside]?.isEmpty == false) }
        if row.keeps { #expect(ReadLog(files).sequences.filter { $0 > 0 } == [1, 2, 3, 4, 5]) }
        // The next process goes on behind it.
        let next = try AuditLog(to: .directory(folder.path, Rotation()))
        next.note(AuditEntry(.agentStarted))
        #expect(next.close(within: .seconds(10)))
        #expect(ReadLog(try folder.files().filter { $0.key == "audit.jsonl" }).sequences == [4, 5, 6])
    }

    /// One process with three entries, then what the row does, then one more entry.
    private func interfere(_ row: Row, _ folder: Folder) throws {
        let log = try AuditLog(to: .directory(folder.path, Rotation()))
        for _ in 0..<3 { log.note(AuditEntry(.statusChanged)) }
        #expect(waits { try folder.text("audit.jsonl").split(separator: "\n").count == 3 })
        try row.body(folder.url)
        // Nobody has to write anything for it to be noticed.
        #expect(waits { try folder.text("audit.jsonl").contains("audit.reopened") })
        #expect(log.problem == "\(row.detail); the log goes on in a new file")
        #expect(!log.isHealthy)
        log.note(AuditEntry(.agentStopped))
        #expect(log.close(within: .seconds(10)))
    }

    @Test func `what cannot be mended is named, and mended later`() throws {
        let folder = try Folder()
        let log = try AuditLog(to: .directory(folder.path, Rotation()))
        log.note(AuditEntry(.statusChanged))
        #expect(waits { try folder.text("audit.jsonl").contains("\"sequence\":1,") })
        try FileManager.default.removeItem(at: folder.url)
        try Data().write(to: folder.url)
        #expect(waits { log.problem == "the audit directory \(folder.path) is not a directory" })
        log.note(AuditEntry(.statusChanged))
        try FileManager.default.removeItem(at: folder.url)
        #expect(waits { try folder.text("audit.jsonl").split(separator: "\n").count == 2 })
        #expect(log.close(within: .seconds(10)))
        #expect(Set(ReadLog(try folder.files()).events) == ["audit.reopened", "status.changed"])
    }

    private func waits(for condition: () throws -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while (try? condition()) != true {
            if ContinuousClock.now > end { return false }
            usleep(5000)
        }
        return true
    }
}
