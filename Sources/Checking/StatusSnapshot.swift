public import TenantCore

/// What is known of all subjects at one moment; taken in no time, however many there are.
public struct StatusSnapshot: Sendable {
    /// Which subjects there are and where each has its state; changes with the plan alone.
    struct Index: Sendable {
        var slots: [Subject: Int] = [:]
        var subjects: [TenantID: [Subject]] = [:]
    }

    /// The tenants that are watched, and those that are rejected.
    public let directory: TenantDirectory
    private let index: Index
    private let states: [SubjectState]

    init(directory: TenantDirectory, index: Index, states: [SubjectState]) {
        self.directory = directory
        self.index = index
        self.states = states
    }

    /// The dependencies of a tenant, in the order of their names; none when it is not watched.
    public func subjects(of tenant: TenantID) -> [Subject] { index.subjects[tenant] ?? [] }

    /// How a subject is; nil when it is not watched.
    public subscript(subject: Subject) -> SubjectState? { index.slots[subject].map { states[$0] } }

    /// The status alone, for those who ask for all of them; nil when it is not watched.
    public func status(of subject: Subject) -> Status? { index.slots[subject].map { states[$0].status } }

    /// A tenant is as well as its worst dependency; unknown when nothing is watched.
    public func status(of tenant: TenantID) -> Status {
        subjects(of: tenant).compactMap { status(of: $0) }.max() ?? .unknown
    }
}
