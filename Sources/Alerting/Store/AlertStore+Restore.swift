internal import FoundationEssentials
internal import GRDB
internal import Storage

extension AlertStore {
    /// What held when the last process ended.
    struct Past: Sendable {
        var entries: [AlertEngine.Entry] = []
        var groups: [Notifier.Stored] = []
        var silences: [Silence] = []
    }

    /// Reads what held when the last process ended; a row that cannot be read is left out, for the others still count.
    func past() throws(StorageFailure) -> Past {
        try database.read { database in
            var past = Past()
            past.entries = try Row.fetchAll(database, sql: "SELECT * FROM alerts").compactMap(Self.entry)
            let told = try Row.fetchAll(database, sql: "SELECT receiver, group_key, told_at FROM groups").map { row in
                (AlertGroup.ID(receiver: row["receiver"], key: row["group_key"]), Date(timeIntervalSince1970: row["told_at"]))
            }
            let toldAt = Dictionary(told, uniquingKeysWith: { first, _ in first })
            var groups: [AlertGroup.ID: Notifier.Stored] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM members") {
                let id = AlertGroup.ID(receiver: row["receiver"], key: row["group_key"])
                guard let membership = AlertGroup.Membership(rawValue: row["membership"]) else { continue }
                groups[id, default: Notifier.Stored(id: id, toldAt: toldAt[id], members: [])].members.append(
                    (row["fingerprint"], membership))
            }
            past.groups = Array(groups.values)
            past.silences = try String.fetchAll(database, sql: "SELECT silence FROM silences").compactMap {
                try? Self.decode(Silence.self, from: $0)
            }
            return past
        }
    }

    private static func entry(_ row: Row) -> AlertEngine.Entry? {
        guard let alert = try? decode(Alert.self, from: row["alert"]),
            let phase = AlertEngine.Entry.Phase(name: row["phase"], since: (row["since"] as Double?).map(Date.init(timeIntervalSince1970:)))
        else { return nil }
        let changes = (row["changes"] as String).split(separator: " ").compactMap { Double($0).map(Date.init(timeIntervalSince1970:)) }
        return AlertEngine.Entry(
            phase: phase, holds: row["holds"], changes: changes, hold: row["hold"], recovery: row["recovery"], alert: alert)
    }

    /// Forgets what nobody needs: resolved alerts that no receiver is still to hear of, old silences and old steps.
    ///
    /// - Parameters:
    ///   - limit: whatever ended before it may go.
    ///   - kept: how many steps stay at most, and
    ///   - written: none after this one goes, for the audit log has not got it yet.
    func prune(endedBefore limit: Date, kept: Int, written: Int) throws(StorageFailure) {
        try database.write { database in
            let limit = limit.timeIntervalSince1970
            try database.execute(
                sql: """
                    DELETE FROM alerts WHERE phase = 'rest' AND (ends_at IS NULL OR ends_at < ?)
                    AND fingerprint NOT IN (SELECT fingerprint FROM members)
                    """, arguments: [limit])
            try database.execute(sql: "DELETE FROM silences WHERE ends_at < ?", arguments: [limit])
            try database.execute(
                sql: "DELETE FROM journal WHERE id <= MIN(?, (SELECT COALESCE(MAX(id), 0) FROM journal) - ?)", arguments: [written, kept])
        }
    }
}
