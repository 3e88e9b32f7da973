internal import Crypto
internal import FoundationEssentials
internal import TenantCore

extension ReceiverSettings {
    /// A hash of what kind of receiver it is and where it is reached, by which it is known again under another name.
    ///
    /// Passwords and the values of headers are left out, for they may be short enough to be guessed from it. Nil for a receiver that is told by state:
    /// it is told everything again in any case.
    var identity: String? {
        let parts: [String]
        switch kind {
        case .webhook(let endpoint, _): parts = ["webhook"] + Self.parts(of: endpoint)
        case .slack(let endpoint): parts = ["slack"] + Self.parts(of: endpoint)
        case .microsoftTeams(let endpoint): parts = ["microsoft_teams"] + Self.parts(of: endpoint)
        // PagerDuty and Opsgenie have one URL for all customers, and tell them by a key.
        case .pagerDuty(let endpoint, let routingKey): parts = ["pagerduty"] + Self.parts(of: endpoint) + [routingKey.reveal { $0 }]
        case .opsgenie(let endpoint):
            let keys = endpoint.headers.filter { $0.name == OpsgenieBody.keyHeader }.map { $0.value.reveal { $0 } }
            parts = ["opsgenie"] + Self.parts(of: endpoint) + keys
        case .discord(let endpoint): parts = ["discord"] + Self.parts(of: endpoint)
        case .template(let endpoint, let template):
            let parameters = template.parameters.sorted { $0.key < $1.key }.map { name, value in value.reveal { "\(name)=\($0)" } }
            parts = ["template"] + Self.parts(of: endpoint) + parameters
        case .alertmanager: return nil
        }
        return Data(SHA256.hash(data: Data(parts.joined(separator: "\u{0}").utf8))).base64EncodedString()
    }

    private static func parts(of endpoint: ReceiverEndpoint) -> [String] {
        let caller: String =
            switch endpoint.credentials {
            case nil: ""
            case .bearer(let token): token.reveal { "bearer \($0)" }
            case .basic(let username, _): "basic \(username)"
            }
        return [endpoint.url.reveal { $0 }, caller] + endpoint.headers.map(\.name)
    }
}
