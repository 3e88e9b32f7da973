import Checking
import TenantCore

/// How the backends and tenants of a simulated world are, at one moment of its time.
struct Weather {
    /// How a backend is.
    enum Mood: CaseIterable {
        case well, slow, frozen, stuck, refusing, electing, rateLimited, flapping
    }

    private var moods: [Backend: Mood] = [:]
    /// Tenants whose own password is wrong.
    private var troubled: Set<TenantID> = []

    mutating func change(_ backend: Backend, to mood: Mood) { moods[backend] = mood }

    mutating func trouble(_ tenant: TenantID, is bad: Bool) {
        if bad { troubled.insert(tenant) } else { troubled.remove(tenant) }
    }

    /// Everything is well from now on.
    mutating func clear() {
        moods = [:]
        troubled = []
    }

    func behaviour(of check: Check, chance: inout Chance) -> Behaviour {
        let quick = Duration.milliseconds(Int.random(in: 1...40, using: &chance))
        switch moods[check.backend] ?? .well {
        case .well:
            return troubled.contains(check.id.subject.tenant) ? failing("wrongpass", quick) : Behaviour(duration: quick, outcome: .good)
        case .slow: return Behaviour(duration: min(check.timeout * 0.9, chance.seconds(0.5...6)), outcome: .good)
        case .frozen:
            return Behaviour(duration: check.timeout, outcome: .failed(.timeout(check.backend.rawValue, during: .command, scope: .trust)))
        case .stuck: return Behaviour(duration: check.timeout + chance.seconds(1...7200), outcome: .good)
        case .refusing: return failing("refused", .milliseconds(1), scope: .backend)
        case .electing: return failing("no_primary", quick, holdsFor: .seconds(15))
        case .rateLimited: return failing("rate_limited", quick, isUndecided: true)
        case .flapping: return chance.happens(0.5) ? failing("error_reply", quick) : Behaviour(duration: quick, outcome: .good)
        }
    }

    private func failing(
        _ reason: String, _ duration: Duration, scope: ProbeFailure.Scope = .subject, holdsFor: Duration = .zero, isUndecided: Bool = false
    ) -> Behaviour {
        Behaviour(
            duration: duration,
            outcome: .failed(
                ProbeFailure(
                    ProbeFailure.Reason(rawValue: reason), "it is so", remedy: "Wait.", scope: scope, holdsFor: holdsFor,
                    isUndecided: isUndecided)))
    }
}

extension Observation.Outcome {
    static let good = Observation.Outcome.answered(Reading())
}
