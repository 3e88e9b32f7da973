public import FoundationEssentials
internal import Platform
public import TenantCore

/// How one dependency of one tenant is.
public struct SubjectState: Sendable, Equatable {
    /// The server that the dependency is on.
    public var backend: Backend
    /// The worst among the subject's checks.
    public var status: Status
    /// When the status began.
    public var since: Date
    /// The last answer's failure or first finding, also while it is below the threshold; nil when all was well.
    public var cause: Finding?
    /// Nil before the first answer.
    public var lastCheckedAt: Date?
    /// Of the last answer.
    public var duration: Duration
    /// Of the last answer.
    public var phases: [Phase: Duration]
}

/// What is known of all subjects at one moment.
public struct StatusSnapshot: Sendable {
    /// The tenants that are watched, and those that are rejected.
    public let directory: TenantDirectory
    /// The dependencies of each tenant, in the order of their names.
    public let subjects: [TenantID: [Subject]]
    /// How every subject of `subjects` is.
    public let states: [Subject: SubjectState]

    /// A snapshot; made by `StatusBook`, which keeps its parts in step.
    public init(directory: TenantDirectory, subjects: [TenantID: [Subject]], states: [Subject: SubjectState]) {
        self.directory = directory
        self.subjects = subjects
        self.states = states
    }

    /// A tenant is as well as its worst dependency; unknown when nothing is watched.
    public func status(of tenant: TenantID) -> Status {
        (subjects[tenant] ?? []).compactMap { states[$0]?.status }.max() ?? .unknown
    }
}

/// Decides the status of every subject, once for all who ask.
public final class StatusBook: Sendable {
    /// What a batch of observations led to.
    public struct Judgement: Sendable {
        /// The statuses that changed, in the order of the observations.
        public var transitions: [Transition] = []
        /// Checks whose next answer should be asked for soon.
        public var suspicious: [CheckID] = []
    }

    private struct Entry {
        var state: SubjectState
        var folds: [CheckName: StatusFold]
        var sinceInstant: ContinuousClock.Instant
    }

    private struct Book {
        var directory: TenantDirectory?
        var subjects: [TenantID: [Subject]] = [:]
        var entries: [Subject: Entry] = [:]
    }

    private let thresholds: Thresholds
    private let book = Guarded(Book())

    /// A book without subjects, which `adopt` brings; `thresholds` hold for every check.
    public init(thresholds: Thresholds) {
        self.thresholds = thresholds
    }

    /// Folds finished checks into statuses.
    public func judge(_ observations: [Observation]) -> Judgement {
        book.withLock { book in
            var judgement = Judgement()
            for observation in observations {
                let subject = observation.check.subject
                guard var entry = book.entries[subject] else { continue }  // Removed while its check was out.
                let step = entry.folds[observation.check.name]?.absorb(observation.outcome, at: observation.instant)
                if step?.isSuspicious == true { judgement.suspicious.append(observation.check) }
                if let transition = Self.update(&entry, with: observation) { judgement.transitions.append(transition) }
                book.entries[subject] = entry
            }
            return judgement
        }
    }

    private static func update(_ entry: inout Entry, with observation: Observation) -> Transition? {
        switch observation.outcome {
        case .answered(let reading):
            entry.state.cause = reading.findings.first
            entry.state.phases = reading.phases
        case .failed(let failure):
            entry.state.cause = Finding(failure.reason, failure.detail, remedy: failure.remedy)
            entry.state.phases = failure.phases
        case .skipped: break
        }
        if observation.outcome != .skipped {
            entry.state.lastCheckedAt = observation.finishedAt
            entry.state.duration = observation.duration
        }
        let status = entry.folds.values.map(\.status).max() ?? .unknown
        guard status != entry.state.status else { return nil }
        let transition = Transition(
            subject: observation.check.subject, backend: entry.state.backend, from: entry.state.status, to: status,
            cause: status == .healthy ? nil : entry.state.cause, at: observation.finishedAt,
            lasted: observation.instant - entry.sinceInstant)
        entry.state.status = status
        entry.state.since = observation.finishedAt
        entry.sinceInstant = observation.instant
        return transition
    }

    /// Begins and ends subjects as the plan says.
    public func adopt(_ change: PlanChange, at now: ContinuousClock.Instant) {
        book.withLock { book in
            book.directory = change.plan.directory
            for check in change.started {
                let subject = check.id.subject
                var entry = book.entries[subject] ?? Entry(state: Self.unseen(check), folds: [:], sinceInstant: now)
                entry.folds[check.id.name] = StatusFold(thresholds: thresholds)
                book.entries[subject] = entry
            }
            for check in change.changed { book.entries[check.id.subject]?.state.backend = check.backend }
            for id in change.retired {
                book.entries[id.subject]?.folds[id.name] = nil
                if book.entries[id.subject]?.folds.isEmpty == true { book.entries[id.subject] = nil }
            }
            book.subjects = Dictionary(grouping: book.entries.keys, by: \.tenant)
                .mapValues { $0.sorted { $0.dependency < $1.dependency } }
        }
    }

    private static func unseen(_ check: Check) -> SubjectState {
        SubjectState(
            backend: check.backend, status: .unknown, since: .now, cause: nil, lastCheckedAt: nil, duration: .zero,
            phases: [:])
    }

    /// What is known now; nil before the first plan.
    public func snapshot() -> StatusSnapshot? {
        book.withLock { book in
            book.directory.map { directory in
                StatusSnapshot(directory: directory, subjects: book.subjects, states: book.entries.mapValues(\.state))
            }
        }
    }
}
