internal import FoundationEssentials
internal import Platform
public import TenantCore

/// Decides the status of every subject, once for all who ask.
public final class StatusBook: Sendable {
    /// What a batch of observations led to.
    public struct Judgement: Sendable {
        /// The statuses that changed, in the order of the observations.
        public var transitions: [Transition] = []
        /// Where only inconclusive answers come, and where no longer.
        public var inconclusive: [InconclusiveChange] = []
        /// Checks whose next answer should be asked for soon.
        public var suspicious: [CheckID] = []
    }

    /// What decides a subject's status, beside what is shown of it.
    private struct Entry: Sendable {
        /// One for each of the subject's checks, of which there are few.
        var folds: [(check: CheckName, fold: StatusFold)] = []
        var inconclusive = InconclusiveFold()
        var sinceInstant: ContinuousClock.Instant

        var status: Status { folds.map(\.fold.status).max() ?? .unknown }
    }

    private struct Book {
        var directory: TenantDirectory?
        var index = StatusSnapshot.Index()
        /// By slot, like `states`, which snapshots share until the next batch.
        var entries: [Entry] = []
        var states: [SubjectState] = []
    }

    private let thresholds: @Sendable (TenantID) -> Thresholds
    private let book = Guarded(Book())

    /// A book without subjects, which `adopt` brings; `thresholds` hold for every check.
    public convenience init(thresholds: Thresholds) { self.init { _ in thresholds } }

    /// A book without subjects, which `adopt` brings.
    ///
    /// - Parameter thresholds: those of a tenant, asked when its checks begin.
    public init(thresholds: @escaping @Sendable (TenantID) -> Thresholds) {
        self.thresholds = thresholds
    }

    /// Folds finished checks into statuses.
    public func judge(_ observations: [Observation]) -> Judgement {
        book.withLock { book in
            var judgement = Judgement()
            for observation in observations {
                // None when it was removed while its check was out.
                guard let slot = book.index.slots[observation.check.subject] else { continue }
                if Self.fold(observation, into: &book.entries[slot]) { judgement.suspicious.append(observation.check) }
                if let state = book.entries[slot].inconclusive.absorb(observation.outcome) {
                    judgement.inconclusive.append(
                        InconclusiveChange(
                            subject: observation.check.subject, backend: book.states[slot].backend, state: state, at: observation.finishedAt
                        ))
                }
                let transition = Self.update(&book.states[slot], &book.entries[slot], with: observation)
                if let transition { judgement.transitions.append(transition) }
            }
            return judgement
        }
    }

    /// Whether only another answer can settle the matter.
    private static func fold(_ observation: Observation, into entry: inout Entry) -> Bool {
        guard let index = entry.folds.firstIndex(where: { $0.check == observation.check.name }) else { return false }
        return entry.folds[index].fold.absorb(observation.outcome, at: observation.instant, duration: observation.duration).isSuspicious
    }

    private static func update(_ state: inout SubjectState, _ entry: inout Entry, with observation: Observation) -> Transition? {
        switch observation.outcome {
        case .answered(let reading):
            let isSlow = entry.folds.contains { $0.check == observation.check.name && $0.fold.isSlow }
            state.cause = reading.findings.first ?? (isSlow ? slowness(observation) : nil)
            state.phases = reading.phases
        case .failed(let failure):
            state.cause = Finding(failure.reason, failure.detail, remedy: failure.remedy)
            state.phases = failure.phases
        case .skipped: break
        }
        if observation.outcome != .skipped {
            state.lastCheckedAt = observation.finishedAt
            state.duration = observation.duration
        }
        let status = entry.status
        guard status != state.status else { return nil }
        let transition = Transition(
            subject: observation.check.subject, backend: state.backend, from: state.status, to: status,
            cause: status == .healthy ? nil : state.cause, isShared: observation.isSharedFailure, at: observation.finishedAt,
            lasted: observation.instant - entry.sinceInstant)
        state.status = status
        state.since = observation.finishedAt
        entry.sinceInstant = observation.instant
        return transition
    }

    private static func slowness(_ observation: Observation) -> Finding {
        Finding(
            .slow, "\(observation.backend) answered after \((observation.duration.inSeconds * 1000).rounded() / 1000) s, again",
            remedy: "See what loads the server, and whether the network between is slow.")
    }

    /// Begins and ends subjects as the plan says.
    public func adopt(_ change: PlanChange, at now: ContinuousClock.Instant) {
        book.withLock { book in
            book.directory = change.plan.directory
            var known = book.index.slots.mapValues { (entry: book.entries[$0], state: book.states[$0]) }
            for check in change.started {
                let subject = check.id.subject
                known[subject, default: (Entry(sinceInstant: now), Self.unseen(check))].entry.folds
                    .append((check.id.name, StatusFold(thresholds: thresholds(subject.tenant))))
            }
            for check in change.changed { known[check.id.subject]?.state.backend = check.backend }
            for id in change.retired {
                known[id.subject]?.entry.folds.removeAll { $0.check == id.name }
                if known[id.subject]?.entry.folds.isEmpty == true { known[id.subject] = nil }
            }
            book.index = StatusSnapshot.Index(
                slots: Dictionary(uniqueKeysWithValues: known.keys.enumerated().map { ($1, $0) }),
                subjects: Dictionary(grouping: known.keys, by: \.tenant).mapValues { $0.sorted { $0.dependency < $1.dependency } })
            book.entries = known.values.map(\.entry)
            book.states = known.values.map(\.state)
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
            book.directory.map { StatusSnapshot(directory: $0, index: book.index, states: book.states) }
        }
    }

    /// What is known of one tenant now, without keeping everybody else's states; nil before the first plan.
    public func snapshot(of tenant: TenantID) -> StatusSnapshot? {
        book.withLock { book in
            guard let directory = book.directory else { return nil }
            let subjects = book.index.subjects[tenant] ?? []
            let index = StatusSnapshot.Index(
                slots: Dictionary(uniqueKeysWithValues: subjects.enumerated().map { ($1, $0) }), subjects: [tenant: subjects])
            let states = subjects.compactMap { book.index.slots[$0].map { book.states[$0] } }
            return StatusSnapshot(directory: directory, index: index, states: states)
        }
    }
}
