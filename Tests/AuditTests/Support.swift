import Foundation
import Platform
import TenantCore

@testable import Audit

/// The wall clock, so many seconds after some moment.
func date(_ seconds: Double = 0) -> Date { Date(timeIntervalSince1970: 1_795_490_100 + seconds) }

/// A clock that stands until it is told otherwise.
final class StandingClock: Sendable {
    private let time = Guarded(date())
    var now: Date {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}

/// An entry of exactly this place in the log.
func line(_ sequence: Int, at time: Date = date(), _ event: AuditEntry.Event = .statusChanged) -> AuditLine {
    var entry = AuditEntry(event)
    entry.time = time
    return entry.line(sequence: sequence, step: 0)
}

func lines(_ sequences: ClosedRange<Int>, at time: Date = date()) -> ArraySlice<AuditLine> {
    ArraySlice(sequences.map { line($0, at: time) })
}

/// The same as it stands in a file.
func text(_ sequences: ClosedRange<Int>, at time: Date = date()) -> String {
    String(decoding: lines(sequences, at: time).flatMap(\.bytes), as: UTF8.self)
}

/// How long such a line is while its number has one digit.
let lineSize = line(1).bytes.count

/// The name of a rotated file whose first entry is this one.
func rotated(_ sequence: Int, at time: Date = date()) -> String {
    SegmentName(first: Stamp(sequence: sequence, time: time)).description
}

extension AuditFile {
    /// Writes lines as one batch, which must succeed.
    mutating func append(_ sequences: ClosedRange<Int>, at time: Date = date()) throws(SystemFailure) {
        var lines = lines(sequences, at: time)
        try append(&lines)
    }
}

/// What a reader finds who takes the rotated files by name, then the one that grows, line by line.
struct ReadLog {
    var lines: [String] = []
    /// Nil for a line that cannot be read.
    var entries: [JSONObject?] = []
    /// 0 for what is no entry.
    var sequences: [Int] {
        entries.map { if case .integer(let sequence) = $0?["sequence"] { sequence } else { 0 } }
    }
    /// Empty for what is no entry.
    var events: [String] { entries.map { $0?["event"]?.text ?? "" } }

    init(_ files: [String: String]) {
        let names = files.keys.filter { SegmentName($0) != nil }.sorted() + [SegmentName.live]
        for text in names.compactMap({ files[$0] }) where !text.isEmpty {
            lines += text.dropLast(text.hasSuffix("\n") ? 1 : 0).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        entries = lines.map { try? JSONValue.parse($0.utf8).object }
    }
}

/// A directory of a test, removed with it.
final class Folder: Sendable {
    let url: URL

    init(_ files: [String: String] = [:]) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "tenantwatch-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: url.appending(path: name)) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func text(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self) }

    func files() throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try text($0)) })
    }
}
