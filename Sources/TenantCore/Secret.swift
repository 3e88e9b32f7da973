/// A text that must not be shown: a password, a client secret, a URL with credentials in it.
///
/// It prints as `<redacted>` in every way Swift knows, and is opened in one searchable way, `reveal`.
public struct Secret: Sendable, Hashable {
    /// What stands in a secret's place wherever one would be shown.
    public static let placeholder = "<redacted>"

    private let value: String

    /// Wraps `value` as it is read.
    public init(_ value: String) {
        self.value = value
    }

    /// True when there is nothing to hide.
    public var isEmpty: Bool { value.isEmpty }

    /// In bytes.
    var length: Int { value.utf8.count }

    /// Hands the bare text to `body`, which must not keep it longer than it needs.
    public func reveal<Answer, Failure: Error>(_ body: (String) throws(Failure) -> Answer) throws(Failure) -> Answer {
        try body(value)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<redacted>`.
    public var description: String { Self.placeholder }
    /// `<redacted>`.
    public var debugDescription: String { Self.placeholder }
    /// Without children: `dump` shows no more than `print`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
