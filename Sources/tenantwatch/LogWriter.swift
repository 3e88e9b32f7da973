internal import BlockingIO
internal import Platform

/// Writes log lines on a thread of its own: whoever reads standard error too slowly, or not at all, must not stop the checks.
final class LogWriter: Sendable {
    private struct State {
        var problem: String?
        var lost = 0
    }

    /// How long a disk that takes nothing is left alone.
    private static let retryDelay = Duration.seconds(1)

    private let mailbox = Mailbox<String>(capacity: 65_536)
    private let state: Guarded<State>
    private let worker: Worker

    init() {
        let (mailbox, state) = (mailbox, Guarded(State()))
        self.state = state
        worker = Worker(name: "log") {
            while let lines = mailbox.take() { Self.deliver(lines, mailbox, state) }
        }
    }

    /// Writes lines as soon as that can be done. Without a reader they are lost; a disk that is full may have space again.
    private static func deliver(_ lines: [String], _ mailbox: Mailbox<String>, _ state: Guarded<State>) {
        var bytes = Array(lines.joined().utf8)[...]
        while true {
            do throws(SystemFailure) {
                try Terminal.writeError(&bytes)
                return state.withLock { $0.problem = nil }
            } catch {
                let (text, isLost) = (error.description, error.isWithoutReader || mailbox.isClosed)
                let count = isLost ? bytes.count { $0 == UInt8(ascii: "\n") } : 0
                state.withLock { state in
                    state.problem = text
                    state.lost += count
                }
                if isLost { return }
                mailbox.pause(for: retryDelay)
            }
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
    var droppedCount: Int { mailbox.droppedCount + state.withLock { $0.lost } }
    /// Why the last lines were not written; nil when they were.
    var problem: String? { state.withLock { $0.problem } }
}
