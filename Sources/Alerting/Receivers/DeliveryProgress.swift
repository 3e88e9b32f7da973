/// How much of a notification its receiver has taken: one that is too large for a body goes in several.
public struct DeliveryProgress: Sendable, Equatable {
    /// How many bodies were taken; the next one's id has this number at its end.
    public var parts = 0
    /// How many of the alerts stood in them.
    public var alerts = 0
    /// How large the next body may be, in bytes, once one was refused as too large; nil before.
    public var bodyLimit: Int?

    /// By default nothing was taken.
    public init(parts: Int = 0, alerts: Int = 0, bodyLimit: Int? = nil) {
        self.parts = parts
        self.alerts = alerts
        self.bodyLimit = bodyLimit
    }

    /// The id of the next body.
    func partID(of notification: Notification) -> String { parts == 0 ? notification.id : "\(notification.id)-\(parts)" }
}
