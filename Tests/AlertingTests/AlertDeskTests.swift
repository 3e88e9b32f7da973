import Alerting
import Checking
import Platform
import Testing

/// Takes down what it is handed.
private final class Recorder: AlertSink {
    private let seen = Guarded<[[Alert]]>([])
    var batches: [[Alert]] { seen.withLock { $0 } }
    func absorb(_ alerts: [Alert]) { seen.withLock { $0.append(alerts) } }
}

struct AlertDeskTests {
    private let recorder = Recorder()
    private var desk: AlertDesk { AlertDesk(engine: AlertEngine(), sinks: [recorder]) }

    @Test func `what fires and resolves is handed on in order`() {
        desk.absorb([
            transition(subject("acme"), to: .down), transition(subject("globex"), to: .down),
            transition(subject("acme"), from: .down, to: .healthy),
        ])
        #expect(recorder.batches.map { $0.map(\.isFiring) } == [[true, true, false]])
    }

    @Test func `what is no alert troubles nobody`() {
        desk.absorb([transition(subject("acme"), from: .unknown, to: .healthy)])
        desk.absorb([])
        #expect(recorder.batches.isEmpty)
    }

    @Test func `the alerts of a removed tenant are handed on as resolved`() throws {
        let desk = desk
        let old = try plan(["acme", "globex"])
        desk.adopt(old.change(from: nil))
        desk.absorb([transition(subject("acme"), to: .down)])
        desk.adopt(try plan(["globex"]).change(from: old))
        #expect(recorder.batches.map { $0.map(\.isFiring) } == [[true], [false]])
    }
}
