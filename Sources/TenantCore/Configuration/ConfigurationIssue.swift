/// One thing that is wrong in the configuration: where, what, and how to correct it. Never holds a secret.
public struct ConfigurationIssue: Error, Sendable, Hashable, CustomStringConvertible {
    /// How much an issue matters.
    public enum Severity: String, Sendable {
        /// It must be corrected: a tenant, a dependency or another part of the configuration is not used as it is written.
        case error
        /// Somebody may have meant something else, or a check cannot do what is asked for.
        case warning
    }

    /// How much it matters.
    public var severity: Severity
    /// The `tenant_id` of the tenant that it is about, as it is written but fit to be shown; nil for none or an unknown one.
    public var tenant: String?
    /// Where it is, for example `TENANT_CONFIGS[2].redis_addr`.
    public var path: String
    /// What is wrong there.
    public var problem: String
    /// What is not done because of it, for example `mongo is not checked`; nil when all is done all the same.
    public var effect: String?
    /// What to do about it.
    public var fix: String

    /// An error, unless told otherwise; `problem` goes on from the path and, like `fix`, quotes no secret.
    public init(
        _ severity: Severity = .error, path: String, problem: String, fix: String, tenant: String? = nil, effect: String? = nil
    ) {
        self.severity = severity
        self.tenant = tenant
        self.path = path
        self.problem = problem
        self.effect = effect
        self.fix = fix
    }

    /// For example `error: tenant acme: TENANT_CONFIGS[2].redis_addr: has no port; redis is not checked. Write it like host:6379.`.
    public var description: String { "\(severity.rawValue): \(words)" }

    /// The same without the severity, for a log that has levels of its own.
    public var words: String { "\(tenant.map { "tenant \($0): " } ?? "")\(path): \(summary). \(fix)" }

    /// What is wrong and what is not done because of it.
    public var summary: String { problem + (effect.map { "; \($0)" } ?? "") }
}

/// The configuration cannot be used at all; carries every issue that was found.
public struct ConfigurationRejected: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found, warnings too; never empty.
    public var issues: [ConfigurationIssue]

    /// Carries issues of which at least one is an error.
    public init(_ issues: [ConfigurationIssue]) {
        self.issues = issues
    }

    /// One issue a line.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
