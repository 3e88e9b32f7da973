internal import Glibc

/// An operation of the system that did not work, in its own words.
public struct SystemFailure: Error, Sendable, CustomStringConvertible {
    /// What was tried, with the path.
    public var action: String
    /// A value of `errno`.
    public var code: Int32

    /// Takes `errno` as `code`, which must be read before the next call changes it.
    public init(action: String, code: Int32) {
        self.action = action
        self.code = code
    }

    /// Whether another process holds what was to be locked.
    public var isHeldByAnother: Bool { code == EWOULDBLOCK }

    /// For example `open /var/lib/tenantwatch/audit.jsonl: Permission denied`.
    public var description: String { "\(action): \(unsafe String(cString: strerror(code)))" }
}
