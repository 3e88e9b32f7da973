/// One tenant of the platform with everything that is needed to reach its dependencies.
public struct Tenant: Sendable, Equatable {
    /// Where a tenant's MongoDB database is.
    public struct Mongo: Sendable, Hashable {
        public var address: MongoAddress
        /// The tenant's own database on that server.
        public var database: String
        /// PEM file with the authorities to trust instead of the system's.
        public var caFile: String?
    }

    /// Where a tenant's Redis database is.
    public struct Redis: Sendable, Hashable {
        public var endpoint: HostPort
        /// The tenant's own database number, 0 to 15.
        public var index: Int
        /// The ACL user; nil is Redis' `default` user.
        public var username: String?
        public var password: Secret?
        public var usesTLS: Bool
        /// PEM file with the authorities to trust instead of the system's.
        public var caFile: String?
    }

    /// Where a tenant's users log in.
    public struct OIDC: Sendable, Hashable {
        /// Compared byte for byte with what the provider says of itself.
        public var issuer: WebAddress
        public var clientID: String
        public var clientSecret: Secret
        public var redirectURL: WebAddress
        /// Separated by spaces; `openid profile email` unless configured.
        public var scopes: String
        /// PEM file with the authorities to trust instead of the system's.
        public var caFile: String?
    }

    /// How often a dependency is checked, where the tenant differs from the settings.
    public struct Cadence: Sendable, Hashable {
        public var interval: Duration?
        public var timeout: Duration?
    }

    public var id: TenantID
    /// For people: any text without control characters.
    public var name: String
    public var mongo: Mongo
    public var redis: Redis
    /// Nil for a tenant without single sign-on.
    public var oidc: OIDC?
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
        public var name: String
        public var value: String
    }
}

extension Tenant: CustomReflectable {
    /// Without the extras: an unknown key may be a misspelt secret.
    public var customMirror: Mirror {
        Mirror(self, children: ["id": id, "name": name, "mongo": mongo, "redis": redis, "oidc": oidc as Any], displayStyle: .struct)
    }
}
