public import BlockingIO
public import Checking
public import TenantCore
internal import Transport

/// What tells the connections to one host from those to another; realms of one host share them.
struct OIDCIdentity: Hashable, Sendable {
    var endpoint: HostPort
    var tls: TLSSettings
}

/// How a tenant's `oidc_` settings become checks.
public struct OIDCProbeKind: ProbeKind {
    static let discovery = CheckName(rawValue: "oidc_discovery")
    /// Four thousand tenants may share one issuer's host, which owes us nothing.
    static let courtesy = Duration.seconds(1)

    private let pools: SessionPools<OIDCIdentity, HTTPSession>

    /// A kind without sessions; one serves all tenants, so that issuers of one host share theirs.
    ///
    /// - Parameter hangUps: watches sessions that wait for their next check; nil leaves a hang-up to that check.
    public init(hangUps: HangUpWatch? = nil) {
        pools = SessionPools(hangUps: hangUps)
    }

    /// `oidc`.
    public let dependency = Dependency(rawValue: "oidc")
    /// One check, `oidc_discovery`, with the reasons of a connection and those of a discovery document.
    public var catalogue: [CheckName: [ProbeFailure.Reason]] { [Self.discovery: ProbeFailure.Reason.oidc] }

    /// How many sessions all tenants together have open.
    public var openSessions: Int { pools.openCount }

    /// One check, or none for a tenant without single sign-on; a host is asked once a second at most, unless it is loopback.
    public func checks(for tenant: Tenant, cadence: Cadence) -> [Check] {
        guard let oidc = tenant.oidc else { return [] }
        let identity = OIDCIdentity(endpoint: oidc.issuer.endpoint, tls: oidc.tls)
        let backend = Backend(rawValue: oidc.issuer.endpoint.description)
        let probe = OIDCDiscovery(issuer: oidc.issuer, tls: identity.tls, pool: pools.pool(of: identity, at: backend))
        return [
            Check(
                id: CheckID(subject: Subject(tenant: tenant.id, dependency: dependency), name: Self.discovery),
                backend: backend, interval: cadence.interval, timeout: cadence.timeout,
                spacing: oidc.issuer.isLoopback ? .zero : Self.courtesy, trust: oidc.tls.description,
                settings: Secret("\(oidc.issuer.url)\n\(oidc.tls)"), probe: probe)
        ]
    }
}
