internal import Crypto
internal import FoundationEssentials
internal import TenantCore

/// Signs what is sent, as https://www.standardwebhooks.com says, version 1.
struct StandardWebhooks: Sendable {
    private static let prefix = "whsec_"
    private static let allowedSizes = 24...64

    /// One, or two while one replaces the other.
    let secrets: [Secret]

    /// The headers that prove who sent `body` and when; none without secrets.
    ///
    /// - Parameters:
    ///   - id: the same on each retry, so that the receiver can tell a repetition.
    ///   - now: of this attempt, so that an old request cannot be sent again.
    func headers(id: String, at now: Date, body: [UInt8]) -> [String] {
        let keys = secrets.compactMap(Self.key)
        guard !keys.isEmpty else { return [] }
        let timestamp = String(Int(now.timeIntervalSince1970.rounded(.down)))
        let message = Array("\(id).\(timestamp).".utf8) + body
        let signatures = keys.map { key in
            "v1," + Data(HMAC<SHA256>.authenticationCode(for: message, using: key)).base64EncodedString()
        }
        return ["webhook-id: \(id)", "webhook-timestamp: \(timestamp)", "webhook-signature: \(signatures.joined(separator: " "))"]
    }

    /// Why nothing can be signed with `secret`, nil when it is fine; the secret is not quoted.
    static func problem(with secret: Secret) -> String? {
        guard secret.reveal({ $0.hasPrefix(prefix) }) else { return "does not start with \(prefix)" }
        guard let count = bytes(of: secret)?.count else { return "is not base64 after \(prefix)" }
        guard allowedSizes.contains(count) else {
            return "holds \(count) bytes, not \(allowedSizes.lowerBound) to \(allowedSizes.upperBound)"
        }
        return nil
    }

    private static func key(of secret: Secret) -> SymmetricKey? {
        problem(with: secret) == nil ? bytes(of: secret).map { SymmetricKey(data: $0) } : nil
    }

    private static func bytes(of secret: Secret) -> Data? {
        secret.reveal { Data(base64Encoded: String($0.dropFirst(prefix.count))) }
    }
}
