public import TenantCore

/// What a tenant leans on: `mongo`, `redis`, `oidc`, …; each kind of probe declares its own.
public struct Dependency: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The value of the `dependency` label, in lower case.
    public let rawValue: String
    /// Takes the text as it is; each kind of probe declares its own.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The name alone.
    public var description: String { rawValue }
    /// By name, so that pages and metrics keep their order.
    public static func < (left: Dependency, right: Dependency) -> Bool { left.rawValue < right.rawValue }
}

/// Whom a check is about: one dependency of one tenant.
public struct Subject: Hashable, Sendable, CustomStringConvertible {
    /// Who leans on the dependency.
    public var tenant: TenantID
    /// Which of the tenant's dependencies it is.
    public var dependency: Dependency

    /// This dependency of this tenant, whether or not it is watched.
    public init(tenant: TenantID, dependency: Dependency) {
        self.tenant = tenant
        self.dependency = dependency
    }

    /// `acme_corp/redis`.
    public var description: String { "\(tenant)/\(dependency)" }
}

/// A server, replica set or issuer host, keyed by its endpoint and never by credentials.
///
/// Many tenants may share one; failures to reach it are shared among them.
public struct Backend: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The value of the `backend` label, for example `10.0.0.5:6379`.
    public let rawValue: String
    /// Takes the endpoint as it is; it must hold no credentials.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The endpoint alone.
    public var description: String { rawValue }
}
