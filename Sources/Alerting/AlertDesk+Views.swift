internal import Checking
internal import FoundationEssentials
internal import Platform
internal import TenantCore

/// An alert that is pending or fires, with who hears of it.
public struct AlertView: Sendable, Equatable {
    /// Whether it fires or waits for its hold time.
    public var isPending: Bool
    /// As it was last seen.
    public var alert: Alert
    /// Why nobody is told, for example `silence sil_…`; nil when somebody is.
    public var mutedBy: String?
    /// Who hears of it, by name.
    public var receivers: [String]

    fileprivate var place: (String, String, String) { (alert.subject.tenant?.rawValue ?? "", alert.rule, alert.fingerprint) }
}

/// What the alert room has done since the start and what it holds now.
public struct AlertFigures: Sendable, Equatable {
    /// Firing alerts by rule; rules for which nothing fires are there with 0.
    public var firing: [String: Int] = [:]
    /// Firing alerts that nobody is told of.
    public var muted = 0
    /// Alerts that fired or were resolved, by rule and `fired` or `resolved`.
    public var transitions: [String: [String: Int]] = [:]
    /// Silences that hold now.
    public var silences = 0
    /// By receiver, also those that are told by state.
    public var receivers: [String: OutboxFigures.Receiver] = [:]
    /// Status changes that wait to be decided on.
    public var queued = 0
    /// Status changes that gave way to a later one of their subject while the disk failed.
    public var superseded = 0
    /// Why the last write of the state failed; nil when it did not.
    public var problem: String?
}

extension AlertDesk {
    /// The alerts that are pending or fire, by tenant and rule.
    public func alerts() -> [AlertView] {
        core.withLock { core in
            core.engine.entries.values.filter { $0.phase != .rest }.map { entry in
                AlertView(
                    isPending: !entry.isFiring, alert: entry.alert,
                    mutedBy: core.mutes.reason(for: entry.alert).map { "\($0.kind) \($0.name)" },
                    receivers: core.notifier.receivers(for: entry.alert).map(\.receiver))
            }
        }.sorted { left, right in left.place < right.place }
    }

    /// Who would hear of an alert with these labels, and by which matchers.
    public func hearers(of labels: [String: String]) -> [(receiver: String, matchers: [Matcher])] {
        let tenant = labels["tenant"].flatMap { TenantID($0) }
        let dependency = labels["dependency"].map { Dependency(rawValue: $0) }
        let alert = Alert(
            fingerprint: Alert.fingerprint(labels), rule: labels["alertname"] ?? "",
            subject: AlertSubject(tenant: tenant, dependency: dependency),
            labels: labels.filter { !["backend", "reason", "scope"].contains($0.key) }, annotations: [:], backend: labels["backend"],
            reason: labels["reason"], isShared: labels["scope"] == "backend", startsAt: surroundings.now(), endsAt: nil, isFlapping: false)
        return core.withLock { $0.notifier.receivers(for: alert).map { ($0.receiver, $0.route.matchers) } }
    }

    /// The figures of this moment.
    public var figures: AlertFigures {
        var figures = AlertFigures()
        for name in settings.rules.names where name != "TenantwatchHeartbeat" {
            figures.firing[name] = 0
            figures.transitions[name] = ["fired": 0, "resolved": 0]
        }
        core.withLock { core in
            figures.silences = core.mutes.activeCount
            for entry in core.engine.entries.values where entry.isFiring {
                figures.firing[entry.alert.rule, default: 0] += 1
                if core.mutes.reason(for: entry.alert) != nil { figures.muted += 1 }
            }
        }
        figures.transitions.merge(tally.withLock { $0.transitions }) { zeros, own in zeros.merging(own) { $1 } }
        figures.receivers = outbox.figures(at: surroundings.now()).receivers
        for mirror in mirrors { figures.receivers[mirror.name] = mirror.figures }
        figures.queued = inbox.count
        figures.superseded = inbox.supersededCount
        figures.problem = store.problem
        return figures
    }

    /// What an Alertmanager is told: all that fires and what was resolved lately, by the receiver's routes; nil while a step
    /// is not stored, of which nobody must hear.
    ///
    /// What is muted is not begun; what was begun before it was muted goes on, for its end would be a lie.
    func mirrored(by mirror: AlertmanagerMirror) -> [Alert]? {
        let limit = surroundings.now() - Self.memory
        let alerts = core.withLock { core -> [Alert]? in
            guard !isDeciding.withLock({ $0 }) else { return nil }
            return core.engine.entries.values.filter { entry in
                let isRecent = entry.phase == .rest && (entry.alert.endsAt ?? .distantPast) > limit
                guard entry.isFiring || isRecent else { return false }
                guard core.notifier.receivers(for: entry.alert).contains(where: { $0.receiver == mirror.name }) else { return false }
                guard entry.isFiring, let mute = core.mutes.reason(for: entry.alert) else { return true }
                // What was told before a restart is known by its times alone.
                let start = entry.alert.startsAt
                let wasTold = restored[entry.alert.fingerprint] == start && start < mute.since
                return wasTold || mirror.hasTold(entry.alert.fingerprint)
            }.map(\.alert)
        }
        guard let alerts else { return nil }
        return (alerts + [heartbeat?.alert(for: mirror.name)].compactMap { $0 }).sorted { $0.fingerprint < $1.fingerprint }
    }
}
