internal import TenantCore

/// Reads receivers, of the settings or of one tenant.
struct ReceiverReader {
    /// What a receiver understands, by the key under which the settings say so.
    enum Kind: CaseIterable {
        case webhook, alertmanager, template
        case preset(TemplatePreset)

        static let allCases = [webhook, alertmanager] + TemplatePreset.allCases.map { preset($0) } + [template]

        var key: String {
            switch self {
            case .webhook: "webhook"
            case .alertmanager: "alertmanager"
            case .template: "template"
            case .preset(let preset): preset.name.replacing("-", with: "_")
            }
        }
    }

    private static let nameLimit = 63

    /// Nil for the settings.
    var tenant: TenantID?

    /// What a receiver may be; a tenant does not push to the operator's Alertmanagers.
    private var kinds: [Kind] {
        Kind.allCases.filter { kind in
            if case .alertmanager = kind { tenant == nil } else { true }
        }
    }

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
        case .webhook: EndpointReader().read(&reader).map { .webhook($0) }
        case .alertmanager: EndpointReader().readAll(&reader).map { .alertmanager($0) }
        case .template: readTemplate(&reader)
        case .preset(let preset): readPreset(preset, &reader)
        }
    }

    private func readPreset(_ preset: TemplatePreset, _ reader: inout ObjectReader) -> ReceiverSettings.Kind? {
        var parameters: [String: Secret] = [:]
        var isComplete = true
        for name in preset.requiredParameters {
            parameters[name] = reader.requiredSecret(name)
            isComplete = isComplete && parameters[name] != nil
        }
        let endpoint = EndpointReader(
            defaultURL: preset.defaultURL, moreHeaders: preset.headers(parameters: parameters)
        ).read(&reader)
        guard isComplete, let endpoint else { return nil }
        return .template(endpoint, preset.settings(parameters: parameters))
    }
}
