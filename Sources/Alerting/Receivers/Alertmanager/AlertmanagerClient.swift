internal import FoundationEssentials
internal import TenantCore

/// Tells one Alertmanager of alerts by their state.
struct AlertmanagerClient: Sendable {
    /// How many alerts one request holds.
    static let batch = 500

    private let client: EndpointClient
    private let externalURL: String

    /// One for each Alertmanager of the receiver; none for a receiver of another kind.
    static func clients(for settings: ReceiverSettings, externalURL: String) -> [AlertmanagerClient] {
        guard case .alertmanager(let endpoints) = settings.kind else { return [] }
        return endpoints.map { endpoint in
            AlertmanagerClient(client: EndpointClient(endpoint), externalURL: externalURL)
        }
    }

    /// Posts the alerts, at most `batch` at a time; the first trouble ends it.
    ///
    /// No alerts are posted too, so that an Alertmanager that is gone is noticed before it is needed.
    func post(_ alerts: [Alert], at now: Date) -> DeliveryOutcome {
        for start in stride(from: 0, to: max(alerts.count, 1), by: Self.batch) {
            let part = Array(alerts.dropFirst(start).prefix(Self.batch))
            let body = AlertmanagerBody(alerts: part, externalURL: externalURL, now: now).json.serialized
            let outcome = client.post(body, contentType: "application/json", suffix: "/api/v2/alerts")
            guard outcome == .delivered else { return outcome }
        }
        return .delivered
    }
}
