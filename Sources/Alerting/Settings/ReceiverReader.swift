internal import TenantCore

/// Reads receivers, of the settings or of one tenant.
struct ReceiverReader {
    /// What a receiver understands, by the key under which the settings say so.
    enum Kind: String, CaseIterable {
        case webhook, alertmanager, slack
        case microsoftTeams = "microsoft_teams"
        case pagerDuty = "pagerduty"
        case opsgenie, discord, template

        var key: String { rawValue }
        /// A tenant pushes to no Alertmanager of the operator's, and what templates do is the operator's to answer for.
        var isForTenants: Bool { self != .alertmanager && self != .template }
    }

    private static let nameLimit = 63
    private static let alertLimits = 0...1_000_000
    private static let bodySizes = 4 << 10...64 << 20

    /// Nil for the settings.
    var tenant: TenantID?

    /// What a receiver may be.
    private var kinds: [Kind] { Kind.allCases.filter { tenant == nil || $0.isForTenants } }

    /// The receivers of the list at `key` that can be used; none has the name of another or one that is `taken`.
    func readAll(_ key: String, _ reader: inout ObjectReader, taken: [String] = []) -> [ReceiverSettings] {
        var taken = Set(taken)
        return reader.each(key) { reader in
            guard let receiver = read(&reader) else { return nil }
            guard taken.insert(receiver.name).inserted else {
                reader.note("name", "is the name of another receiver too", fix: "Give each receiver a name of its own.")
                return nil
            }
            return receiver
        } ?? []
    }

    private func read(_ reader: inout ObjectReader) -> ReceiverSettings? {
        let name = readName(&reader)
        let signingSecrets = readSigningSecrets(&reader)
        let sendsResolved = reader.boolean("send_resolved")
        if tenant != nil, reader.has(Kind.template.key) {
            let others = kinds.map(\.key).joined(separator: ", ")
            reader.note(
                Kind.template.key, "is not for a tenant's own receivers", fix: "Use one of \(others), or ask the operator for a route.")
            return nil
        }
        let given = kinds.filter { reader.has($0.key) }
        guard given.count == 1, let kind = given.first else {
            let keys = (given.isEmpty ? kinds : given).map(\.key).joined(separator: ", ")
            reader.noteHere(
                given.isEmpty ? "does not say what it is" : "is more than one thing: \(keys)",
                fix: given.isEmpty ? "Add one of \(keys)." : "Keep one of them, and make receivers of their own of the others.")
            return nil
        }
        guard let what = reader.nested(kind.key, { read(kind, &$0) }) else { return nil }
        if case .alertmanager = kind {
            let reason = "has no meaning for an Alertmanager"
            if !signingSecrets.isEmpty { reader.note("signing_secrets", reason, fix: "Remove them; use credentials or TLS.") }
            if sendsResolved != nil { reader.note("send_resolved", reason, fix: "Remove it; set send_resolved in the Alertmanager.") }
        }
        guard let name else { return nil }
        return ReceiverSettings(
            name: tenant.map { "\($0)/\(name)" } ?? name, kind: what, signingSecrets: signingSecrets, sendsResolved: sendsResolved ?? true)
    }

    private func readName(_ reader: inout ObjectReader) -> String? {
        guard let name = reader.required("name") else { return nil }
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        guard isName, name.utf8.count <= Self.nameLimit else {
            reader.note("name", "is not a name", fix: "Use 1 to \(Self.nameLimit) ASCII letters, digits, _ or -.")
            return nil
        }
        return name
    }

    private func readSigningSecrets(_ reader: inout ObjectReader) -> [Secret] {
        guard let secrets = reader.secrets("signing_secrets") else { return [] }
        for (index, secret) in secrets.enumerated() {
            guard let problem = StandardWebhooks.problem(with: secret) else { continue }
            reader.note(
                "signing_secrets[\(index)]", problem, fix: "Write whsec_ and 24 to 64 random bytes in base64 after it.")
        }
        if secrets.count > 2 {
            reader.note("signing_secrets", "has \(secrets.count) secrets", fix: "Keep two at most: the new one and the one it replaces.")
        }
        return secrets
    }

    private func read(_ kind: Kind, _ reader: inout ObjectReader) -> ReceiverSettings.Kind? {
        switch kind {
        case .webhook: readWebhook(&reader)
        case .alertmanager: EndpointReader().readAll(&reader).map { .alertmanager($0) }
        case .slack: EndpointReader().read(&reader).map { .slack($0) }
        case .microsoftTeams: EndpointReader().read(&reader).map { .microsoftTeams($0) }
        case .discord: EndpointReader().read(&reader).map { .discord($0) }
        case .pagerDuty: readPagerDuty(&reader)
        case .opsgenie: readOpsgenie(&reader)
        case .template: readTemplate(&reader)
        }
    }

    private func readPagerDuty(_ reader: inout ObjectReader) -> ReceiverSettings.Kind? {
        let key = reader.requiredSecret("routing_key")
        guard let endpoint = EndpointReader(defaultURL: PagerDutyBody.defaultURL).read(&reader), let key else { return nil }
        return .pagerDuty(endpoint, routingKey: key)
    }

    private func readOpsgenie(_ reader: inout ObjectReader) -> ReceiverSettings.Kind? {
        let key = reader.requiredSecret("api_key")
        let headers = key.map { [OpsgenieBody.header(apiKey: $0)] } ?? []
        guard let endpoint = EndpointReader(defaultURL: OpsgenieBody.defaultURL, moreHeaders: headers).read(&reader), key != nil else {
            return nil
        }
        return .opsgenie(endpoint)
    }

    private func readWebhook(_ reader: inout ObjectReader) -> ReceiverSettings.Kind? {
        let endpoint = EndpointReader().read(&reader)
        let maxAlerts = reader.integer("max_alerts", in: Self.alertLimits)
        let maxBodySize = reader.size("max_body_size", in: Self.bodySizes)
        return endpoint.map {
            .webhook($0, WebhookSettings(maxAlerts: maxAlerts ?? 0, maxBodySize: maxBodySize ?? WebhookSettings.defaultMaxBodySize))
        }
    }
}
