/// Turns one JSON object into a tenant by the rules of the platform's tenant setup guide.
struct TenantDecoder {
    /// Intervals and timeouts a tenant may ask for.
    static let cadenceRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(24 * 3600)

    let secretReader: SecretReader
    let dependencies: [String]
    /// Keys that probes read from the tenant's extras; any other extra is a warning.
    let knownExtras: [String]

    /// The tenant, nil when an issue keeps it from being watched, and every issue that was found.
    func decode(_ object: JSONObject, at path: String) -> (tenant: Tenant?, issues: [ConfigurationIssue]) {
        var reader = ObjectReader(object: object, path: path, secretReader: secretReader)
        let id = readID(&reader)
        let name = reader.required("name")
        let mongo = readMongo(&reader)
        let redis = readRedis(&reader)
        let oidc = readOIDC(&reader)
        let frontend = reader.address("frontend_url", reader.string("frontend_url"), fix: "Write a URL like https://app.acme.com.") {
            text throws(AddressProblem) in try WebAddress.parse(text, allowsQuery: true)
        }
        let labels = readLabels(&reader)
        let cadences = readCadences(&reader)
        let extras = reader.unread
        noteUnknown(&reader, extras)
        guard reader.isSound, let id, let name, let mongo, let redis else { return (nil, reader.issues) }
        let tenant = Tenant(
            id: id, name: name, mongo: mongo, redis: redis, oidc: oidc, frontendURL: frontend,
            labels: labels, cadences: cadences, extras: extras, secrets: reader.secrets)
        return (tenant, reader.issues)
    }

    private func readID(_ reader: inout ObjectReader) -> TenantID? {
        guard let text = reader.required("tenant_id") else { return nil }
        if let problem = TenantID.problem(with: text) {
            reader.note("tenant_id", problem, fix: "Use 1 to 63 ASCII letters, digits, _ or -, without _sk_ and without _sk at the end.")
        }
        return TenantID(text)
    }

    private func readMongo(_ reader: inout ObjectReader) -> Tenant.Mongo? {
        let secret = reader.requiredSecret("mongo_uri")
        let database = readDatabase(&reader)
        let files = reader.tlsFiles("mongo_")
        let fix = "Write it like mongodb://user:password@host:27017/?replicaSet=rs0."
        guard
            var address = reader.address(
                "mongo_uri", secret?.reveal { $0 }, fix: fix,
                parse: { text throws(AddressProblem) in try MongoAddress.parse(text) })
        else { return nil }
        reader.remember(address.password)
        for warning in address.warnings {
            reader.note("mongo_uri", warning.text, fix: "See docs/mongo-options.md for what becomes of each option.", severity: .warning)
        }
        var tls = reader.expectTLS("mongo_", files, isUsed: address.usesTLS, fix: "Add tls=true to mongo_uri.")
        for (key, option, path) in [
            ("mongo_ca_file", "tlsCAFile", \TLSSettings.caFile), ("mongo_cert_file", "tlsCertificateKeyFile", \.certificateFile),
        ] {
            guard let inURI = address.options[option.lowercased()] else { continue }
            if let own = files[keyPath: path], own != inURI {
                reader.note(key, "disagrees with \(option) in mongo_uri", fix: "Keep one of the two.")
            }
            tls?[keyPath: path] = inURI
        }
        if address.options["authmechanism"] == "MONGODB-X509" {
            if let file = tls?.certificateFile {
                address = address.showing(certificate: file)
            } else {
                let fix = "Add mongo_cert_file, or tlsCertificateKeyFile in mongo_uri."
                reader.note("mongo_uri", "asks for MONGODB-X509 without a certificate", fix: fix)
            }
        }
        guard let database else { return nil }
        return Tenant.Mongo(address: address, database: database, tls: tls)
    }

    private func readDatabase(_ reader: inout ObjectReader) -> String? {
        guard let database = reader.required("mongo_database") else { return nil }
        let forbidden = "/\\. \"$"
        guard database.utf8.count <= 63, !database.contains(where: { forbidden.contains($0) }) else {
            reader.note("mongo_database", "is not a database name", fix: "Use at most 63 bytes without / \\ . space \" $.")
            return nil
        }
        return database
    }

    private func readOIDC(_ reader: inout ObjectReader) -> Tenant.OIDC? {
        let issuerText = reader.string("oidc_issuer")
        let isConfigured = issuerText != nil
        let reason = "is required once oidc_issuer is given"
        let clientID = isConfigured ? reader.required("oidc_client_id", because: reason) : reader.string("oidc_client_id")
        let clientSecret = isConfigured ? reader.requiredSecret("oidc_client_secret", because: reason) : reader.secret("oidc_client_secret")
        let redirectText = isConfigured ? reader.required("oidc_redirect_url", because: reason) : reader.string("oidc_redirect_url")
        let scopes = reader.string("oidc_scopes") ?? "openid profile email"
        let files = reader.tlsFiles("oidc_")
        let issuer = reader.address(
            "oidc_issuer", issuerText, fix: "Write the issuer exactly as the provider does, like https://host/realms/name."
        ) {
            text throws(AddressProblem) in
            let address = try WebAddress.parse(text)
            guard address.usesTLS || address.isLoopback else { throw AddressProblem("uses http://, which is accepted on loopback only") }
            return address
        }
        let redirect = reader.address(
            "oidc_redirect_url", redirectText, fix: "Write a URL like https://api.example.com/v1/auth/oidc/callback."
        ) {
            text throws(AddressProblem) in try WebAddress.parse(text, allowsQuery: true)
        }
        if !isConfigured, clientID != nil || clientSecret != nil || redirectText != nil {
            reader.note(
                "oidc_issuer", "is missing, although other oidc_ keys are there", fix: "Add oidc_issuer, or remove the other oidc_ keys.",
                severity: .warning)
        }
        _ = reader.expectTLS("oidc_", files, isUsed: issuer?.usesTLS ?? true, fix: "Write the issuer with https://.")
        guard let issuer, let clientID, let clientSecret, let redirect else { return nil }
        return Tenant.OIDC(
            issuer: issuer, clientID: clientID, clientSecret: clientSecret,
            redirectURL: redirect, scopes: scopes, tls: files)
    }
}
