public import BlockingIO
public import Checking
public import TenantCore
internal import Transport

/// What tells the connections to one host from those to another; realms of one host share them.
struct OIDCIdentity: Hashable, Sendable {
    var endpoint: HostPort
    var tls: TLSSettings
}

/// Asks an issuer for its discovery document.
struct OIDCDiscovery: Probe {
    /// The largest document that is read; honest ones have a few KB.
    static let sizeLimit = 256 * 1024

    let issuer: WebAddress
    let tls: TLSSettings
    let pool: SessionPool<HTTPSession>

    /// Section 4.1 of the specification: a final slash of the issuer is left out before the path is added.
    var url: String {
        (issuer.url.hasSuffix("/") ? String(issuer.url.dropLast()) : issuer.url) + "/.well-known/openid-configuration"
    }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        let target = issuer.endpoint.description
        let request = HTTPRequest(
            url: Secret(url), target: target, headers: ["Accept: application/json"], tls: tls, bodyLimit: Self.sizeLimit)
        let response = try pool.use(before: deadline) { () throws(ProbeFailure) in
            try HTTPSession.open()
        } _: { session throws(ProbeFailure) in
            try session.exchange(request, before: deadline)
        }
        do throws(ProbeFailure) {
            try judgeStatus(response, of: target)
            let findings = try DiscoveryDocument(issuer: issuer, target: target).judge(response.body)
            return Reading(phases: response.phases, findings: findings)
        } catch {
            var failure = error
            failure.phases = response.phases
            throw failure
        }
    }

    private func remedy(for status: Int) -> String {
        switch status {
        case 400: "Read the log of the provider, or of the proxy before it: it may ask for a client certificate."
        case 401, 403: "Make the document public: see what asks for a login, or does not let this machine in."
        case 404: "Check the path of oidc_issuer: a realm or tenant may be misspelt or gone."
        case 502...504: "Read the log of the provider and of the proxy before it: one of them is down or overloaded."
        default: "Read the provider's log."
        }
    }

    private func judgeStatus(_ response: HTTPResponse, of target: String) throws(ProbeFailure) {
        switch response.status {
        case 200: break
        case 300..<400:
            throw ProbeFailure(
                .redirectRefused, "\(target) redirects with HTTP \(response.status), which is not followed",
                remedy: "Set oidc_issuer to the address that it redirects to, or serve the document at the issuer.")
        case 429:
            throw ProbeFailure(
                .rateLimited, "\(target) asks us to slow down (HTTP 429)",
                remedy: "Raise oidc_interval; this says nothing about the tenant.", isUndecided: true)
        default:
            throw ProbeFailure(
                .httpStatus, "\(target) answered HTTP \(response.status) for the discovery document",
                remedy: remedy(for: response.status))
        }
        guard !response.isTruncated else {
            throw ProbeFailure(
                .tooLarge, "\(target) answered more than 256 KB, or more than 32 KB of headers",
                remedy: "See what answers at the issuer's /.well-known/openid-configuration.")
        }
    }
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
