internal import BlockingIO
internal import Hummingbird
internal import Platform

/// Lets a few requests work at once, each on a thread of its own: what reads the state blocks and may be large.
final class APIGate: Sendable {
    private static let limit = 8

    private let running = Guarded(0)

    /// Runs `body`, or refuses when too many run.
    func run<Answer: Sendable>(
        _ body: @escaping @Sendable () throws(APIProblem) -> Answer
    ) async throws(APIProblem) -> Answer {
        let isLetIn = running.withLock { running in
            guard running < Self.limit else { return false }
            running += 1
            return true
        }
        guard isLetIn else {
            throw APIProblem(.serviceUnavailable, at: "agent", "\(Self.limit) requests are being answered already", fix: "Ask again.")
        }
        defer { running.withLock { $0 -= 1 } }
        let result = await offPool("api") { Result { () throws(APIProblem) in try body() } }
        return try result.get()
    }
}
