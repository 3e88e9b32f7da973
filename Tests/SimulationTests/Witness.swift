import Checking
import Foundation
import Platform

@testable import Alerting

/// Sees everything that the pipeline says, and counts it for itself.
final class Witness: ObservationSink, TransitionSink {
    struct Account {
        /// Turns that were observed, of each check since its settings last changed.
        var turns: [CheckID: Int] = [:]
        var answered = 0
        var skippedTurns = 0
        /// The last status that each subject was said to have.
        var statuses: [Subject: Status] = [:]
        var firing: [String: AlertSubject] = [:]
        /// What the receiver was told of each alert.
        var told: [String: Bool] = [:]
        var complaints: [String] = []
    }

    private let account = Guarded(Account())
    /// The decisions about alerts, with one webhook that hears of everything.
    private let core = Guarded(
        AlertCore(AlertingSettings(routes: RouteTable(fallback: Route(receivers: ["ops"], groupInterval: .seconds(60))))))
    private let wall = Guarded(Date(timeIntervalSince1970: 0))
    private let watch = Guarded(ClockWatch())

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
        let now = wall.withLock { $0 }
        let timed = transitions.map { transition in
            var timed = transition
            timed.at = now
            return timed
        }
        note(core.withLock { $0.absorb(timed, at: now) })
    }

    /// Lets the alert core know the time, and counts what it decides.
    ///
    /// - Parameter now: on the wall clock, which may be set.
    func tick(at now: Date, _ instant: ContinuousClock.Instant) {
        wall.withLock { $0 = now }
        let jump = watch.withLock { $0.jump(at: now, instant) }
        note(
            core.withLock { core in
                if let jump { core.shift(by: jump) }
                return core.tick(at: now)
            })
    }

    private func note(_ commit: Commit) {
        account.withLock { account in
            for row in commit.journal where row.event == .alertFired || row.event == .alertResolved {
                let fingerprint = row.details["fingerprint"]?.text ?? ""
                let isKnown = account.firing[fingerprint] != nil
                if isKnown == (row.event == .alertFired) { account.complaints.append("\(row.event) of \(row.details) comes twice") }
                let subject = AlertSubject(tenant: row.tenant, dependency: row.details["dependency"]?.text.map { Dependency(rawValue: $0) })
                account.firing[fingerprint] = row.event == .alertFired ? subject : nil
            }
            for alert in commit.notifications.flatMap(\.alerts) { account.told[alert.fingerprint] = alert.isFiring }
        }
    }

    /// The fingerprints that the receiver believes to fire, and those that do.
    var beliefs: (told: Set<String>, firing: Set<String>) {
        account.withLock { (Set($0.told.filter(\.value).keys), Set($0.firing.keys)) }
    }

    func adopt(_ change: PlanChange) {
        account.withLock { account in
            for id in change.retired {
                account.turns[id] = nil
                account.statuses[id.subject] = nil
            }
            for check in change.started + change.changed { account.turns[check.id] = 0 }
        }
        let now = wall.withLock { $0 }
        note(core.withLock { $0.adopt(change, ReceiverDirectory(names: ["ops"], maxAlerts: ["ops": 0]), at: now) })
    }

    var seen: Account { account.withLock { $0 } }
}
