internal import TenantCore

/// Who can be told, as the settings and the present configuration of the tenants say.
struct ReceiverDirectory: Sendable {
    /// All that can be told by notifications, by name.
    var names: Set<String> = []
    /// Those that tenants have of their own.
    var ofTenants: [TenantID: [String]] = [:]
    /// Those that do not want to hear that something is over.
    var deafToEnds: Set<String> = []
    /// How many alerts a body for each webhook may have; 0 is all.
    var maxAlerts: [String: Int] = [:]
    /// Tenants whose list cannot be read now, as while a secret is replaced.
    var unreadable: Set<TenantID> = []

    /// Whether anybody of this name is there, or may be.
    func mayHear(_ name: String) -> Bool {
        guard !names.contains(name) else { return true }
        return name.firstIndex(of: "/").flatMap { TenantID(String(name[..<$0])) }.map(unreadable.contains) == true
    }
}
