public import TenantCore

/// What a tenant leans on: `mongo`, `redis`, `oidc`, …; each kind of probe declares its own.
public struct Dependency: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The value of the `dependency` label, in lower case.
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
    public static func < (left: Dependency, right: Dependency) -> Bool { left.rawValue < right.rawValue }
}

/// Whom a check is about: one dependency of one tenant.
public struct Subject: Hashable, Sendable, CustomStringConvertible {
    public var tenant: TenantID
    public var dependency: Dependency

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
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
}
