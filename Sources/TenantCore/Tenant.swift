/// One tenant of the platform with everything that is needed to reach its dependencies.
public struct Tenant: Sendable, Equatable {
    /// Where a tenant's MongoDB database is.
    public struct Mongo: Sendable, Hashable {
        /// The server or replica set, and the login.
        public var address: MongoAddress
        /// The tenant's own database on that server.
        public var database: String
        /// Nil connects in clear.
        public var tls: TLSSettings?
    }

    /// Where a tenant's Redis database is.
    public struct Redis: Sendable, Hashable {
        /// The server, without the login.
        public var endpoint: HostPort
        /// The tenant's own database number, 0 to 15.
        public var index: Int
        /// The ACL user; nil is Redis' `default` user.
        public var username: String?
        /// Nil where the server wants no login.
        public var password: Secret?
        /// Nil connects in clear, as is done unless the configuration asks for TLS.
        public var tls: TLSSettings?
    }

    /// Where a tenant's users log in.
    public struct OIDC: Sendable, Hashable {
        /// Compared byte for byte with what the provider says of itself.
        public var issuer: WebAddress
        /// The platform's name at the provider; no check needs it.
        public var clientID: String
        /// The platform's secret at the provider; no check sends it, so that nil, where it cannot be read, spoils none.
        public var clientSecret: Secret?
        /// Where the provider sends users back to; no check asks it, so that nil, where it is malformed, spoils none.
        public var redirectURL: WebAddress?
        /// Separated by spaces; `openid profile email` unless configured.
        public var scopes: String
        /// Matters for an `https://` issuer alone.
        public var tls: TLSSettings
    }

    /// How often a dependency is checked, where the tenant differs from the settings.
    public struct Cadence: Sendable, Hashable {
        /// Between the starts of two turns; nil takes the settings' interval.
        public var interval: Duration?
        /// From the moment a thread takes the check; nil takes the settings' timeout.
        public var timeout: Duration?
    }

    /// A dependency that is configured and that no check can ask.
    public struct NotChecked: Sendable, Equatable {
        /// The value of the `dependency` label.
        public var dependency: String
        /// Why; an error when the configuration must be corrected.
        public var issue: ConfigurationIssue
    }

    /// Unique in the configuration.
    public var id: TenantID
    /// For people: any text without control characters.
    public var name: String
    /// The tenant's MongoDB database; nil when it is not checked.
    public var mongo: Mongo?
    /// The tenant's Redis database; nil when it is not checked.
    public var redis: Redis?
    /// Nil for a tenant without single sign-on, and when it is not checked.
    public var oidc: OIDC?
    /// The dependencies that are configured and not checked, each once.
    public var notChecked: [NotChecked]
    /// Where the tenant's users go; shown in the info metric and never asked.
    public var frontendURL: WebAddress?
    /// Copied to the tenant's info metric and to its alerts, at most 16, sorted by name.
    public var labels: [Label]
    /// By the name of a dependency, for example `redis`.
    public var cadences: [String: Cadence]
    /// Keys that the core does not know, for probes that read settings of their own.
    public var extras: JSONObject
    /// Every secret of this tenant, for a `Scrubber`.
    public var secrets: [Secret]

    /// A name and a value that the operator attached to a tenant.
    public struct Label: Sendable, Hashable {
        /// A Prometheus label name that Tenantwatch does not use itself, at most 64 bytes long.
        public var name: String
        /// At most 128 bytes, without control characters.
        public var value: String
    }
}

extension Tenant {
    /// Whether a dependency is configured and not checked.
    public func leavesUnchecked(_ dependency: String) -> Bool { notChecked.contains { $0.dependency == dependency } }

    /// Notes that a dependency is not checked; of several issues the first counts.
    mutating func leaveUnchecked(_ dependency: String, because issue: ConfigurationIssue) {
        if !leavesUnchecked(dependency) { notChecked.append(NotChecked(dependency: dependency, issue: issue)) }
    }

    /// This tenant with what `old` says of each dependency that a mistake has made unreadable.
    ///
    /// - Returns: the tenant, and the issues whose dependencies are checked as before.
    func keepingDependencies(of old: Tenant) -> (tenant: Tenant, kept: [ConfigurationIssue]) {
        var tenant = self
        var kept: [ConfigurationIssue] = []
        for entry in notChecked where entry.issue.severity == .error && !old.leavesUnchecked(entry.dependency) {
            switch entry.dependency {
            case "mongo" where old.mongo != nil: tenant.mongo = old.mongo
            case "redis" where old.redis != nil: tenant.redis = old.redis
            case "oidc" where old.oidc != nil: tenant.oidc = old.oidc
            default: continue
            }
            tenant.notChecked.removeAll { $0 == entry }
            tenant.secrets += old.secrets.filter { !tenant.secrets.contains($0) }
            kept.append(entry.issue)
        }
        return (tenant, kept)
    }
}

extension Tenant: CustomReflectable {
    /// Without the extras: an unknown key may be a misspelt secret.
    public var customMirror: Mirror {
        Mirror(
            self, children: ["id": id, "name": name, "mongo": mongo as Any, "redis": redis as Any, "oidc": oidc as Any],
            displayStyle: .struct)
    }
}
