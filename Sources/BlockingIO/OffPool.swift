/// Runs `body`, which may block, on a thread of its own while the caller's task waits without one.
public func offPool<Answer: Sendable>(_ name: String, _ body: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { continuation in
        let worker = Worker(name: name) { continuation.resume(returning: body()) }
        // Without a thread to spare the caller's own must do.
        if !worker.isStarted { continuation.resume(returning: body()) }
    }
}
