/// The tenants that are watched, and those that cannot be; immutable, made anew by each load.
public struct TenantDirectory: Sendable {
    /// An entry that cannot be watched.
    public struct Rejected: Sendable, Equatable {
        /// Where the entry is, for example `TENANT_CONFIGS[2]`.
        public var path: String
        /// Its id, when it has a valid one.
        public var id: TenantID?
        /// Its id as it is written, fit to be shown; nil when none can be known.
        public var name: String?
        /// What was found in the entry, warnings too.
        public var issues: [ConfigurationIssue]
        /// Whether the platform itself would refuse it, by the rules of the tenant setup guide.
        public var breaksGuide: Bool

        /// An entry with what was found in it.
        public init(path: String, id: TenantID?, name: String? = nil, issues: [ConfigurationIssue], breaksGuide: Bool = false) {
            self.path = path
            self.id = id
            self.name = name ?? id?.rawValue
            self.issues = issues
            self.breaksGuide = breaksGuide
        }
    }

    /// The good tenants in the order of the configuration.
    public let tenants: [Tenant]
    /// The bad entries in the order of the configuration.
    public let rejected: [Rejected]
    /// Every issue, warnings too, in the order of the configuration.
    public let issues: [ConfigurationIssue]
    /// `DEFAULT_TENANT_ID`, else the first tenant; for display and commands, never to resolve a request.
    public let defaultTenant: TenantID?
    /// SHA-256 over the source, secrets included, in hexadecimal: two equal digests mean an equal configuration.
    public let digest: String
    /// Where the tenants come from, for example `TENANT_CONFIGS` or a path.
    public let source: String
    /// How many findings there are about what each tenant shares with others; those without any are left out.
    public let isolationFindings: [TenantID: Int]
    /// The configured default, which an entry that is kept may still bear.
    let wantedDefault: TenantID?
    /// Which file or variable each tenant was read from.
    let origins: [TenantID: String]
    /// The files that hold no tenants that can be told apart, with what is wrong with each.
    let unreadable: [String: ConfigurationIssue]
    private let positions: [TenantID: Int]

    /// Takes what a load found; a `defaultTenant` that is not watched gives way to the first tenant.
    public init(
        tenants: [Tenant], rejected: [Rejected], issues: [ConfigurationIssue],
        defaultTenant: TenantID?, digest: String, source: String
    ) {
        self.init(
            tenants: tenants, rejected: rejected, issues: issues, defaultTenant: defaultTenant, digest: digest, source: source,
            origins: [:], unreadable: [:])
    }

    init(
        tenants: [Tenant], rejected: [Rejected], issues: [ConfigurationIssue], defaultTenant: TenantID?, digest: String,
        source: String, origins: [TenantID: String], unreadable: [String: ConfigurationIssue]
    ) {
        self.tenants = tenants
        self.rejected = rejected
        self.issues = issues
        wantedDefault = defaultTenant
        let isWatched = tenants.contains { $0.id == defaultTenant }
        self.defaultTenant = isWatched ? defaultTenant : tenants.first?.id
        self.digest = digest
        self.source = source
        self.origins = origins
        self.unreadable = unreadable
        let members = IsolationReview().findings(among: tenants).flatMap(\.tenants)
        isolationFindings = Dictionary(members.map { (tenants[$0].id, 1) }, uniquingKeysWith: +)
        positions = Dictionary(tenants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The tenant with this id, if it is watched.
    public subscript(id: TenantID) -> Tenant? {
        positions[id].map { tenants[$0] }
    }

    /// The entry that is rejected under this id, as it is written.
    public func rejected(named name: String) -> Rejected? { rejected.first { $0.name == name } }
}
