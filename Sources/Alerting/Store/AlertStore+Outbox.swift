internal import FoundationEssentials
internal import GRDB
internal import Storage
internal import TenantCore

extension AlertStore {
    /// What an attempt led to.
    enum Settlement: Sendable {
        /// It leaves the outbox.
        case delivered
        /// It is tried again then.
        case postponed(until: Date, problem: String, awaitsReceiver: Bool)
        /// It stays as a dead letter.
        case dead(problem: String)
    }

    /// How many dead letters are kept; beyond it the oldest go.
    static let deadLimit = 10_000

    /// Stores how an attempt ended, together with what is to be said about it.
    func settle(_ item: OutboxItem, _ settlement: Settlement, journal: [JournalRow]) throws(StorageFailure) {
        try write { database in
            switch settlement {
            case .delivered: try database.execute(sql: "DELETE FROM outbox WHERE sequence = ?", arguments: [item.sequence])
            case .postponed(let next, let problem, let awaitsReceiver):
                try database.execute(
                    sql: "UPDATE outbox SET attempts = attempts + 1, next_at = ?, problem = ?, awaits_receiver = ? WHERE sequence = ?",
                    arguments: [next.timeIntervalSince1970, problem, awaitsReceiver, item.sequence])
            case .dead(let problem):
                try database.execute(
                    sql: "UPDATE outbox SET attempts = attempts + 1, state = 'dead', problem = ? WHERE sequence = ?",
                    arguments: [problem, item.sequence])
                try database.execute(
                    sql: """
                        DELETE FROM outbox WHERE state = 'dead' AND sequence <=
                        (SELECT sequence FROM outbox WHERE state = 'dead' ORDER BY sequence DESC LIMIT 1 OFFSET ?)
                        """, arguments: [Self.deadLimit])
            }
            try Self.append(journal, to: database)
        }
    }

    /// Everything that still waits, in its order.
    func queued() throws(StorageFailure) -> [OutboxItem] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM outbox WHERE state = 'queued' ORDER BY sequence").compactMap(Self.item)
        }
    }

    private static func item(_ row: Row) -> OutboxItem? {
        guard let kind = Notification.Kind(rawValue: row["kind"]) else { return nil }
        return OutboxItem(
            sequence: row["sequence"], id: row["id"], receiver: row["receiver"], groupKey: row["group_key"], kind: kind,
            attempts: row["attempts"], nextAt: Date(timeIntervalSince1970: row["next_at"]),
            createdAt: Date(timeIntervalSince1970: row["created_at"]), awaitsReceiver: row["awaits_receiver"])
    }

    /// The content of what waits; nil when it cannot be read as one.
    func notification(_ item: OutboxItem) throws(StorageFailure) -> Notification? {
        try database.read { database in
            try String.fetchOne(database, sql: "SELECT notification FROM outbox WHERE sequence = ?", arguments: [item.sequence])
                .flatMap { try? Self.decode(Notification.self, from: $0) }
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
                var item = try Row.fetchOne(database, sql: "SELECT * FROM outbox WHERE id = ? AND state = 'dead'", arguments: [id])
                    .flatMap(Self.item)
            else { return nil }
            item.attempts = 0
            (item.nextAt, item.createdAt, item.awaitsReceiver) = (now, now, false)
            let moment = now.timeIntervalSince1970
            try database.execute(
                sql: """
                    UPDATE outbox SET state = 'queued', attempts = 0, next_at = ?, created_at = ?, awaits_receiver = 0, problem = NULL
                    WHERE id = ?
                    """, arguments: [moment, moment, id])
            try Self.append(journal(item), to: database)
            return item
        }
    }

    /// The receivers that have said that they want no more, with what they answered.
    func disabledReceivers() throws(StorageFailure) -> [String: String] {
        try database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT receiver, problem FROM disabled")
            return Dictionary(rows.map { ($0["receiver"], $0["problem"]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Switches a receiver off, or on again.
    func setDisabled(_ receiver: String, problem: String?, at now: Date, journal: [JournalRow]) throws(StorageFailure) {
        try write { database in
            if let problem {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO disabled (receiver, since, problem) VALUES (?, ?, ?)",
                    arguments: [receiver, now.timeIntervalSince1970, problem])
            } else {
                try database.execute(sql: "DELETE FROM disabled WHERE receiver = ?", arguments: [receiver])
            }
            try Self.append(journal, to: database)
        }
    }
}
