/// How much one body of a webhook may hold.
public struct WebhookSettings: Sendable, Equatable {
    /// How large a body may be when nothing else is said: 1 MB.
    public static let defaultMaxBodySize = 1 << 20

    /// How many alerts a notification tells at most, as in Alertmanager; 0 is all.
    public var maxAlerts: Int
    /// In bytes; what does not fit follows in further bodies.
    public var maxBodySize: Int

    /// By default all alerts, in bodies of 1 MB.
    public init(maxAlerts: Int = 0, maxBodySize: Int = defaultMaxBodySize) {
        self.maxAlerts = maxAlerts
        self.maxBodySize = maxBodySize
    }
}

extension [ReceiverSettings] {
    /// `max_alerts` of each webhook, by the receiver's name.
    var maxAlerts: [String: Int] {
        let limits = compactMap { receiver -> (String, Int)? in
            if case .webhook(_, let settings) = receiver.kind { (receiver.name, settings.maxAlerts) } else { nil }
        }
        return Dictionary(limits, uniquingKeysWith: { first, _ in first })
    }
}
