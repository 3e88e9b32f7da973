import Checking
import Platform
import Testing

/// Writes down what it is handed, under its own name.
private final class Scribe: ObservationSink, TransitionSink {
    private let name: String
    private let log: Guarded<[String]>

    init(_ name: String, _ log: Guarded<[String]>) {
        self.name = name
        self.log = log
    }

    func absorb(_ observations: [Observation]) { log.withLock { $0.append("\(name) observations \(observations.count)") } }
    func absorb(_ transitions: [Transition]) { log.withLock { $0.append("\(name) transitions \(transitions.count)") } }
    func adopt(_ change: PlanChange) { log.withLock { $0.append("\(name) plan") } }
}

struct FanoutTests {
    private let log = Guarded<[String]>([])
    private let transition = Transition(
        subject: subject("acme"), backend: Backend(rawValue: "server:1"), from: .unknown, to: .healthy, cause: nil, at: date(0),
        lasted: .zero)

    private var fanout: Fanout {
        Fanout(observations: [Scribe("a", log), Scribe("b", log)], transitions: [Scribe("c", log)])
    }

    @Test func `every sink takes each batch of its stream, in order, observations first`() {
        fanout.deliver([observation(checkID("acme"), .good)], [transition])
        #expect(log.withLock { $0 } == ["a observations 1", "b observations 1", "c transitions 1"])
    }

    @Test func `an empty batch troubles nobody`() {
        fanout.deliver([], [])
        #expect(log.withLock { $0 }.isEmpty)
    }

    @Test func `a new plan reaches every sink`() {
        fanout.adopt(plan([]).change(from: nil))
        #expect(log.withLock { $0 } == ["a plan", "b plan", "c plan"])
    }
}
