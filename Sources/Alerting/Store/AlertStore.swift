internal import FoundationEssentials
internal import GRDB
public import Storage
internal import TenantCore

/// What the alert room keeps in `state.sqlite`.
public struct AlertStore: Sendable {
    let database: StateDatabase
    /// Notified after each committed step.
    public let steps = StepSignal()

    /// Opens the file and brings its tables up to date.
    public init(path: String) throws(StorageFailure) {
        database = try StateDatabase(path: path, migrations: Schema.migrations)
    }

    /// Why the last write or read failed; nil when neither did.
    public var problem: String? { database.problem }

    /// Stores a step whole or not at all; durable when it returns.
    ///
    /// - Returns: the notifications' places in the outbox, in their order.
    func apply(_ commit: Commit) throws(StorageFailure) -> [Int] {
        try write { database in
            try Self.put(commit.entries, in: database)
            for update in commit.updates { try Self.put(update, in: database) }
            for silence in commit.silences {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO silences (id, ends_at, silence) VALUES (?, ?, ?)",
                    arguments: [silence.id, silence.endsAt.timeIntervalSince1970, try Self.encode(silence)])
            }
            let places = try commit.notifications.map { try Self.put($0, in: database) }
            try Self.append(commit.journal, to: database)
            return places
        }
    }

    /// Writes, and lets the follower know.
    func write<Answer>(_ body: (Database) throws -> Answer) throws(StorageFailure) -> Answer {
        let answer = try database.write(body)
        steps.notify()
        return answer
    }

    private static func put(_ entries: [AlertEngine.Entry], in database: Database) throws {
        guard !entries.isEmpty else { return }
        let statement = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO alerts (fingerprint, phase, since, holds, changes, hold, recovery, ends_at, alert)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for entry in entries {
            let (phase, since) = entry.phase.stored
            try statement.execute(arguments: [
                entry.alert.fingerprint, phase, since?.timeIntervalSince1970, entry.holds,
                entry.changes.map { "\($0.timeIntervalSince1970)" }.joined(separator: " "), entry.hold, entry.recovery,
                entry.alert.endsAt?.timeIntervalSince1970, try encode(entry.alert),
            ])
        }
    }

    private static func put(_ update: Notifier.Update, in database: Database) throws {
        switch update {
        case .member(let id, let fingerprint, let membership?):
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO members (receiver, group_key, fingerprint, membership) VALUES (?, ?, ?, ?)")
            try statement.execute(arguments: [id.receiver, id.key, fingerprint, membership.rawValue])
        case .member(let id, let fingerprint, nil):
            try database.execute(
                sql: "DELETE FROM members WHERE receiver = ? AND group_key = ? AND fingerprint = ?",
                arguments: [id.receiver, id.key, fingerprint])
        case .told(let id, let now):
            typealias State = AlertGroup.Membership
            try database.execute(
                sql: "DELETE FROM members WHERE receiver = ? AND group_key = ? AND membership IN (?, ?)",
                arguments: [id.receiver, id.key, State.ended.rawValue, State.passed.rawValue])
            try database.execute(
                sql: "UPDATE members SET membership = ? WHERE receiver = ? AND group_key = ? AND membership IN (?, ?)",
                arguments: [State.told.rawValue, id.receiver, id.key, State.joined.rawValue, State.hidden.rawValue])
            try database.execute(
                sql: "INSERT OR REPLACE INTO groups (receiver, group_key, told_at) VALUES (?, ?, ?)",
                arguments: [id.receiver, id.key, now.timeIntervalSince1970])
        case .removed(let id):
            try database.execute(sql: "DELETE FROM members WHERE receiver = ? AND group_key = ?", arguments: [id.receiver, id.key])
            try database.execute(sql: "DELETE FROM groups WHERE receiver = ? AND group_key = ?", arguments: [id.receiver, id.key])
        }
    }

    private static func put(_ notification: Notification, in database: Database) throws -> Int {
        let now = notification.createdAt.timeIntervalSince1970
        try database.execute(
            sql: """
                INSERT INTO outbox (
                    id, receiver, group_key, kind, is_firing, state, attempts, next_at, created_at, alerts, is_whole, summary, notification)
                VALUES (?, ?, ?, ?, ?, 'queued', 0, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                notification.id, notification.receiver, notification.groupKey, notification.kind.rawValue, notification.isFiring, now, now,
                notification.alerts.map(\.fingerprint).joined(separator: " "), notification.truncatedCount == 0, notification.summary,
                try encode(notification),
            ])
        return Int(database.lastInsertedRowID)
    }

    static func append(_ rows: [JournalRow], to database: Database) throws {
        guard !rows.isEmpty else { return }
        let statement = try database.cachedStatement(
            sql: "INSERT INTO journal (at, event, tenant, actor, is_success, details) VALUES (?, ?, ?, ?, ?, ?)")
        for row in rows {
            try statement.execute(arguments: [
                row.at.timeIntervalSince1970, row.event.rawValue, row.tenant?.rawValue, row.actor, row.isSuccess,
                JSONValue.object(row.details).description,
            ])
        }
    }

    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode(type, from: Data(text.utf8))
    }
}

extension AlertEngine.Entry.Phase {
    /// As the table `alerts` has it.
    var stored: (name: String, since: Date?) {
        switch self {
        case .rest: ("rest", nil)
        case .pending(let since): ("pending", since)
        case .firing: ("firing", nil)
        case .recovering(let since): ("recovering", since)
        }
    }

    init?(name: String, since: Date?) {
        switch (name, since) {
        case ("rest", _): self = .rest
        case ("pending", let since?): self = .pending(since: since)
        case ("firing", _): self = .firing
        case ("recovering", let since?): self = .recovering(since: since)
        default: return nil
        }
    }
}
