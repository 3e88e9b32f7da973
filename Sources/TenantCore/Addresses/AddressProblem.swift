/// What is wrong with an address: a phrase that continues "it …" and never quotes the address.
public struct AddressProblem: Error, Hashable, Sendable {
    /// For example `has no port`.
    public var text: String
    /// Whether the address may be right, and only a check cannot do what it asks for.
    public var isUnsupported: Bool
    /// What to do about it; nil where an example of the whole address says that best.
    public var fix: String?

    /// A problem in these words.
    public init(_ text: String, isUnsupported: Bool = false, fix: String? = nil) {
        self.text = text
        self.isUnsupported = isUnsupported
        self.fix = fix ?? (isUnsupported ? Self.leave : nil)
    }

    /// What is said of an address that may be right.
    private static let leave = "Nothing is to be corrected if the platform takes it: only the check is missing."

    /// A space at an end, which belongs to no address.
    static func outerSpace(in text: some StringProtocol) -> AddressProblem? {
        text.hasPrefix(" ") || text.hasSuffix(" ") ? AddressProblem("has a space at its start or end", fix: "Remove the space.") : nil
    }

    /// A character that we and a C library could see in different places.
    static let notASCII = AddressProblem(
        "has a character that must be percent-encoded, or in a host be written in Punycode (xn--…): not all is printable ASCII")

    /// A character in the login that ends it for a parser.
    static let unencodedLogin = AddressProblem(
        "has a character in its user name or password that must be percent-encoded (@ as %40, : as %3A, / as %2F, ? as %3F, "
            + "# as %23, % as %25)")

    /// Several problems as one, of which the first few are named.
    init(_ problems: [AddressProblem]) {
        let named = problems.prefix(5).map(\.text)
        let more = problems.count - named.count
        text = (named + (more > 0 ? ["and has \(more) more problems"] : [])).joined(separator: "; ")
        isUnsupported = problems.allSatisfy(\.isUnsupported)
        // One that holds for a part alone would lead to the next error.
        fix = Set(problems.map(\.fix)).count == 1 ? problems.first?.fix : nil
    }

    /// What `read` finds; its problem, if it has one, is added to `problems`.
    static func collecting<Value>(in problems: inout [AddressProblem], _ read: () throws(AddressProblem) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            if !problems.contains(error) { problems.append(error) }
            return nil
        }
    }
}
