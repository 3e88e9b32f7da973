public import Checking
internal import Platform

/// Somebody who has idle sockets and wants to know when the other side closes one.
protocol HangUpListener: AnyObject, Sendable {
    /// Takes a hang-up.
    ///
    /// - Returns: the backend to look after; nil when the hang-up means nothing.
    func hangUp() -> Backend?
}

/// Notices when a server closes a connection that is kept for its next check.
///
/// A killed server is found within milliseconds and not at its next turn, at no cost to servers that are well.
public final class HangUpWatch: Sendable {
    private struct Listener {
        weak var listener: (any HangUpListener)?
    }

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var lastToken: UInt64 = 0
        var isStopped = false
    }

    /// How soon a stop is seen; hang-ups are reported at once.
    private static let patience = Duration.seconds(1)

    private let sockets: SocketWatch
    private let state = Guarded(State())

    /// A watch without sockets; nil when the system grants no more descriptors.
    public init?() {
        guard let sockets = SocketWatch.open() else { return nil }
        self.sockets = sockets
    }

    /// Watches sockets until they are closed.
    ///
    /// - Returns: tokens to forget them by.
    func add(_ descriptors: [Int32], for listener: any HangUpListener) -> [UInt64] {
        descriptors.map { descriptor in
            let token = state.withLock { state in
                state.lastToken += 1
                state.listeners[state.lastToken] = Listener(listener: listener)
                return state.lastToken
            }
            sockets.add(descriptor, token: token)
            return token
        }
    }

    /// Tells nobody any more about these sockets, which are or will be closed.
    func forget(_ tokens: [UInt64]) {
        state.withLock { state in
            for token in tokens { state.listeners[token] = nil }
        }
    }

    /// Reports backends with hang-ups until `stop`; blocks the calling thread.
    public func run(report: (Backend) -> Void) {
        while !state.withLock({ $0.isStopped }) {
            let tokens = sockets.wait(for: Self.patience)
            // Outside the lock: a listener closes its session, which forgets its other sockets.
            let listeners = state.withLock { state in tokens.compactMap { state.listeners.removeValue(forKey: $0)?.listener } }
            for backend in Set(listeners.compactMap { $0.hangUp() }) { report(backend) }
        }
    }

    /// Ends `run` within a second.
    public func stop() { state.withLock { $0.isStopped = true } }
}
