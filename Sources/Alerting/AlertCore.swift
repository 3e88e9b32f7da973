internal import Checking
internal import FoundationEssentials
internal import TenantCore

/// The whole decision of what fires and who is told; pure: what it is told in, what must be stored out.
struct AlertCore: Sendable {
    private let rules: RuleBook
    private(set) var engine = AlertEngine(author: AlertAuthor())
    private(set) var notifier: Notifier
    private(set) var mutes: Mutes
    private var labels: [TenantID: [Tenant.Label]] = [:]
    /// Why the last load of the configuration was refused as a whole; nil when it was not.
    private var refusal: String?
    private var unnamedRejections = 0
    /// What fired about the agent before the restart and has not been looked at since.
    private var unseen: Set<AlertRule.AgentCondition> = []
    /// Whether a plan has said who can be told.
    private var isPlanned = false
    /// An inhibition has begun or ended since the last tick, which looks at all groups at once for all of them.
    private var mustReconsider = false

    init(_ settings: AlertingSettings) {
        rules = settings.rules
        notifier = Notifier(
            routes: settings.routes, ungrouped: Set(settings.receivers.filter(\.isMirror).map(\.name)),
            deafToEnds: Set(settings.receivers.filter { !$0.sendsResolved }.map(\.name)), maxAlerts: settings.receivers.maxAlerts)
        mutes = Mutes(windows: settings.windows, inhibitions: settings.inhibitions)
    }

    /// When `tick` has something to do.
    var nextDeadline: Date? { [engine.nextDeadline, notifier.nextDeadline].compactMap { $0 }.min() }

    /// Takes back what was stored before a restart.
    mutating func restore(_ past: AlertStore.Past, at now: Date) {
        for silence in past.silences { mutes.put(silence) }
        for entry in past.entries { engine.restore(entry, at: now) }
        for entry in engine.entries.values where entry.alert.isFiring && entry.isFiring {
            _ = mutes.absorb(AlertChange(kind: .fired, alert: entry.alert, at: entry.alert.startsAt + entry.hold))
            if case .agent(let condition) = rules.rule(entry.alert.rule, for: nil)?.condition { unseen.insert(condition) }
        }
        _ = mutes.refresh(at: now)
        let known = Dictionary(past.entries.map { ($0.alert.fingerprint, $0.alert) }, uniquingKeysWith: { first, _ in first })
        for group in past.groups { notifier.restore(group, alerts: known, at: now) }
    }

    /// Takes status changes.
    mutating func absorb(_ transitions: [Transition], at now: Date) -> Commit {
        var commit = Commit()
        for var transition in transitions {
            // One that lies ahead was observed before the clock was set back.
            transition.at = min(transition.at, now)
            commit.journal.append(JournalRow(transition))
            let subject = transition.subject
            for rule in rules.rules(for: subject.tenant, where: { if case .status = $0 { true } else { false } }) {
                guard case .status(let status) = rule.condition else { continue }
                let state: Signal.State =
                    transition.to == status ? .holds(Self.cause(transition)) : transition.to == .unknown ? .unknown : .ended
                let signal = Signal(rule: rule, subject: AlertSubject(subject), state: state, at: transition.at)
                take(engine.absorb(signal, labels: labels[subject.tenant] ?? []), into: &commit)
            }
            // A status other than unknown comes from a conclusive answer; after a restart nothing else says that one came.
            if transition.to != .unknown { observeInconclusive(subject, .ended, at: transition.at, into: &commit) }
        }
        commit.entries = engine.drain()
        return commit
    }

    /// Takes where only inconclusive answers come, or no longer.
    mutating func absorb(_ change: InconclusiveChange, at now: Date) -> Commit {
        var commit = Commit()
        let state: Signal.State =
            switch change.state {
            case .holds(let finding):
                .holds(
                    Signal.Cause(
                        reason: finding.reason.rawValue, description: finding.detail, remedy: finding.remedy,
                        backend: change.backend.rawValue))
            case .ended: .ended
            case .unknown: .unknown
            }
        observeInconclusive(change.subject, state, at: min(change.at, now), into: &commit)
        commit.entries = engine.drain()
        return commit
    }

    private mutating func observeInconclusive(_ subject: Subject, _ state: Signal.State, at now: Date, into commit: inout Commit) {
        for rule in rules.rules(for: subject.tenant, where: { $0 == .inconclusive }) {
            let signal = Signal(rule: rule, subject: AlertSubject(subject), state: state, at: now)
            take(engine.absorb(signal, labels: labels[subject.tenant] ?? []), into: &commit)
        }
    }

    private static func cause(_ transition: Transition) -> Signal.Cause {
        Signal.Cause(
            reason: transition.cause?.reason.rawValue, description: transition.cause?.detail, remedy: transition.cause?.remedy,
            backend: transition.backend.rawValue, isShared: transition.isShared)
    }

    /// Takes a new plan with its receivers: ends what is said of subjects that are gone, says what its configuration shows,
    /// and tells new receivers of what fires already.
    mutating func adopt(_ change: PlanChange, _ receivers: ReceiverDirectory, at now: Date) -> Commit {
        let directory = change.plan.directory
        labels = Dictionary(directory.tenants.map { ($0.id, $0.labels) }, uniquingKeysWith: { first, _ in first })
        refusal = nil
        unnamedRejections = directory.rejected.count { $0.id == nil }
        let watched = Set(change.plan.checks.map(\.id.subject))
        let rejected = Set(directory.rejected.compactMap(\.id))
        isPlanned = true
        var commit = Commit(updates: notifier.adopt(receivers))
        let rules = rules
        let ended = engine.retire(at: now) { entry in
            let subject = entry.alert.subject
            guard rules.rule(entry.alert.rule, for: subject.tenant) != nil else { return "rule switched off" }
            guard let tenant = subject.tenant else { return nil }
            // One that is rejected is neither watched nor gone: what fired fires on.
            guard let settings = directory[tenant] else { return rejected.contains(tenant) ? nil : "tenant removed" }
            guard let dependency = subject.dependency else { return nil }
            if let entry = settings.notChecked.first(where: { $0.dependency == dependency.rawValue }) {
                return entry.issue.severity == .error ? nil : "dependency not checked"
            }
            return watched.contains(Subject(tenant: tenant, dependency: dependency)) ? nil : "dependency removed"
        }
        take(ended, into: &commit)
        observeConfiguration(directory, at: now, into: &commit)
        for entry in engine.entries.values where entry.isFiring { commit.updates += notifier.enroll(entry.alert, at: now) }
        commit.entries = engine.drain()
        return commit
    }

    private mutating func observeConfiguration(_ directory: TenantDirectory, at now: Date, into commit: inout Commit) {
        var found: [AlertRule.ConfigurationCondition: [TenantID: String]] = [:]
        for entry in directory.rejected {
            guard let id = entry.id, let issue = entry.issues.first(where: { $0.severity == .error }) else { continue }
            found[.rejected, default: [:]][id] = "\(issue.path) \(issue.summary)"
        }
        for tenant in directory.tenants {
            guard let issue = tenant.notChecked.lazy.map(\.issue).first(where: { $0.severity == .error }) else { continue }
            found[.rejected, default: [:]][tenant.id] = "\(issue.path) \(issue.summary)"
        }
        for (id, count) in directory.isolationFindings {
            found[.isolation, default: [:]][id] = "\(count) findings; tenantwatch lint names them"
        }
        for condition in AlertRule.ConfigurationCondition.allCases {
            let holding = found[condition] ?? [:]
            let firing = engine.entries.keys.filter { rules.rule($0.rule, for: $0.subject.tenant)?.condition == .configuration(condition) }
            let subjects = Set(holding.keys).union(firing.compactMap(\.subject.tenant))
            for tenant in subjects.sorted() {
                signal(.configuration(condition), AlertSubject(tenant: tenant), holding[tenant], at: now, into: &commit)
            }
        }
        observeRefusal(at: now, into: &commit)
    }

    /// Takes that a load of the configuration was refused as a whole.
    mutating func noteRefusal(_ problem: String, at now: Date) -> Commit {
        refusal = problem
        var commit = Commit()
        observeRefusal(at: now, into: &commit)
        commit.entries = engine.drain()
        return commit
    }

    private mutating func observeRefusal(at now: Date, into commit: inout Commit) {
        let unnamed = unnamedRejections > 0 ? "\(unnamedRejections) entries without a valid tenant_id cannot be watched" : nil
        signal(.configuration(.rejected), AlertSubject(), refusal ?? unnamed, at: now, into: &commit)
    }

    /// Takes what is wrong with the agent itself; what is not among `problems` is well, unless that is not known yet.
    ///
    /// - Parameter undecided: conditions of which an agent that was started cannot tell yet whether it is free of them.
    mutating func observe(
        _ problems: [AlertRule.AgentCondition: String], undecided: Set<AlertRule.AgentCondition> = [], at now: Date
    ) -> Commit {
        var commit = Commit()
        for condition in AlertRule.AgentCondition.allCases where condition != .heartbeat {
            // What has fired in this life is known to be over; what fired before the restart is not.
            if problems[condition] == nil, undecided.contains(condition), unseen.contains(condition) { continue }
            unseen.remove(condition)
            signal(.agent(condition), AlertSubject(), problems[condition], at: now, into: &commit)
        }
        commit.entries = engine.drain()
        return commit
    }

    private mutating func signal(
        _ condition: AlertRule.Condition, _ subject: AlertSubject, _ problem: String?, at now: Date, into commit: inout Commit
    ) {
        for rule in rules.rules(for: subject.tenant, where: { $0 == condition }) {
            let state: Signal.State = problem.map { .holds(Signal.Cause(description: $0)) } ?? .ended
            let labels = subject.tenant.flatMap { self.labels[$0] } ?? []
            take(engine.absorb(Signal(rule: rule, subject: subject, state: state, at: now), labels: labels), into: &commit)
        }
    }

    /// Takes a silence, or its new version, that was stored.
    mutating func put(_ silence: Silence) { mutes.put(silence) }

    /// Forgets silences that ended before `limit`.
    mutating func prune(endedBefore limit: Date) { mutes.prune(endedBefore: limit) }

    /// The wall clock was set: holds, intervals and reminders stay as long as they are.
    mutating func shift(by jump: TimeInterval) {
        engine.shift(by: jump)
        notifier.shift(by: jump)
    }

    /// Lets time pass: holds end, silences begin and end, groups are told.
    mutating func tick(at now: Date) -> Commit {
        var commit = Commit()
        take(engine.tick(at: now), into: &commit)
        guard isPlanned else {
            commit.entries = engine.drain()
            return commit
        }
        if mutes.refresh(at: now) || mustReconsider { notifier.reconsider(at: now) { mutes.reason(for: $0) != nil } }
        mustReconsider = false
        let (notifications, updates) = notifier.flush(at: now) { mutes.reason(for: $0) != nil }
        commit.entries = engine.drain()
        commit.updates += updates
        commit.notifications = notifications
        commit.journal += notifications.map { JournalRow(queued: $0) }
        return commit
    }

    private mutating func take(_ changes: [AlertChange], into commit: inout Commit) {
        var isChanged = false
        for change in changes {
            isChanged = mutes.absorb(change) || isChanged
            commit.updates += notifier.absorb(change)
            commit.journal += JournalRow.rows(change)
        }
        mustReconsider = mustReconsider || isChanged
    }
}

extension AlertEngine.Entry {
    /// Whether its alert fires now.
    var isFiring: Bool {
        switch phase {
        case .firing, .recovering: true
        case .rest, .pending: false
        }
    }
}
