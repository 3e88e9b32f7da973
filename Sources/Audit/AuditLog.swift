internal import BlockingIO
public import Checking
public import Platform

/// Appends audit entries as JSON lines, each durable before the next are taken.
public final class AuditLog: Sendable {
    /// Where the lines go.
    public enum Destination: Sendable {
        case standardOutput
        /// The path of a directory, made where it is missing; the file in it that grows is `audit.jsonl`.
        case directory(String, Rotation)
    }

    /// About a thousand transitions a second for a minute.
    private static let capacity = 65_536

    /// Held for as long as the log is there: two agents would cut off each other's lines.
    private let lock: Guarded<DirectoryLock>?
    private let writer: AuditWriter
    private let worker: Worker

    /// Opens the log and continues its sequence.
    ///
    /// - Throws: `SystemFailure` when the files cannot be opened.
    public convenience init(to destination: Destination) throws(SystemFailure) {
        switch destination {
        case .standardOutput:
            self.init(
                after: 0, step: 0, lock: nil,
                write: { lines throws(SystemFailure) in
                    while let line = lines.first {
                        var bytes = line.bytes[...]
                        defer { if bytes.isEmpty { lines.removeFirst() } else { lines[lines.startIndex].bytes = Array(bytes) } }
                        try Terminal.write(&bytes)
                    }
                })
        case .directory(let path, let rotation):
            let directory = try Directory.makePrivate(path, purpose: "audit directory")
            let lock = Guarded(try DirectoryLock.take(path: path, purpose: "audit directory", name: "audit.lock"))
            self.init(to: try AuditFile(in: directory, rotation: rotation), lock: lock)
        }
    }

    /// Continues the sequence of `file`, and begins with what is to be said about the file itself.
    convenience init(to file: AuditFile, lock: Guarded<DirectoryLock>? = nil, patience: Duration = .seconds(1)) {
        let shared = Guarded(file)
        self.init(
            after: file.lastSequence, step: file.lastStep, lock: lock, patience: patience,
            detectInterference: { () throws(SystemFailure) in
                try shared.withLock { file throws(SystemFailure) in try file.detectInterference() }
            },
            write: { lines throws(SystemFailure) in try shared.withLock { file throws(SystemFailure) in try file.append(&lines) } })
        if let entry = file.repaired { note(entry) }
    }

    private init(
        after last: Int, step: Int, lock: Guarded<DirectoryLock>?, patience: Duration = .seconds(1),
        detectInterference: @escaping @Sendable () throws(SystemFailure) -> AuditEntry? = { () throws(SystemFailure) in nil },
        write: @escaping AuditWriter.Write
    ) {
        self.lock = lock
        let writer = AuditWriter(
            mailbox: Mailbox(capacity: Self.capacity), durableStep: Guarded(step), patience: patience, write: write,
            detectInterference: detectInterference)
        self.writer = writer
        worker = Worker(name: "audit") { writer.run(after: last) }
    }

    /// Notes one entry; returns at once.
    public func note(_ entry: AuditEntry) { writer.mailbox.post([.entry(entry)]) }

    /// Takes no more and waits until all is written; false when that takes too long.
    public func close(within time: Duration) -> Bool {
        writer.mailbox.close()
        return worker.join(within: time)
    }

    /// The last committed step that is durably in the log, also in that of an earlier process; 0 when there is none.
    public var durableStep: Int { writer.durableStep.withLock { $0 } }
    /// How many entries wait, those of one plan counted once; what the writer has taken and not written yet does not count.
    public var queuedCount: Int { writer.mailbox.count }
    /// How many entries were not taken since the start, because the queue was full or closed.
    public var droppedCount: Int { writer.mailbox.droppedCount }
    /// False while there is a problem.
    public var isHealthy: Bool { problem == nil }
    /// Why the last write failed, or what happened to the file within the last minute, for `/readyz`.
    public var problem: String? {
        writer.problem.withLock { $0 } ?? writer.inspectionProblem.withLock { $0 }
            ?? writer.mended.withLock { $0 }.flatMap { $0.until > .now ? $0.problem : nil }
    }
}

extension AuditLog: PlanSink {
    /// Notes every tenant that the plan adds, changes or removes; returns at once.
    public func adopt(_ change: PlanChange) { writer.mailbox.post([AuditNote(change)]) }
}
