import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Audit

/// Where a log goes on, whatever the last process has left.
struct ContinuationTests {
    /// What a directory holds, and the number of the last entry in it.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let files: [String: String]
        let last: Int
        /// What is moved out of the log.
        var torn = ""
    }

    private static let zeros = String(repeating: "\0", count: 300_000)
    private static let border = String(repeating: "\0", count: 65_486)
    private static let garbage = String(repeating: "no entry\n", count: 40_000)
    private static let half = String(text(4...4).prefix(60))

    static let rows = [
        Row(testDescription: "nothing", files: [:], last: 0),
        Row(testDescription: "an empty file", files: ["audit.jsonl": ""], last: 0),
        Row(testDescription: "whole lines", files: ["audit.jsonl": text(1...3)], last: 3),
        Row(testDescription: "renamed, and no new file yet", files: [rotated(1): text(1...3)], last: 3),
        Row(testDescription: "renamed, and the new file is empty", files: [rotated(1): text(1...3), "audit.jsonl": ""], last: 3),
        Row(testDescription: "rotated", files: [rotated(1): text(1...3), "audit.jsonl": text(4...5)], last: 5),
        Row(testDescription: "the first line is torn", files: [rotated(1): text(1...3), "audit.jsonl": half], last: 3, torn: half),
        Row(testDescription: "the last line is torn", files: ["audit.jsonl": text(1...3) + half], last: 3, torn: half),
        Row(testDescription: "the last line lacks its newline alone", files: ["audit.jsonl": String(text(1...3).dropLast())], last: 3),
        Row(testDescription: "zeros", files: ["audit.jsonl": text(1...3) + zeros], last: 3, torn: zeros),
        // The entry lies across the border of two pieces of 64 KB, as one reads them from the end.
        Row(testDescription: "as many zeros", files: ["audit.jsonl": text(1...3) + border], last: 3, torn: border),
        Row(testDescription: "much garbage in lines", files: ["audit.jsonl": text(1...3) + garbage], last: 3, torn: garbage),
        Row(testDescription: "nothing but garbage", files: [rotated(1): text(1...3), "audit.jsonl": garbage], last: 3, torn: garbage),
        Row(testDescription: "garbage, and an entry behind it", files: ["audit.jsonl": text(1...1) + "no entry\n" + text(2...3)], last: 3),
        Row(testDescription: "an object that is no entry", files: ["audit.jsonl": text(1...3) + "{}\n"], last: 3, torn: "{}\n"),
        Row(testDescription: "the newest of two", files: [rotated(1): text(1...3), rotated(4): text(4...6)], last: 6),
        Row(testDescription: "a rotated file with a torn end", files: [rotated(1): text(1...3) + half], last: 3),
        Row(testDescription: "a rotated file that is lost but for its name", files: [rotated(7): zeros], last: 7),
        Row(testDescription: "an old file put back", files: [rotated(7): text(7...9), "audit.jsonl": text(1...2)], last: 7),
        Row(testDescription: "the same entries twice", files: [rotated(1): text(1...3), "audit.jsonl": text(2...3)], last: 3),
        Row(
            testDescription: "names that are not ours",
            files: ["audit-8.jsonl": text(8...8), rotated(9) + ".gz": text(9...9), "x" + rotated(9): text(9...9)], last: 0),
    ]

    @Test(arguments: rows) func `the next entry has the next number, every line is whole, and nothing is lost`(_ row: Row) throws {
        let folder = try Folder(row.files)
        let log = try AuditLog(to: .directory(folder.path, Rotation(age: .seconds(1 << 32))))
        log.note(AuditEntry(.agentStarted))
        #expect(log.close(within: .seconds(20)))
        let files = try folder.files()
        let added = row.torn.isEmpty ? ["agent.started"] : ["audit.repaired", "agent.started"]
        let live = try #require(files["audit.jsonl"])
        #expect(live.hasSuffix("\n"))
        let end = ReadLog(["audit.jsonl": live])
        #expect(end.events.suffix(added.count) == added[...])
        #expect(end.sequences.suffix(added.count) == Array(row.last + 1...row.last + added.count)[...])
        #expect(files["audit-\(String(repeating: "0", count: 11))\(row.last + 1).torn"] ?? "" == row.torn)
        for (name, text) in row.files where name != "audit.jsonl" { #expect(files[name] == text, "\(name) stays as it is") }
    }

    @Test func `the log says what was torn, in one bounded field`() throws {
        let folder = try Folder(["audit.jsonl": text(1...3) + "{\"detail\":\"mongodb://u:canary@host " + String(repeating: "é", count: 600)]
        )
        let log = try AuditLog(to: .directory(folder.path, Rotation()))
        #expect(log.close(within: .seconds(20)))
        let entry = try #require(ReadLog(["audit.jsonl": try folder.text("audit.jsonl")]).entries.last ?? nil)
        #expect(entry["event"] == "audit.repaired")
        #expect(entry["sequence"] == 4)
        #expect(entry["file"] == "audit-000000000004.torn")
        #expect(entry["bytes"] == .integer(1235))
        let detail = try #require(entry["detail"]?.text)
        #expect(detail.hasPrefix("{\"detail\":\"mongodb://"))
        #expect(!detail.contains("canary"))
        #expect(detail.count == 512)
    }

    @Test func `no text makes a line too long to be found again`() throws {
        let folder = try Folder()
        // One character of a hundred thousand scalars, and an escape of six bytes for each scalar.
        let texts = ["e" + String(repeating: "\u{301}", count: 100_000), String(repeating: "\u{202E}", count: 10_000)]
        for text in texts {
            let log = try Ground.withoutSpawning { try AuditLog(to: .directory(folder.path, Rotation())) }
            log.note(AuditEntry(.deliveryFailed, details: ["detail": .string(text), "receiver": .string(text)]))
            #expect(log.close(within: .seconds(20)))
        }
        let log = ReadLog(["audit.jsonl": try folder.text("audit.jsonl")])
        #expect(log.events == ["delivery.failed", "delivery.failed"])
        #expect(log.sequences == [1, 2])
        #expect(log.lines.allSatisfy { $0.utf8.count < 16_384 })
    }
}
