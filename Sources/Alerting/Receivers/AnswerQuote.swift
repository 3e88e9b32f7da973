internal import TenantCore
internal import Transport

/// Quotes what a receiver answered, on one line and without the secrets that it was sent.
struct AnswerQuote: Sendable {
    /// How many bytes of an answer are read, and how many characters of it are shown.
    static let limit = 256
    /// A part of a URL's path that is shorter is a word, not a token.
    private static let shortestToken = 16

    private let secrets: [Secret]
    private let scrubber: Scrubber

    /// - Parameter others: secrets that are sent, but are not the endpoint's.
    init(endpoint: ReceiverEndpoint, others: [Secret]) {
        secrets = (Self.secrets(of: endpoint) + others).filter { !$0.isEmpty }
        scrubber = Scrubber(secrets: secrets)
    }

    /// ` : ` and the answer, or nothing when it is empty.
    func text(_ response: HTTPResponse) -> String {
        let body = response.isTruncated ? withoutBrokenSecret(response.body) : response.body[...]
        let text = scrubber.scrub(String(decoding: body, as: UTF8.self), limit: Self.limit)
        let words = text.split(separator: " ").joined(separator: " ")
        return words.isEmpty ? "" : ": \(words)"
    }

    /// A cut answer may end within a secret, whose beginning the scrubber would not know.
    private func withoutBrokenSecret(_ body: [UInt8]) -> ArraySlice<UInt8> {
        let broken = secrets.map { secret in
            secret.reveal { text in
                let bytes = Array(text.utf8)
                return (1..<max(bytes.count, 2)).last { $0 <= body.count && body.suffix($0).elementsEqual(bytes.prefix($0)) } ?? 0
            }
        }
        return body.dropLast(broken.max() ?? 0)
    }

    /// Credentials, header values, the URL, its path, and whatever in it looks like a token: servers quote paths.
    private static func secrets(of endpoint: ReceiverEndpoint) -> [Secret] {
        var secrets = endpoint.headers.map(\.value) + [endpoint.url]
        switch endpoint.credentials {
        case nil: break
        case .bearer(let token): secrets.append(token)
        case .basic(let username, let password):
            secrets += [password, EndpointClient.basicToken(username: username, password: password)]
        }
        endpoint.url.reveal { url in
            let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
            let target = rest.drop { $0 != "/" && $0 != "?" }
            let parts = [target, target.prefix { $0 != "?" }] + target.split { "/?&=".contains($0) }
            secrets += parts.filter { $0.utf8.count >= shortestToken }.map { Secret(String($0)) }
        }
        return secrets
    }
}
