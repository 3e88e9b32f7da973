internal import Glibc

/// An operation of the system that did not work, in its own words.
public struct SystemFailure: Error, Sendable, CustomStringConvertible {
    /// What was tried, with the path.
    public var action: String
    /// A value of `errno`.
    public var code: Int32

    /// A whole sentence that stands in the place of action and code.
    private var sentence: String?

    /// A failure with a code that a call has returned.
    public init(action: String, code: Int32) {
        self.action = action
        self.code = code
    }

    /// A failure in one sentence, with the code that it comes from.
    public init(_ sentence: String, code: Int32) {
        self.init(action: sentence, code: code)
        self.sentence = sentence
    }

    /// The failure of the call before this one; reads `errno` before the words of `action` are made, which may change it.
    init(errnoOf action: @autoclosure () -> String) {
        let code = errno
        self.init(action: action(), code: code)
    }

    /// Whether nobody reads any more what is written.
    public var isWithoutReader: Bool { code == EPIPE || code == EBADF }
    /// Whether another process holds what was to be locked.
    public var isHeldByAnother: Bool { code == EWOULDBLOCK }

    /// For example `open /var/lib/tenantwatch/audit.jsonl: Permission denied`.
    public var description: String { sentence ?? "\(action): \(reason)" }

    /// The system's own words, for example `Permission denied`.
    public var reason: String { unsafe String(cString: strerror(code)) }
}
