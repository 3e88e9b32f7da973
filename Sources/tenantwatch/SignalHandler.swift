internal import BlockingIO
internal import Platform

/// Follows the signals of the process from its first moment: SIGTERM and SIGINT end it with 0, at any time.
///
/// Until there is something to store, the end is at once. Afterwards what runs is asked to stop, and ended when it takes
/// longer than an orchestrator waits. Another signal to stop changes nothing.
final class SignalHandler: Sendable {
    private enum Stage {
        case starting
        case running(stop: @Sendable () -> Void)
        case stopping
    }

    /// Less than the 10 seconds after which orchestrators kill.
    private static let stopLimit = Duration.milliseconds(9500)

    /// An element for each SIGHUP, also for those that came during the start; several in a row are one.
    let reloads: AsyncStream<Void>
    private let reload: AsyncStream<Void>.Continuation
    private let stage = Guarded(Stage.starting)

    /// Signals have their usual effects before `hold`.
    init() { (reloads, reload) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Lets signals wait from now on; called by the first thread, before there is another.
    func hold() {
        ProcessSignal.hold()
        Terminal.openStreams()
    }

    /// Takes the signals, for ever.
    func follow() -> Never {
        while true {
            switch ProcessSignal.next() {
            case .reload: reload.yield()
            case .stop: stop()
            }
        }
    }

    /// From now on the end is no longer at once: `stop` is called, once, in another thread.
    func run(stop: @escaping @Sendable () -> Void) { stage.withLock { $0 = .running(stop: stop) } }

    /// True once the process was asked to stop.
    var isStopping: Bool { stage.withLock { if case .stopping = $0 { true } else { false } } }

    private func stop() {
        let action = stage.withLock { stage -> (@Sendable () -> Void)? in
            switch stage {
            case .starting: endProcess(status: 0)
            case .stopping: return nil
            case .running(let stop):
                stage = .stopping
                return stop
            }
        }
        guard let action else { return }
        action()
        let limit = Loop("stop")
        try? limit.start {
            limit.pause(for: Self.stopLimit)
            endProcess(status: 0)
        }
    }
}
