internal import BlockingIO
internal import Platform
internal import TenantCore

/// Gives entries their numbers and writes them, each batch durable before the next is taken.
struct AuditWriter: Sendable {
    /// Takes lines away from the front once they are written; what is left when it throws is tried again.
    typealias Write = @Sendable (inout ArraySlice<AuditLine>) throws(SystemFailure) -> Void

    /// How many lines become durable at once: about a megabyte.
    private static let batch = 4096
    /// How often the file is inspected.
    private static let inspectionInterval = Duration.seconds(1)
    /// How long what was mended is named: until a scrape has seen it.
    private static let mendedNoticeDuration = Duration.seconds(60)

    let mailbox: Mailbox<AuditNote>
    /// Why the last write failed; nil when it did not.
    let problem = Guarded<String?>(nil)
    /// Why the last inspection failed; nil when it did not.
    let inspectionProblem = Guarded<String?>(nil)
    /// The last committed step that is durably in the log.
    let durableStep: Guarded<Int>
    /// How long the disk may fail before it is tried again.
    let patience: Duration
    let write: Write
    /// Inspects the file also while nothing is written, and says what the log must say about it.
    let detectInterference: @Sendable () throws(SystemFailure) -> AuditEntry?
    /// What was mended, and until when it is named.
    let mended = Guarded<(problem: String, until: ContinuousClock.Instant)?>(nil)

    /// Writes until the mailbox is closed and empty.
    ///
    /// - Parameter last: the number of the last entry that is in the log.
    func run(after last: Int) {
        var sequence = last
        var step = durableStep.withLock { $0 }
        var dropped = 0
        while let notes = mailbox.take(waiting: Self.inspectionInterval) {
            var lines: ArraySlice<AuditLine> = []
            if let entry = inspect() {
                sequence += 1
                lines.append(entry.line(sequence: sequence, step: step))
            }
            for entry in notes.lazy.joined() {
                sequence += 1
                step = entry.step ?? step
                lines.append(entry.line(sequence: sequence, step: step))
                if lines.count == Self.batch, !store(&lines, upTo: step) { return }
            }
            let lost = mailbox.droppedCount - dropped
            if lost > 0 {
                // The numbers have no gap, so that the loss itself must say so.
                dropped += lost
                sequence += 1
                lines.append(Self.loss(of: lost).line(sequence: sequence, step: step))
            }
            if !store(&lines, upTo: step) { return }
        }
        // What was mended while the last lines were written is said by nobody later.
        guard let entry = inspect() else { return }
        var lines: ArraySlice = [entry.line(sequence: sequence + 1, step: step)]
        _ = store(&lines, upTo: step)
    }

    private func inspect() -> AuditEntry? {
        do throws(SystemFailure) {
            let found = try detectInterference()
            inspectionProblem.withLock { $0 = nil }
            guard let entry = found else { return nil }
            let text = "\(entry.details["detail"]?.text ?? ""); the log goes on in a new file"
            mended.withLock { $0 = (text, .now + Self.mendedNoticeDuration) }
            return entry
        } catch {
            let text = error.description
            inspectionProblem.withLock { $0 = text }
            return nil
        }
    }

    private static func loss(of count: Int) -> AuditEntry {
        AuditEntry(.auditDropped, isSuccess: false, details: ["entries": .integer(count), "detail": "the queue was full"])
    }

    /// Writes all of `lines`, and before that takes nothing new: so no line is lost or out of order, and what waits
    /// meanwhile stays in the bounded mailbox.
    ///
    /// - Returns: false when they cannot be written although there is no more time.
    private func store(_ lines: inout ArraySlice<AuditLine>, upTo step: Int) -> Bool {
        while !lines.isEmpty {
            // Whatever fails while the log is closed is tried once more: the trouble may have ended with the closing.
            let isLastTry = mailbox.isClosed
            do throws(SystemFailure) {
                try write(&lines)
                problem.withLock { $0 = nil }
                // Writing mends too.
                inspectionProblem.withLock { $0 = nil }
            } catch {
                let text = error.description
                problem.withLock { $0 = text }
                if lines.isEmpty { break }  // They are written, and what failed is something else.
                if isLastTry { return false }
                mailbox.pause(for: patience)
            }
        }
        durableStep.withLock { $0 = step }
        return true
    }
}
