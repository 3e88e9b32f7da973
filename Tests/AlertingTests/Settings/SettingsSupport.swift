import Alerting
import TenantCore

/// A secret that signs, as Standard Webhooks wants it.
let signingSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

/// What the settings say, in JSON as a YAML file could write it too.
///
/// - Parameter json: the members, without the braces around them.
func settings(
    _ json: String, environment: [String: String] = [:], shorthand: [String] = []
) throws(JSONError) -> (settings: AlertingSettings, issues: [ConfigurationIssue]) {
    guard let object = try JSONValue.parse("{\(json)}".utf8).object else { preconditionFailure("braces make an object") }
    let endpoint = ReceiverEndpoint(url: Secret("https://short.example.com"), host: "short.example.com:443")
    return AlertingSettingsReader.read(
        object, secretReader: SecretReader(environment: environment),
        shorthand: shorthand.map { ReceiverSettings(name: $0, kind: .webhook(endpoint)) }, externalURL: "https://tenantwatch.example.com")
}

/// The only receiver of settings without an issue.
func receiver(_ json: String, environment: [String: String] = [:]) throws -> ReceiverSettings? {
    let (settings, issues) = try settings(
        #""receivers": [{"name": "x", \#(json)}], "default_route": {"receivers": ["x"]}"#, environment: environment)
    return issues.isEmpty && settings.receivers.count == 1 ? settings.receivers[0] : nil
}

extension ReceiverSettings {
    /// Where it is reached; the first of several places.
    var endpoint: ReceiverEndpoint? {
        switch kind {
        case .webhook(let endpoint, _), .template(let endpoint, _), .pagerDuty(let endpoint, _): endpoint
        case .slack(let endpoint), .microsoftTeams(let endpoint), .opsgenie(let endpoint), .discord(let endpoint): endpoint
        case .alertmanager(let endpoints): endpoints.first
        }
    }

    /// The key of the settings that makes such a receiver.
    var service: String {
        switch kind {
        case .webhook: "webhook"
        case .alertmanager: "alertmanager"
        case .slack: "slack"
        case .microsoftTeams: "microsoft_teams"
        case .pagerDuty: "pagerduty"
        case .opsgenie: "opsgenie"
        case .discord: "discord"
        case .template: "template"
        }
    }

    /// What it is told by, if that is a template.
    var template: TemplateSettings? {
        if case .template(_, let template) = kind { template } else { nil }
    }
}

extension Secret {
    /// Opened, for comparisons in tests.
    var opened: String { reveal { $0 } }
}
