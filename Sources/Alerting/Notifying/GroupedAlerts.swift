internal import TenantCore

/// Every alert that is in a group, as it was last seen, and the groups that it is in.
struct GroupedAlerts: Sendable {
    private var alerts: [String: Alert] = [:]
    private var groups: [String: [AlertGroup.ID]] = [:]

    /// The alert with this fingerprint, nil when it is in no group.
    subscript(fingerprint: String) -> Alert? { alerts[fingerprint] }

    func groups(of fingerprint: String) -> [AlertGroup.ID] { groups[fingerprint] ?? [] }

    /// Keeps what became of an alert; false when it is in no group.
    @discardableResult
    mutating func update(_ alert: Alert) -> Bool {
        guard alerts[alert.fingerprint] != nil else { return false }
        alerts[alert.fingerprint] = alert
        return true
    }

    mutating func insert(_ alert: Alert, in group: AlertGroup.ID) {
        if !groups(of: alert.fingerprint).contains(group) { groups[alert.fingerprint, default: []].append(group) }
        alerts[alert.fingerprint] = alert
    }

    mutating func remove(_ fingerprint: String, from group: AlertGroup.ID) {
        groups[fingerprint]?.removeAll { $0 == group }
        guard groups[fingerprint]?.isEmpty == true else { return }
        groups[fingerprint] = nil
        alerts[fingerprint] = nil
    }
}
