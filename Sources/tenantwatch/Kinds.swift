internal import Alerting
internal import BlockingIO
internal import Checking
internal import MongoProbe
internal import OIDCProbe
internal import RedisProbe
internal import TenantCore

/// The kinds of dependency that are probed. A fourth kind is one more line here.
///
/// - Parameter hangUps: watches the sessions that they keep; nil for commands that ask once.
func allKinds(hangUps: HangUpWatch? = nil) -> [any ProbeKind] {
    [
        MongoProbeKind(hangUps: hangUps),
        RedisProbeKind(hangUps: hangUps),
        OIDCProbeKind(hangUps: hangUps),
    ]
}

extension [any ProbeKind] {
    /// A loader of tenants that knows what these kinds read, and what tenants say about alerts.
    func loader(environment: [String: String]) throws(ConfigurationRejected) -> TenantLoader {
        let kinds = self
        let secretReader = SecretReader(environment: environment)
        return try TenantLoader(
            environment: environment, dependencies: map(\.dependency.rawValue),
            knownExtras: flatMap(\.extraKeys) + [AlertingSettingsReader.tenantKey],
            review: { tenant in
                kinds.flatMap { $0.issues(with: tenant) } + AlertingSettingsReader.receivers(of: tenant, secretReader: secretReader).issues
            })
    }

    /// A lane for each kind: a bulkhead, so that one library's trouble delays no other's checks.
    func lanes() -> [Dependency: BlockingLane] {
        Dictionary(map { ($0.dependency, BlockingLane(name: $0.dependency.rawValue)) }, uniquingKeysWith: { first, _ in first })
    }
}
