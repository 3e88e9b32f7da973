/// The tenants that are watched, and those that cannot be; immutable, made anew by each load.
public struct TenantDirectory: Sendable {
    /// An entry that cannot be watched.
    public struct Rejected: Sendable, Equatable {
        /// Where the entry is, for example `TENANT_CONFIGS[2]`.
        public var path: String
        /// Its id, when it has a valid one.
        public var id: TenantID?
        /// What was found in the entry, warnings too.
        public var issues: [ConfigurationIssue]
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
    private let wantedDefault: TenantID?
    private let positions: [TenantID: Int]

    /// Takes what a load found; a `defaultTenant` that is not watched gives way to the first tenant.
    public init(
        tenants: [Tenant], rejected: [Rejected], issues: [ConfigurationIssue],
        defaultTenant: TenantID?, digest: String, source: String
    ) {
        self.tenants = tenants
        self.rejected = rejected
        self.issues = issues
        wantedDefault = defaultTenant
        let isWatched = tenants.contains { $0.id == defaultTenant }
        self.defaultTenant = isWatched ? defaultTenant : tenants.first?.id
        self.digest = digest
        self.source = source
        let members = IsolationReview().findings(among: tenants).flatMap(\.tenants)
        isolationFindings = Dictionary(members.map { (tenants[$0].id, 1) }, uniquingKeysWith: +)
        positions = Dictionary(tenants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The tenant with this id, if it is watched.
    public subscript(id: TenantID) -> Tenant? {
        positions[id].map { tenants[$0] }
    }

    /// This directory, with rejected entries replaced by their good versions in `previous`.
    ///
    /// A reload must not stop watching a tenant because somebody mistyped its new settings; the entry stays
    /// among the rejected, so that the mistake is seen.
    public func keeping(_ previous: TenantDirectory) -> TenantDirectory {
        let kept = rejected.compactMap { entry in
            entry.id.flatMap { self[$0] == nil ? previous[$0] : nil }
        }
        var seen: Set<TenantID> = []
        return TenantDirectory(
            tenants: tenants + kept.filter { seen.insert($0.id).inserted }, rejected: rejected, issues: issues,
            defaultTenant: wantedDefault, digest: digest, source: source)
    }
}
