internal import TenantCore

extension ReceiverEndpoint {
    /// Headers that we write ourselves, or that would change how the request is read.
    private static let reservedNames: Set<String> = [
        "connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "proxy-authorization", "te",
        "trailer", "transfer-encoding", "upgrade", "webhook-id", "webhook-signature", "webhook-timestamp",
    ]
    private static let longestHeader = 8192

    /// Why nothing can be sent to the endpoint, nil when headers and credentials are fine; no secret is quoted.
    var problem: String? {
        var seen: Set<String> = []
        for header in headers {
            if let problem = Self.problem(with: header) { return problem }
            guard seen.insert(header.name.lowercased()).inserted else { return "the header \(header.name) is given twice" }
        }
        switch credentials {
        case nil: return nil
        case _ where seen.contains("authorization"): return "the header Authorization is given and credentials too"
        case .bearer(let token): return Self.problem(withValue: token).map { "the bearer token \($0)" }
        case .basic(let username, let password):
            // RFC 7617: the first colon ends the user's name.
            if username.contains(":") { return "the user name has a colon" }
            if Self.hasControls(username) { return "the user name has a line break or another control character" }
            return password.reveal(Self.hasControls) ? "the password has a line break or another control character" : nil
        }
    }

    /// Why a header of the operator's cannot be sent, nil when it can; its value is not quoted.
    static func problem(with header: Header) -> String? {
        guard !header.name.isEmpty, header.name.utf8.count <= 256, header.name.utf8.allSatisfy(isTokenByte) else {
            return "a header's name is not made of letters, digits and !#$%&'*+-.^_`|~"
        }
        guard !reservedNames.contains(header.name.lowercased()) else { return "the header \(header.name) is set by tenantwatch itself" }
        return problem(withValue: header.value).map { "the value of the header \(header.name) \($0)" }
    }

    private static func problem(withValue value: Secret) -> String? {
        value.reveal { text in
            if text.isEmpty { return "is empty" }
            if text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) { return "has a line break" }
            if hasControls(text) { return "has a control character" }
            if text.hasPrefix(" ") || text.hasSuffix(" ") { return "begins or ends with a space" }
            return text.utf8.count > longestHeader ? "is longer than \(longestHeader) bytes" : nil
        }
    }

    /// Bytes, not characters: Swift takes CR LF for one character that equals neither.
    static func hasControls(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
