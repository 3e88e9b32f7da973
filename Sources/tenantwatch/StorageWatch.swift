internal import BlockingIO
internal import Logging
internal import Platform

/// Looks once a second whether everything can be written that the agent writes, and logs when that changes: a disk shows
/// itself here before something has to be stored.
final class StorageWatch: Sendable {
    /// Something that is written.
    struct Store: Sendable {
        /// As `/readyz` names it.
        var name: String
        /// Why it does not work now; nil when it does.
        var problem: @Sendable () -> String?
    }

    private static let period = Duration.seconds(1)

    private let stores: [Store]
    private let logger: Logger
    private let loop = Loop("storage")
    private let present = Guarded<[String: String]>([:])

    init(_ stores: [Store], logger: Logger) {
        self.stores = stores
        self.logger = logger
    }

    func start() throws(SystemFailure) {
        try loop.start { [self] in
            repeat { look() } while loop.wait(for: Self.period)
        }
    }

    func stop() { loop.stop() }

    /// What was wrong at the last look.
    func problem(of name: String) -> String? { present.withLock { $0[name] } }

    private func look() {
        for store in stores {
            let problem = store.problem()
            let old = present.withLock { present in
                let old = present[store.name]
                present[store.name] = problem
                return old
            }
            if let problem, problem != old {
                logger.error("the \(store.name) does not work", metadata: ["detail": "\(problem)"])
            } else if problem == nil, old != nil {
                logger.notice("the \(store.name) works again")
            }
        }
    }
}
