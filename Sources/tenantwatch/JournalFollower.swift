internal import Alerting
internal import Audit
internal import BlockingIO
internal import FoundationEssentials
internal import Logging
internal import Platform
internal import TenantCore

/// Tells the audit log and the operators' log every committed step, in order, each once: a crash neither skips nor
/// repeats a line, for the audit log itself says how far it has got.
final class JournalFollower: Sendable {
    /// How many steps are read at once.
    private static let batch = 1000
    /// How many entries may wait in the audit log's queue before no more are read.
    private static let backlog = 20_000

    private let store: AlertStore
    private let audit: AuditLog
    private let logger: Logger
    private let cursor: Guarded<Int>
    private let loop = Loop("journal")

    /// - Parameter isFileLog: false for an audit log that does not know what it had before: it gets what is committed from
    ///   now on.
    init(store: AlertStore, audit: AuditLog, isFileLog: Bool, logger: Logger) throws {
        self.store = store
        self.audit = audit
        self.logger = logger
        let last = try store.lastStep()
        // A log that is further than the state belonged to another one, which somebody removed.
        cursor = Guarded(isFileLog ? (audit.durableStep <= last ? audit.durableStep : 0) : last)
    }

    func start() throws(SystemFailure) {
        store.steps.wake(loop)
        try loop.start { [self] in run() }
    }

    /// Reads what is still there and ends; false when that takes too long.
    func stop(within time: Duration) -> Bool {
        loop.stop()
        return loop.join(within: time)
    }

    private func run() {
        while true {
            let isLast = loop.isStopping
            if follow() { continue }
            if isLast { return }
            loop.wait(for: .seconds(1))
        }
    }

    /// Hands on some steps; false when there are no more for now.
    private func follow() -> Bool {
        if audit.queuedCount > Self.backlog {
            return loop.pause(for: .milliseconds(50))
        }
        let after = cursor.withLock { $0 }
        guard let rows = try? store.steps(after: after, limit: Self.batch), let last = rows.last?.id else { return false }
        for row in rows {
            audit.note(AuditEntry(row))
            log(row)
        }
        cursor.withLock { $0 = last }
        return true
    }

    private func log(_ row: JournalRow) {
        let (level, message): (Logger.Level, Logger.Message)
        switch row.event {
        case .statusChanged: (level, message) = (row.isSuccess ? .info : .warning, "status changed")
        case .deliveryFailed: (level, message) = (.warning, "notification not delivered")
        case .deliveryDead: (level, message) = (.error, "notification given up")
        case .receiverDisabled: (level, message) = (.error, "receiver switched off")
        case .notificationDropped: (level, message) = (.warning, "notifications dropped")
        case .alertFlapping: (level, message) = (.warning, "alert flapping")
        case .silenceAdded: (level, message) = (.notice, "silence added")
        case .silenceExpired: (level, message) = (.notice, "silence expired")
        case .receiverRenamed: (level, message) = (.notice, "receiver renamed")
        case .receiverRemoved: (level, message) = (row.isSuccess ? .notice : .warning, "receiver removed")
        case .receiverTested: (level, message) = (.notice, "receiver tested")
        case .alertFired, .alertResolved, .notificationQueued, .deliverySucceeded, .deliveryReplayed: return
        }
        var metadata: Logger.Metadata = [:]
        if let tenant = row.tenant { metadata["tenant.id"] = "\(tenant)" }
        for member in row.details.members { metadata[member.key] = "\(member.value.text ?? member.value.description)" }
        logger.log(level: level, message, metadata: metadata)
    }
}

extension AuditEntry {
    /// A committed step.
    fileprivate init(_ row: JournalRow) {
        // Every event of the journal is one of the log's; a test holds them together.
        self.init(
            Event(rawValue: row.event.rawValue) ?? .statusChanged, tenant: row.tenant, actor: row.actor, isSuccess: row.isSuccess,
            details: row.details, time: row.at, step: row.id)
    }
}
