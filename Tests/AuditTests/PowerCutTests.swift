import Platform
import Testing

@testable import Audit

/// A power cut, or the end of the process, at every moment of a log's life, and at every moment of the life after it.
struct PowerCutTests {
    private static let rotation = Rotation(size: 4 * lineSize, keep: 3)
    private static let files = [
        rotated(1): text(1...2), rotated(3): text(3...4), "audit.jsonl": text(5...6) + String(text(7...7).prefix(40)),
    ]
    /// What may be left of what was not synced.
    private static let remains = ForgetfulDisk.Remains.allCases.flatMap { bytes in
        [ForgetfulDisk.Remains.none, .all].map { (names: $0, bytes: bytes) }
    }

    /// Lets a process write `count` entries, until it is cut off.
    ///
    /// - Returns: the lines that it took for stored.
    private func live(on disk: ForgetfulDisk, entries count: Int) -> [AuditLine] {
        guard var file = try? AuditFile(in: disk, rotation: Self.rotation, now: { date() }) else { return [] }
        var stored: [AuditLine] = []
        var sequence = file.lastSequence
        if let entry = file.repaired {
            sequence += 1
            var lines = [entry.line(sequence: sequence, step: 0)][...]
            guard (try? file.append(&lines)) != nil else { return stored }
        }
        // In batches of one, two and three.
        var batch = 0
        let end = sequence + count
        while sequence < end {
            batch = batch % 3 + 1
            let all = lines(sequence + 1...min(sequence + batch, end))
            var rest = all
            let isGood = (try? file.append(&rest)) != nil
            stored += all.prefix(all.count - rest.count)
            sequence += all.count
            guard isGood else { return stored }
        }
        return stored
    }

    /// What is wrong with the log that the next process has opened; nil when nothing is.
    private func problem(with disk: ForgetfulDisk, stored: [AuditLine]) -> String? {
        let log = ReadLog(disk.files)
        guard log.entries.allSatisfy({ $0 != nil }) else { return "a line cannot be read" }
        let sequences = log.sequences
        guard let first = sequences.first, sequences == Array(first..<first + sequences.count) else {
            return "the numbers are \(sequences)"
        }
        let lines = Set(log.lines)
        let lost = stored.filter { $0.stamp.sequence >= first && !lines.contains(String(decoding: $0.bytes.dropLast(), as: UTF8.self)) }
        if let line = lost.first { return "\(line.stamp.sequence) was stored and is not there" }
        let torn = disk.files.filter { $0.key.hasSuffix(".torn") }.values.joined()
        return torn.contains(text(7...7).prefix(40)) ? nil : "the torn line is lost"
    }

    private func cut(at moment: Int) -> ForgetfulDisk.Script { { number, _ in number >= moment ? 5 : nil } }

    @Test func `nothing that was stored is lost, no number is missing, and none occurs twice`() {
        let whole = ForgetfulDisk(Self.files)
        #expect(live(on: whole, entries: 14).count == 14)
        #expect(whole.operations.count > 30)
        for moment in 0...whole.operations.count {
            let disk = ForgetfulDisk(Self.files, failing: cut(at: moment))
            let stored = live(on: disk, entries: 14)
            for remains in Self.remains {
                let next = disk.afterPowerCut(names: remains.names, bytes: remains.bytes)
                let more = live(on: next, entries: 2)
                #expect(more.count == 2)
                let problem = problem(with: next, stored: stored + more)
                #expect(problem == nil, "cut at \(disk.operations.last ?? "") (\(moment)), \(remains): \(next.files)")
            }
        }
    }

    @Test func `a second cut while the first is mended changes nothing of that`() {
        let whole = ForgetfulDisk(Self.files)
        _ = live(on: whole, entries: 14)
        for moment in 0...whole.operations.count {
            let disk = ForgetfulDisk(Self.files, failing: cut(at: moment))
            let stored = live(on: disk, entries: 14)
            for second in 0...10 {
                let next = disk.afterPowerCut(names: .none, bytes: .half, failing: cut(at: second))
                let more = live(on: next, entries: 2)
                let last = next.afterPowerCut(names: .all, bytes: .half)
                let most = live(on: last, entries: 2)
                let problem = problem(with: last, stored: stored + more + most)
                #expect(problem == nil, "cut at \(moment), then at \(second): \(last.files)")
            }
        }
    }
}
