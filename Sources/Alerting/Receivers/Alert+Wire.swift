internal import FoundationEssentials
internal import TenantCore

extension Alert {
    /// `firing` or `resolved`, as Alertmanager writes it.
    var status: String { isFiring ? "firing" : "resolved" }

    /// Where people see the subject; empty when nobody said where this agent is reached.
    func generatorURL(under externalURL: String) -> String {
        guard !externalURL.isEmpty else { return "" }
        return switch (subject.tenant, subject.dependency) {
        case (let tenant?, let dependency?): "\(externalURL)/health/\(tenant)/\(dependency)"
        case (let tenant?, nil): "\(externalURL)/health/\(tenant)"
        case (nil, _): "\(externalURL)/readyz?verbose"
        }
    }
}

extension Date {
    /// In UTC with milliseconds, as RFC 3339 says.
    var internetText: String { formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}

extension JSONValue {
    /// An object of texts, sorted by key so that equal texts read equal.
    init(texts: [String: String]) {
        var object = JSONObject()
        for (key, value) in texts.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
        self = .object(object)
    }
}
