internal import BlockingIO
internal import Platform

/// Writes log lines on a thread of its own: whoever reads standard error too slowly must not stop the checks.
final class LogWriter: Sendable {
    private let mailbox = Mailbox<String>(capacity: 65_536)
    private let worker: Worker

    init() {
        let mailbox = mailbox
        worker = Worker(name: "log") {
            while let lines = mailbox.take() { Terminal.writeError(lines.joined()) }
        }
    }

    /// Queues one line; when the queue is full, it is dropped and counted.
    func write(_ line: String) { mailbox.post([line]) }

    /// Takes no more and waits until all is written, for a second at most.
    func close() {
        mailbox.close()
        _ = worker.join(within: .seconds(1))
    }

    var queuedCount: Int { mailbox.count }
    var droppedCount: Int { mailbox.droppedCount }
}
