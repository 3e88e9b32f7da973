internal import FoundationEssentials
internal import GRDB
internal import Storage
internal import TenantCore

extension AlertStore {
    /// What an attempt led to.
    enum Settlement: Sendable {
        /// It leaves the outbox.
        case delivered
        /// It is tried again then; the failure was its own or its receiver's, which it waits for or not.
        case postponed(until: Date, problem: String, isRefusal: Bool, awaitsReceiver: Bool)
        /// It leaves the outbox without having been told.
        case dropped(problem: String)
        /// It stays as a dead letter.
        case dead(problem: String)
    }

    /// The rows of items, without their notifications, which are large and read when their turn comes.
    private static let items = """
        SELECT sequence, id, receiver, group_key, kind, outbox.alerts AS alerts, is_whole, attempts, refusals, next_at, created_at,
            awaits_receiver, COALESCE(progress.parts, 0) AS sent_parts, COALESCE(progress.alerts, 0) AS sent_alerts, body_limit
        FROM outbox LEFT JOIN progress USING (sequence)
        """

    /// How many dead letters are kept; beyond it the oldest go.
    static let deadLimit = 10_000

    /// What is stored of something that waits.
    enum Content: Sendable {
        case notification(Notification)
        /// It cannot be read as one, as after a change of version.
        case unreadable
        /// It was dropped meanwhile.
        case gone
    }

    /// Stores how an attempt ended, together with what is to be said about it.
    ///
    /// - Parameters:
    ///   - refusal: the receiver's answer, when it wants nothing more at all.
    ///   - pausedUntil: the receiver is told nothing before it, because it asked for that.
    func settle(
        _ item: OutboxItem, _ settlement: Settlement, refusal: String? = nil, pausedUntil: Date? = nil, journal: [JournalRow]
    ) throws(StorageFailure) {
        try write { database in
            if let pausedUntil {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO pauses (receiver, until) VALUES (?, ?)",
                    arguments: [item.receiver, pausedUntil.timeIntervalSince1970])
            }
            if let refusal {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO disabled (receiver, since, problem) VALUES (?, ?, ?)",
                    arguments: [item.receiver, (journal.first?.at ?? item.nextAt).timeIntervalSince1970, refusal])
            }
            switch settlement {
            case .delivered, .dropped:
                try database.execute(sql: "DELETE FROM outbox WHERE sequence = ?", arguments: [item.sequence])
                if case .delivered = settlement {
                    try database.execute(sql: "DELETE FROM pauses WHERE receiver = ?", arguments: [item.receiver])
                }
            case .postponed(let next, let problem, let isRefusal, let awaitsReceiver):
                try database.execute(
                    sql: """
                        UPDATE outbox SET attempts = attempts + 1, refusals = refusals + ?, next_at = ?, problem = ?, awaits_receiver = ?
                        WHERE sequence = ?
                        """,
                    arguments: [isRefusal ? 1 : 0, next.timeIntervalSince1970, problem, awaitsReceiver, item.sequence])
            case .dead(let problem):
                try database.execute(
                    sql: "UPDATE outbox SET attempts = attempts + 1, state = 'dead', problem = ? WHERE sequence = ?",
                    arguments: [problem, item.sequence])
                try Self.limitDead(in: database)
            }
            try Self.append(journal, to: database)
        }
    }

    /// Makes dead letters of what waits, without an attempt; heartbeats go.
    func giveUp(_ items: [OutboxItem], problem: String, journal: [JournalRow]) throws(StorageFailure) {
        try write { database in
            for item in items {
                let sql =
                    item.kind == .heartbeat
                    ? "DELETE FROM outbox WHERE sequence = ?" : "UPDATE outbox SET state = 'dead', problem = ? WHERE sequence = ?"
                try database.execute(sql: sql, arguments: item.kind == .heartbeat ? [item.sequence] : [problem, item.sequence])
            }
            try Self.limitDead(in: database)
            try Self.append(journal, to: database)
        }
    }

    /// Drops the oldest dead letters beyond the limit.
    static func limitDead(in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM outbox WHERE state = 'dead' AND sequence <=
                (SELECT sequence FROM outbox WHERE state = 'dead' ORDER BY sequence DESC LIMIT 1 OFFSET ?)
                """, arguments: [deadLimit])
    }

    /// Stores what of a notification its receiver has taken; the rest still waits.
    func record(_ progress: DeliveryProgress, of item: OutboxItem) throws(StorageFailure) {
        try database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO progress (sequence, parts, alerts, body_limit) VALUES (?, ?, ?, ?)",
                arguments: [item.sequence, progress.parts, progress.alerts, progress.bodyLimit])
        }
    }

    /// Everything that still waits, in its order.
    func queued() throws(StorageFailure) -> [OutboxItem] {
        try database.read { database in
            try Row.fetchAll(database, sql: "\(Self.items) WHERE state = 'queued' ORDER BY sequence").compactMap(Self.item)
        }
    }

    /// Until when receivers have asked to be left alone.
    func pauses() throws(StorageFailure) -> [String: Date] {
        try database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT receiver, until FROM pauses")
            return Dictionary(
                rows.map { ($0["receiver"], Date(timeIntervalSince1970: $0["until"])) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The wall clock was set: what is planned in it moves along.
    func shift(by jump: TimeInterval) throws(StorageFailure) {
        try database.write { database in
            try database.execute(
                sql: "UPDATE outbox SET next_at = next_at + ?, created_at = created_at + ? WHERE state = 'queued'", arguments: [jump, jump])
            try database.execute(sql: "UPDATE pauses SET until = until + ?", arguments: [jump])
            try database.execute(sql: "UPDATE groups SET told_at = told_at + ?", arguments: [jump])
        }
    }

    private static func item(_ row: Row) -> OutboxItem? {
        guard let kind = Notification.Kind(rawValue: row["kind"]) else { return nil }
        return OutboxItem(
            sequence: row["sequence"], id: row["id"], receiver: row["receiver"], groupKey: row["group_key"], kind: kind,
            alerts: (row["alerts"] as String).split(separator: " ").compactMap { UInt64($0, radix: 16) }, isWhole: row["is_whole"],
            attempts: row["attempts"], refusals: row["refusals"], nextAt: Date(timeIntervalSince1970: row["next_at"]),
            createdAt: Date(timeIntervalSince1970: row["created_at"]), awaitsReceiver: row["awaits_receiver"],
            progress: DeliveryProgress(parts: row["sent_parts"], alerts: row["sent_alerts"], bodyLimit: row["body_limit"]))
    }

    /// The content of what waits.
    func content(of item: OutboxItem) throws(StorageFailure) -> Content {
        try database.read { database in
            guard
                let text = try String.fetchOne(
                    database, sql: "SELECT notification FROM outbox WHERE sequence = ?", arguments: [item.sequence])
            else { return .gone }
            return (try? Self.decode(Notification.self, from: text)).map { .notification($0) } ?? .unreadable
        }
    }

    /// Takes notifications out that nobody needs to be told any more.
    func drop(_ items: [OutboxItem], journal: [JournalRow]) throws(StorageFailure) {
        try write { database in
            for item in items { try database.execute(sql: "DELETE FROM outbox WHERE sequence = ?", arguments: [item.sequence]) }
            try Self.append(journal, to: database)
        }
    }

    /// Makes a dead letter wait again, as if it were new; nil when there is none of this id.
    func revive(_ id: String, at now: Date, journal: (OutboxItem) -> [JournalRow]) throws(StorageFailure) -> OutboxItem? {
        try write { database in
            guard
                var item = try Row.fetchOne(database, sql: "\(Self.items) WHERE id = ? AND state = 'dead'", arguments: [id])
                    .flatMap(Self.item)
            else { return nil }
            (item.attempts, item.refusals) = (0, 0)
            (item.nextAt, item.createdAt, item.awaitsReceiver) = (now, now, false)
            let moment = now.timeIntervalSince1970
            try database.execute(
                sql: """
                    UPDATE outbox SET state = 'queued', attempts = 0, refusals = 0, next_at = ?, created_at = ?, awaits_receiver = 0, problem = NULL
                    WHERE id = ?
                    """, arguments: [moment, moment, id])
            try Self.append(journal(item), to: database)
            return item
        }
    }

    /// Whom a dead letter was for; nil when there is none of this id.
    func receiver(ofDead id: String) throws(StorageFailure) -> String? {
        try database.read { database in
            try String.fetchOne(database, sql: "SELECT receiver FROM outbox WHERE id = ? AND state = 'dead'", arguments: [id])
        }
    }

    /// How many dead letters a receiver has.
    func deadCount(of receiver: String) throws(StorageFailure) -> Int {
        try database.read { database in
            try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM outbox WHERE receiver = ? AND state = 'dead'", arguments: [receiver]) ?? 0
        }
    }

    /// The receivers that have said that they want no more, with what they answered.
    func disabledReceivers() throws(StorageFailure) -> [String: String] {
        try database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT receiver, problem FROM disabled")
            return Dictionary(rows.map { ($0["receiver"], $0["problem"]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Lets receivers be told again that had said that they want no more.
    func enable(_ receivers: [String], journal: [JournalRow]) throws(StorageFailure) {
        try write { database in
            for receiver in receivers {
                try database.execute(sql: "DELETE FROM disabled WHERE receiver = ?", arguments: [receiver])
                try database.execute(sql: "DELETE FROM pauses WHERE receiver = ?", arguments: [receiver])
            }
            try Self.append(journal, to: database)
        }
    }
}
