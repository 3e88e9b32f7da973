internal import BlockingIO
public import Checking
public import Platform
internal import TenantCore

/// Appends audit entries as JSON lines, each durable before the next is taken.
public final class AuditLog: Sendable {
    /// Where the lines go.
    public enum Destination: Sendable {
        case standardOutput
        /// The path of a directory, made where it is missing; the file in it is `audit.jsonl`.
        case directory(String)
    }

    private struct Writer: Sendable {
        var isHealthy = true
        var problem: String?
    }

    /// About a thousand transitions a second for a minute.
    private static let capacity = 65_536
    /// How long the disk may be full before a writer tries again.
    private static let patience = Duration.seconds(1)

    private let mailbox = Mailbox<AuditEntry>(capacity: capacity)
    private let state = Guarded(Writer())
    private let worker: Worker

    /// Opens the log and continues its sequence.
    ///
    /// - Throws: `SystemFailure` when the file cannot be opened.
    public init(to destination: Destination) throws(SystemFailure) {
        let (mailbox, state) = (mailbox, state)
        switch destination {
        case .standardOutput:
            worker = Worker(name: "audit") {
                Self.run(mailbox, state, sequence: 0) { bytes throws(SystemFailure) in
                    Terminal.write(String(decoding: bytes, as: UTF8.self))
                }
            }
        case .directory(let path):
            try makePrivateDirectory(path)
            let file = "\(path)/audit.jsonl"
            let sequence = Self.lastSequence(in: file)
            let shared = Guarded(try AppendFile.open(path: file))
            worker = Worker(name: "audit") {
                Self.run(mailbox, state, sequence: sequence) { bytes throws(SystemFailure) in
                    try shared.withLock { file throws(SystemFailure) in try file.append(bytes) }
                }
            }
        }
    }

    private static func lastSequence(in file: String) -> Int {
        // The last line that can be read: a crash may have torn the very last.
        for line in lastLines(ofFile: file).reversed() {
            if case .integer(let sequence) = try? JSONValue.parse(line.utf8).object?["sequence"] { return sequence }
        }
        return 0
    }

    /// Notes one entry; returns at once.
    public func note(_ entry: AuditEntry) { mailbox.post([entry]) }

    /// Takes no more and waits until all is written; false when that takes too long.
    public func close(within time: Duration) -> Bool {
        mailbox.close()
        return worker.join(within: time)
    }

    /// How many entries wait for the writer; what it could not write yet does not count.
    public var queuedCount: Int { mailbox.count }
    /// How many entries were not taken since the start, because the queue was full or closed.
    public var droppedCount: Int { mailbox.droppedCount }
    /// False while the last write failed.
    public var isHealthy: Bool { state.withLock { $0.isHealthy } }
    /// Why the last write failed, for `/readyz`.
    public var problem: String? { state.withLock { $0.problem } }

    private static func run(
        _ mailbox: Mailbox<AuditEntry>, _ state: Guarded<Writer>, sequence start: Int,
        write: ([UInt8]) throws(SystemFailure) -> Void
    ) {
        var sequence = start
        var pending: [UInt8] = []
        // What could not be written is tried again before anything new is taken, so that no line is lost or out
        // of order, and what waits meanwhile stays in the bounded mailbox.
        while true {
            if pending.isEmpty {
                guard let entries = mailbox.take() else { return }
                for entry in entries {
                    sequence += 1
                    pending += entry.line(sequence: sequence)
                }
            } else {
                mailbox.pause(for: patience)
            }
            do throws(SystemFailure) {
                try write(pending)
                pending = []
                state.withLock { $0 = Writer() }
            } catch {
                let problem = error.description
                state.withLock { $0 = Writer(isHealthy: false, problem: problem) }
                if mailbox.isClosed { return }
            }
        }
    }
}

extension AuditLog: TransitionSink, AlertSink, DeliverySink {
    /// Notes every status change; returns at once.
    public func absorb(_ transitions: [Transition]) { mailbox.post(transitions.map { AuditEntry($0) }) }
    /// Notes every alert that fired or was resolved; returns at once.
    public func absorb(_ alerts: [Alert]) { mailbox.post(alerts.map { AuditEntry($0) }) }
    /// Notes one attempt of delivery; returns at once.
    public func absorb(_ delivery: Delivery) { mailbox.post([AuditEntry(delivery)]) }
    /// Notes every tenant that the plan adds, changes or removes; returns at once.
    public func adopt(_ change: PlanChange) { mailbox.post(AuditEntry.entries(for: change)) }
}
