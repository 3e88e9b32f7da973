internal import TenantCore

/// Makes the body that a service wants of a notification.
protocol MessageBody: Sendable {
    /// JSON within the service's limits, whatever the texts say.
    func json(for notification: Notification) -> JSONValue
    /// What follows the URL; nothing for most.
    func suffix(for notification: Notification) -> String
}

extension MessageBody {
    func suffix(for notification: Notification) -> String { "" }
}

extension MessageText {
    /// One of these for a notification, by how bad it is; the last when nothing fires.
    func colour<Colour>(_ notification: Notification, critical: Colour, warning: Colour, info: Colour, resolved: Colour) -> Colour {
        guard notification.isFiring else { return resolved }
        return switch severity {
        case .critical: critical
        case .warning: warning
        case .info: info
        }
    }
}
