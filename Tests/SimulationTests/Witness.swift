import Checking
import Platform

/// Sees everything that the pipeline says, and counts it for itself.
final class Witness: ObservationSink, TransitionSink, AlertSink {
    struct Account {
        /// Turns that were observed, of each check since its settings last changed.
        var turns: [CheckID: Int] = [:]
        var answered = 0
        var skippedTurns = 0
        /// The last status that each subject was said to have.
        var statuses: [Subject: Status] = [:]
        var firing: [String: Subject] = [:]
        var complaints: [String] = []
    }

    private let account = Guarded(Account())

    func absorb(_ observations: [Observation]) {
        account.withLock { account in
            for observation in observations {
                account.turns[observation.check, default: 0] += observation.turns
                if observation.outcome == .skipped { account.skippedTurns += observation.turns } else { account.answered += 1 }
            }
        }
    }

    func absorb(_ transitions: [Transition]) {
        account.withLock { account in
            for transition in transitions {
                let before = account.statuses[transition.subject] ?? .unknown
                if before != transition.from || transition.from == transition.to {
                    account.complaints.append("\(transition.subject) goes from \(transition.from) to \(transition.to), and was \(before)")
                }
                account.statuses[transition.subject] = transition.to
            }
        }
    }

    func absorb(_ alerts: [Alert]) {
        account.withLock { account in
            for alert in alerts {
                let isKnown = account.firing[alert.fingerprint] != nil
                if isKnown == alert.isFiring {
                    account.complaints.append("\(alert.subject) \(alert.isFiring ? "fires twice" : "resolves what never fired")")
                }
                account.firing[alert.fingerprint] = alert.isFiring ? alert.subject : nil
            }
        }
    }

    func adopt(_ change: PlanChange) {
        account.withLock { account in
            for id in change.retired {
                account.turns[id] = nil
                account.statuses[id.subject] = nil
            }
            for check in change.started + change.changed { account.turns[check.id] = 0 }
        }
    }

    var seen: Account { account.withLock { $0 } }
}
