public import FoundationEssentials
internal import GRDB
public import Storage
public import TenantCore

/// A notification that waits or was given up.
public struct StoredDelivery: Sendable, Equatable {
    /// The notification's id, for `deliveries replay`.
    public var id: String
    /// Whom it is for.
    public var receiver: String
    /// Whether something in it fires.
    public var isFiring: Bool
    /// True when no attempt follows.
    public var isDead: Bool
    /// How many attempts were made.
    public var attempts: Int
    /// When the next attempt is due.
    public var nextAt: Date
    /// When it was committed.
    public var createdAt: Date
    /// How the last attempt failed.
    public var problem: String?
    /// One sentence.
    public var summary: String
}

extension AlertStore {
    /// Which steps of the past are wanted.
    public struct HistoryQuery: Sendable {
        /// Only these events; none wants all.
        public var events: [JournalRow.Event]
        /// Only about this tenant.
        public var tenant: TenantID?
        /// Only before this step, for the next page.
        public var before: Int?
        /// How many at most.
        public var limit: Int

        /// By default the newest hundred of all.
        public init(events: [JournalRow.Event] = [], tenant: TenantID? = nil, before: Int? = nil, limit: Int = 100) {
            self.events = events
            self.tenant = tenant
            self.before = before
            self.limit = limit
        }
    }

    /// Steps of the past, the newest first.
    public func history(_ query: HistoryQuery) throws(StorageFailure) -> [JournalRow] {
        var conditions = ["id < ?"]
        var arguments: [any DatabaseValueConvertible] = [query.before ?? Int.max]
        if let tenant = query.tenant {
            conditions.append("tenant = ?")
            arguments.append(tenant.rawValue)
        }
        if !query.events.isEmpty {
            conditions.append("event IN (\(query.events.map { _ in "?" }.joined(separator: ", ")))")
            arguments += query.events.map(\.rawValue) as [any DatabaseValueConvertible]
        }
        arguments.append(query.limit)
        let sql = "SELECT * FROM journal WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?"
        return try database.read { [arguments] database in
            try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).compactMap(Self.journalRow)
        }
    }

    /// The steps after `last` in their order, at most `limit`.
    public func steps(after last: Int, limit: Int) throws(StorageFailure) -> [JournalRow] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM journal WHERE id > ? ORDER BY id LIMIT ?", arguments: [last, limit])
                .compactMap(Self.journalRow)
        }
    }

    /// The number of the newest step; 0 when there was none yet.
    public func lastStep() throws(StorageFailure) -> Int {
        // Rows may have been pruned; the sequence is kept apart.
        try database.read { try Int.fetchOne($0, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'journal'") ?? 0 }
    }

    /// Notifications that wait, the oldest first, or those that were given up, the newest first; and how many there are.
    public func deliveries(areDead: Bool, limit: Int = 1000) throws(StorageFailure) -> (deliveries: [StoredDelivery], total: Int) {
        let state = areDead ? "dead" : "queued"
        return try database.read { database in
            let sql = """
                SELECT id, receiver, is_firing, attempts, next_at, created_at, problem, summary,
                    CASE WHEN summary = '' THEN notification END AS older FROM outbox WHERE state = ?
                ORDER BY sequence \(areDead ? "DESC" : "ASC") LIMIT ?
                """
            let deliveries = try Row.fetchAll(database, sql: sql, arguments: [state, limit]).map { row in
                // Of what an older version has committed.
                let summary = (row["older"] as String?).flatMap { try? Self.decode(Notification.self, from: $0).summary }
                return StoredDelivery(
                    id: row["id"], receiver: row["receiver"], isFiring: row["is_firing"], isDead: areDead, attempts: row["attempts"],
                    nextAt: Date(timeIntervalSince1970: row["next_at"]), createdAt: Date(timeIntervalSince1970: row["created_at"]),
                    problem: row["problem"], summary: summary ?? row["summary"])
            }
            let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM outbox WHERE state = ?", arguments: [state]) ?? 0
            return (deliveries, total)
        }
    }

    private static func journalRow(_ row: Row) -> JournalRow? {
        guard let event = JournalRow.Event(rawValue: row["event"]),
            let details = (try? JSONValue.parse((row["details"] as String).utf8))?.object
        else { return nil }
        return JournalRow(
            id: row["id"], at: Date(timeIntervalSince1970: row["at"]), event: event,
            tenant: (row["tenant"] as String?).flatMap { TenantID($0) },
            actor: row["actor"], isSuccess: row["is_success"], details: details)
    }
}
