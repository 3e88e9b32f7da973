/// One thing that is wrong in the configuration: where, what, and how to mend it. Never holds a secret.
public struct ConfigurationIssue: Error, Sendable, Hashable, CustomStringConvertible {
    /// How much an issue matters.
    public enum Severity: String, Sendable {
        /// The tenant cannot be watched.
        case error
        /// The tenant is watched, but somebody may have meant something else.
        case warning
    }

    /// Whether it keeps the tenant from being watched.
    public var severity: Severity
    /// Where it is, for example `TENANT_CONFIGS[2].redis_addr`.
    public var path: String
    /// What is wrong there.
    public var problem: String
    /// What to do about it.
    public var fix: String

    /// An error, unless told otherwise; `problem` goes on from the path and, like `fix`, quotes no secret.
    public init(_ severity: Severity = .error, path: String, problem: String, fix: String) {
        self.severity = severity
        self.path = path
        self.problem = problem
        self.fix = fix
    }

    /// For example `error: TENANT_CONFIGS[2].redis_addr: has no port. Write it like host:6379.`.
    public var description: String { "\(severity.rawValue): \(words)" }

    /// The same without the severity, for a log that has levels of its own.
    public var words: String { "\(path): \(problem). \(fix)" }
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
