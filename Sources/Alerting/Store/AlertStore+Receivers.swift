internal import FoundationEssentials
internal import GRDB
internal import Storage
internal import TenantCore

extension AlertStore {
    /// What is stored by the name of a receiver.
    private static let tables = ["members", "groups", "outbox", "disabled", "pauses"]

    /// Takes the receivers of the settings: what was known of one that has another name now is known under that, and whoever is
    /// gone is noted with the number of alerts that it was told of and will never be notified of as resolved.
    ///
    /// - Parameter identities: by name.
    func adoptReceivers(_ identities: [String: String], at now: Date) throws(StorageFailure) {
        try write { database in
            let rows = try Row.fetchAll(database, sql: "SELECT name, identity FROM receivers")
            let before = Dictionary(rows.map { ($0["name"] as String, $0["identity"] as String) }, uniquingKeysWith: { first, _ in first })
            guard before != identities else { return }
            let succession = ReceiverSuccession(from: before, to: identities)
            var journal: [JournalRow] = []
            for name in succession.removed { journal.append(try Self.removal(of: name, at: now, in: database)) }
            // Another's name is free before its successor takes it.
            for name in succession.removed where identities[name] != nil {
                journal += try Self.endQueue(of: name, at: now, in: database)
                for table in Self.tables where table != "outbox" {
                    try database.execute(sql: "DELETE FROM \(table) WHERE receiver = ?", arguments: [name])
                }
            }
            try Self.rename(succession.renamed, in: database)
            for (old, new) in succession.renamed.sorted(by: { $0.key < $1.key }) {
                journal.append(JournalRow(at: now, event: .receiverRenamed, details: ["receiver": .string(new), "from": .string(old)]))
            }
            try database.execute(sql: "DELETE FROM receivers")
            for (name, identity) in identities {
                try database.execute(sql: "INSERT INTO receivers (name, identity) VALUES (?, ?)", arguments: [name, identity])
            }
            try Self.append(journal, to: database)
        }
    }

    /// Makes dead letters of what waits for a receiver whose name is another's now, under a name that nobody can have: what was
    /// written for one team must not go to another, not even by a replay.
    private static func endQueue(of name: String, at now: Date, in database: Database) throws -> [JournalRow] {
        let problem = "its receiver was removed, and another has its name now"
        let heartbeat = Notification.Kind.heartbeat.rawValue
        try database.execute(
            sql: "DELETE FROM outbox WHERE receiver = ? AND state = 'queued' AND kind = ?", arguments: [name, heartbeat])
        let ids = try String.fetchAll(
            database, sql: "SELECT id FROM outbox WHERE receiver = ? AND state = 'queued' ORDER BY sequence", arguments: [name])
        try database.execute(
            sql: "UPDATE outbox SET state = 'dead', problem = ? WHERE receiver = ? AND state = 'queued'", arguments: [problem, name])
        try database.execute(sql: "UPDATE outbox SET receiver = ? WHERE receiver = ?", arguments: ["\(name) (removed)", name])
        try limitDead(in: database)
        return ids.map { id in
            JournalRow(
                at: now, event: .deliveryDead, isSuccess: false,
                details: ["receiver": .string(name), "notification": .string(id), "detail": .string(problem)])
        }
    }

    /// In two steps, for two receivers may have changed their names with each other.
    private static func rename(_ names: [String: String], in database: Database) throws {
        for table in tables {
            for (old, new) in names {
                try database.execute(sql: "UPDATE \(table) SET receiver = ? WHERE receiver = ?", arguments: ["\u{1}\(new)", old])
            }
            // What a receiver of that name left behind long ago gives way.
            try database.execute(
                sql: "UPDATE OR REPLACE \(table) SET receiver = substr(receiver, 2) WHERE substr(receiver, 1, 1) = ?", arguments: ["\u{1}"])
        }
    }

    private static func removal(of name: String, at now: Date, in database: Database) throws -> JournalRow {
        typealias State = AlertGroup.Membership
        let open = try Int.fetchOne(
            database, sql: "SELECT COUNT(DISTINCT fingerprint) FROM members WHERE receiver = ? AND membership IN (?, ?, ?)",
            arguments: [name, State.told.rawValue, State.ended.rawValue, State.hidden.rawValue])
        return JournalRow(
            at: now, event: .receiverRemoved, isSuccess: (open ?? 0) == 0,
            details: ["receiver": .string(name), "open_incidents": .integer(open ?? 0)])
    }
}
