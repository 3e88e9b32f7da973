/// Turns one JSON object into a tenant by the rules of the platform's tenant setup guide.
struct TenantDecoder {
    /// Intervals and timeouts a tenant may ask for.
    static let cadenceRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(24 * 3600)

    let secretReader: SecretReader
    let dependencies: [String]
    /// Keys that probes read from the tenant's extras; any other extra is a warning.
    let knownExtras: [String]

    /// What was read from an object.
    struct Decoded {
        /// Nil when the tenant cannot be watched at all.
        var tenant: Tenant?
        var issues: [ConfigurationIssue]
        /// Whether the platform itself would refuse the tenant.
        var breaksGuide: Bool
    }

    /// Reads everything, whatever is wrong, so that all issues are found at once.
    func decode(_ object: JSONObject, at path: String) -> Decoded {
        var reader = ObjectReader(object: object, path: path, secretReader: secretReader)
        var notChecked: [Tenant.NotChecked] = []
        let id = readID(&reader)
        let name = readName(&reader)
        let mongo = read("mongo", &reader, &notChecked, readMongo)
        let redis = read("redis", &reader, &notChecked, readRedis)
        let oidc = readOIDC(&reader, &notChecked)
        let frontend = readFrontend(&reader)
        let labels = readLabels(&reader)
        let cadences = readCadences(&reader)
        let extras = reader.unread
        noteUnknown(&reader, extras)
        let breaksGuide = !GuideRules.areKept(by: object)
        guard !breaksGuide, let id, let name else {
            return Decoded(tenant: nil, issues: reader.issues, breaksGuide: breaksGuide)
        }
        let tenant = Tenant(
            id: id, name: name, mongo: mongo, redis: redis, oidc: oidc, notChecked: notChecked, frontendURL: frontend,
            labels: labels, cadences: cadences, extras: extras, secrets: reader.secrets)
        return Decoded(tenant: tenant, issues: reader.issues, breaksGuide: false)
    }

    /// What `read` makes of a dependency; nil, with a note, when anything keeps it from being checked.
    func read<Value>(
        _ dependency: String, _ reader: inout ObjectReader, _ notChecked: inout [Tenant.NotChecked],
        _ read: (inout ObjectReader) -> Value?
    ) -> Value? {
        let (known, errors) = (reader.issues.count, reader.errorCount)
        let value = read(&reader)
        guard value == nil || reader.errorCount > errors else { return value }
        let new = reader.issues.indices.dropFirst(known)
        guard let index = new.first(where: { reader.issues[$0].severity == .error }) ?? new.last else { return nil }
        reader.issues[index].effect = "\(dependency) is not checked"
        notChecked.append(Tenant.NotChecked(dependency: dependency, issue: reader.issues[index]))
        return nil
    }

    private func readID(_ reader: inout ObjectReader) -> TenantID? {
        guard let text = reader.required("tenant_id") else { return nil }
        if let problem = TenantID.problem(with: text) {
            let shape = Placeholder.shape(in: text, as: .address)
            reader.note(
                "tenant_id", shape.map { "still has a placeholder (\($0))" } ?? problem,
                fix: "Use 1 to 63 ASCII letters, digits, _ or -, without _sk_ and without _sk at the end.")
        }
        return TenantID(text)
    }

    /// A name that is fit to be shown, whatever is wrong with it.
    private func readName(_ reader: inout ObjectReader) -> String? {
        if let name = reader.require("name", { $0.filled("name", as: .prose) }) { return name }
        return reader.object["name"]?.text.map { Scrubber().scrub($0) }
    }

    /// The URL is shown and never asked, so that nothing wrong with it is more than a warning.
    private func readFrontend(_ reader: inout ObjectReader) -> WebAddress? {
        guard let value = reader.value("frontend_url") else { return nil }
        let fix = "Write a URL like https://app.acme.com."
        guard let text = value.text else {
            reader.note("frontend_url", "is \(value.kind), not a string, and is not shown", fix: fix, severity: .warning)
            return nil
        }
        if let shape = Placeholder.shape(in: text, as: .address) {
            reader.note("frontend_url", "still has a placeholder (\(shape))", fix: "Put the real URL there.")
            return nil
        }
        do throws(AddressProblem) {
            return try WebAddress.parse(text, allowsQuery: true)
        } catch {
            reader.note("frontend_url", "\(error.text), and is not shown", fix: fix, severity: .warning)
            return nil
        }
    }
}
