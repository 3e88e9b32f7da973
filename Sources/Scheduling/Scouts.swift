internal import Checking

/// Which check looks after a backend that has closed a kept connection, and who follows it.
struct Scouts: Sendable {
    /// The checks of each backend, with their ways of verifying certificates.
    private var checks: [Backend: [CheckID: String]] = [:]
    /// Who is out to look.
    private var scouts: [Backend: CheckID] = [:]

    mutating func add(_ check: Check) {
        checks[check.backend, default: [:]][check.id] = check.trust
    }

    /// Forgets a check; true when its backend has none left.
    mutating func remove(_ check: Check) -> Bool {
        checks[check.backend]?[check.id] = nil
        if scouts[check.backend] == check.id { scouts[check.backend] = nil }
        guard checks[check.backend]?.isEmpty == true else { return false }
        checks[check.backend] = nil
        return true
    }

    /// A check of the backend that can start at once; nil when a scout is out, or everybody is.
    mutating func choose(for backend: Backend, among isFree: (CheckID) -> Bool) -> CheckID? {
        guard scouts[backend] == nil, let scout = checks[backend]?.keys.filter(isFree).min() else { return nil }
        scouts[backend] = scout
        return scout
    }

    /// Takes a finished check.
    ///
    /// - Returns: the other checks that would have found the same, when it was a scout and found the connection broken.
    mutating func report(of observation: Observation) -> [CheckID] {
        let backend = observation.backend
        guard scouts[backend] == observation.check else { return [] }
        scouts[backend] = nil
        guard case .failed(let failure) = observation.outcome else { return [] }
        // A process that is being killed may close its connections before its listening socket, and then those that
        // the scout has made.
        guard failure.scope != .subject || failure.reason == .disconnected else { return [] }
        let trust = checks[backend]?[observation.check]
        return (checks[backend] ?? [:]).filter { id, other in
            id != observation.check && (failure.scope != .trust || other == trust)
        }.keys.sorted()
    }
}
