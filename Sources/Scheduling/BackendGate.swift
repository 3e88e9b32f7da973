internal import BlockingIO
internal import Checking

/// Lets the checks of each backend through, so that a frozen server takes a few threads and not all.
struct BackendGate: Sendable {
    /// One for each backend that was checked since the plan named it; emptied ones stay, for they are needed again soon.
    private var queues: [Backend: BackendQueue] = [:]
    /// The backends with jobs that wait, so that a tick looks at no others.
    /// In the order in which they became so, so that a simulation repeats itself in another process.
    private var crowded: [Backend] = []

    /// True when jobs wait at some backend.
    var hasWaiting: Bool { !crowded.isEmpty }

    /// Takes a due job; `release` tells when it may start.
    mutating func enqueue(_ job: Job) {
        let backend = job.check.backend
        if queues[backend]?.hasWaiting != true { crowded.append(backend) }
        queues[backend, default: BackendQueue()].enqueue(job)
    }

    /// Puts `job` in the place of an earlier turn of its check that still waits; false when none does.
    mutating func renew(_ job: Job) -> Bool {
        queues[job.check.backend]?.renew(job) ?? false
    }

    /// The jobs that may start now.
    mutating func release(at now: ContinuousClock.Instant) -> [Job] {
        var released: [Job] = []
        let backends = crowded
        crowded = []
        for backend in backends {
            queues[backend, default: BackendQueue()].release(at: now, into: &released)
            if queues[backend]?.hasWaiting == true { crowded.append(backend) }
        }
        return released
    }

    /// Lets one check go first at `backend` until the server is heard again.
    mutating func suspect(_ backend: Backend) {
        queues[backend, default: BackendQueue()].suspect()
    }

    /// Before this moment nothing may be asked of `backend`; nil while it has not asked to be left alone.
    func notBefore(at backend: Backend) -> ContinuousClock.Instant? { queues[backend]?.notBefore }

    /// Takes a check back.
    ///
    /// - Returns: the jobs that take its verdict instead of being checked themselves.
    mutating func land(_ observation: Observation) -> [Job] {
        queues[observation.backend]?.land(observation) ?? []
    }

    /// Forgets a check that is no longer planned; true when it was still waiting here.
    mutating func forget(_ id: CheckID, at backend: Backend) -> Bool {
        let hasWaited = queues[backend]?.forget(id) ?? false
        if queues[backend]?.hasWaiting != true { crowded.removeAll { $0 == backend } }
        return hasWaited
    }

    /// Forgets a backend at which nothing is checked any more.
    mutating func remove(_ backend: Backend) {
        queues[backend] = nil
        crowded.removeAll { $0 == backend }
    }
}
