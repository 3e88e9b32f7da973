internal import TenantCore

/// A template that comes with the agent, for a receiver that many have.
enum TemplatePreset: String, Sendable, CaseIterable {
    case slack
    case microsoftTeams = "microsoft-teams"
    case pagerDuty = "pagerduty"
    case opsgenie
    case discord

    /// As it is written in the settings.
    var name: String { rawValue }

    /// Mustache.
    var source: String {
        switch self {
        case .slack: Self.slackSource
        case .microsoftTeams: Self.microsoftTeamsSource
        case .pagerDuty: Self.pagerDutySource
        case .opsgenie: Self.opsgenieSource
        case .discord: Self.discordSource
        }
    }

    /// What the template makes.
    var format: TemplateSettings.Format { .json }

    /// Where it is posted when the settings do not say; nil where each customer has a URL.
    var defaultURL: String? {
        switch self {
        case .pagerDuty: "https://events.pagerduty.com/v2/enqueue"
        case .opsgenie: "https://api.opsgenie.com/v2/alerts"
        case .slack, .microsoftTeams, .discord: nil
        }
    }

    /// What the settings must give.
    var requiredParameters: [String] {
        switch self {
        case .pagerDuty: ["routing_key"]
        case .opsgenie: ["api_key"]
        case .slack, .microsoftTeams, .discord: []
        }
    }

    /// The template, ready for use with these parameters.
    func settings(parameters: [String: Secret] = [:]) -> TemplateSettings {
        var parameters = parameters
        if self == .opsgenie { parameters[TemplateBody.suffixParameter] = Secret(Self.opsgenieSuffix) }
        return TemplateSettings(source: source, format: format, parameters: parameters)
    }

    /// The headers that the receiver asks for, beside those of the settings.
    func headers(parameters: [String: Secret]) -> [ReceiverEndpoint.Header] {
        guard self == .opsgenie, let key = parameters["api_key"] else { return [] }
        return [ReceiverEndpoint.Header(name: "Authorization", value: key.reveal { Secret("GenieKey \($0)") })]
    }
}
