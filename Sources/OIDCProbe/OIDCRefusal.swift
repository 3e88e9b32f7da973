internal import Checking
internal import Transport

/// What an answer with another HTTP status than 200 means, by its status and by well-known texts in its body.
///
/// The texts are a closed list; nothing of the body is shown but the number of an error of Entra.
struct OIDCRefusal {
    /// The server, for messages.
    let target: String
    let response: HTTPResponse
    /// Whether the tenant has a client certificate.
    let showsCertificate: Bool

    /// How much of a body is looked at; pages of errors say it at their beginning.
    private static let excerpt = 16 * 1024
    /// HTTP statuses that ask to slow down: that of RFC 6585, and those of services that had one before.
    private static let throttling = [420, 429, 430, 529]
    /// Others with which services ask it in words; a page for 404 or 500 may hold such words too.
    private static let throttlingInWords = [400, 403, 503]
    /// The longest body of another kind than JSON and XML in which words count; longer ones are pages for people.
    private static let shortBody = 1024
    /// The longest wait after an answer that counts as a failure, so that enough of them come within minutes.
    private static let longestWait = Duration.seconds(60)

    private struct Text {
        var parts: [String]
        var reason = ProbeFailure.Reason.httpStatus
        var meaning: String
        var remedy: String
    }

    private static let issuerUnknown = "does not know the realm or tenant of oidc_issuer"
    private static let correctPath = "Correct the realm or tenant in the path of oidc_issuer, or create it at the provider."
    private static let objectStore = "answers as an object store that does not hand out the document"

    /// In lower case; the first that fits counts.
    private static let known: [Text] = [
        Text(
            parts: ["aadsts90002", "aadsts90013", "aadsts90014", "aadsts900023", "aadsts900021", "aadsts50059", "aadsts90133"],
            reason: .issuerUnknown, meaning: "does not know the tenant of oidc_issuer (Entra)",
            remedy:
                "Correct the tenant in oidc_issuer: https://login.microsoftonline.com/TENANT_ID/v2.0, as the Entra admin centre shows it."),
        Text(
            parts: ["realm does not exist", "realm not found", "unknown realm", "invalid realm"], reason: .issuerUnknown,
            meaning: issuerUnknown, remedy: correctPath),
        Text(
            parts: ["tenant not found", "unknown tenant", "unable to find tenant", "no such tenant", "tenant does not exist", "e0000007"],
            reason: .issuerUnknown, meaning: issuerUnknown, remedy: correctPath),
        Text(
            parts: ["realm not enabled", "realm is not enabled", "realm is disabled", "realm disabled"],
            meaning: "says that the realm of oidc_issuer is switched off", remedy: "Enable the realm at the provider."),
        Text(
            parts: [
                "plain http request was sent to https port", "client sent an http request to an https server",
                "speaking plain http to an ssl-enabled server port",
            ], reason: .tls, meaning: "expects TLS, and oidc_issuer begins with http://",
            remedy: "Write oidc_issuer with https://, as the provider calls itself."),
        Text(
            parts: ["<code>nosuchkey</code>", "<code>nosuchbucket</code>", "blobnotfound", "resourcenotfound</code>"],
            meaning: objectStore, remedy: "Upload the document to /.well-known/openid-configuration below oidc_issuer, or correct the path."
        ),
        Text(
            parts: ["<code>accessdenied</code>", "<code>allaccessdisabled</code>", "publicaccessnotpermitted"], meaning: objectStore,
            remedy: "Let the bucket's policy allow everybody to read the document; stores also answer so where there is none."),
        Text(
            parts: [
                "default backend - 404", "404 page not found", "no route matched", "application is not available", "no healthy upstream",
            ],
            meaning: "is a proxy that has no provider behind it for this host and path",
            remedy: "Correct host and path of oidc_issuer, or the proxy's routes, and see whether the provider runs."),
        Text(
            parts: ["attention required! | cloudflare", "just a moment...", "error code: 1020", "request blocked", "incapsula incident"],
            meaning: "does not let this machine in: a web application firewall answered",
            remedy: "Let the firewall pass this machine's address, or requests for /.well-known/openid-configuration."),
    ]

    private static let certificates = [
        "no required ssl certificate was sent", "the ssl certificate error", "ssl client certificate required",
        "client certificate is required", "client certificate required",
    ]

    /// The failure.
    var failure: ProbeFailure {
        let body = String(decoding: response.body.prefix(Self.excerpt), as: UTF8.self).lowercased()
        if isThrottled(body) {
            return ProbeFailure(
                .rateLimited, "\(target) asks us to slow down (HTTP \(response.status))",
                remedy: "Raise oidc_interval; this says nothing about the tenant.", isUndecided: true, retryAfter: response.retryAfter)
        }
        if (300..<400).contains(response.status) {
            return ProbeFailure(
                .redirectRefused, "\(target) redirects with HTTP \(response.status), which is not followed",
                remedy:
                    "Serve the document at the issuer without a redirect; if the provider moved, set oidc_issuer to the issuer that the document at the new address names."
            )
        }
        if Self.certificates.contains(where: { body.contains($0) }) { return certificateRefused }
        if let text = Self.known.first(where: { $0.parts.contains { body.contains($0) } }) {
            return ProbeFailure(text.reason, "\(target) \(text.meaning) (HTTP \(response.status))", remedy: text.remedy, retryAfter: wait)
        }
        if response.status == 503, wait != nil {
            return ProbeFailure(
                .httpStatus, "\(target) asks us to come back later (HTTP 503 with Retry-After)",
                remedy:
                    "Read the log of the provider and of the proxy before it: nobody can log in until its maintenance or overload is over.",
                retryAfter: wait)
        }
        let number = Self.entraError(in: body).map { " and \($0)" } ?? ""
        return ProbeFailure(
            .httpStatus, "\(target) answered HTTP \(response.status)\(number) for the discovery document",
            remedy: number.isEmpty ? remedy : "Look the number up at https://login.microsoftonline.com/error, and compare oidc_issuer.",
            retryAfter: wait)
    }

    /// How long to wait after an answer that says that nobody can log in.
    private var wait: Duration? { response.retryAfter.map { min($0, Self.longestWait) } }

    /// Whether the server asks to slow down, which says nothing about its health.
    var isThrottled: Bool {
        isThrottled(String(decoding: response.body.prefix(Self.excerpt), as: UTF8.self).lowercased())
    }

    private func isThrottled(_ body: String) -> Bool {
        if Self.throttling.contains(response.status) { return true }
        let start = body.drop { $0.isWhitespace }
        let isForMachines = ["{", "<?xml", "<error"].contains { start.hasPrefix($0) }
        guard Self.throttlingInWords.contains(response.status), isForMachines || response.body.count <= Self.shortBody else { return false }
        return [
            "<code>slowdown</code>", "throttlingexception", "toomanyrequests", "too many requests", "rate limit exceeded",
            "rate_limit_exceeded", "error code: 1015", "e0000047",
        ].contains { body.contains($0) }
    }

    private var certificateRefused: ProbeFailure {
        showsCertificate
            ? ProbeFailure(
                .clientCertificate, "\(target) does not accept this tenant's client certificate (HTTP \(response.status))",
                remedy: "Have the certificate in oidc_cert_file signed by an authority that the server trusts, and renew it in time.",
                scope: .trust)
            : ProbeFailure(
                .clientCertificate, "\(target) asks for a client certificate, and this tenant has none (HTTP \(response.status))",
                remedy: "Give this tenant a certificate that the server's authority has signed: oidc_cert_file and oidc_key_file.",
                scope: .trust)
    }

    /// The number of an error of Entra, which holds nothing but digits.
    private static func entraError(in body: String) -> String? {
        guard let start = body.firstRange(of: "aadsts")?.upperBound else { return nil }
        let digits = body[start...].prefix { ("0"..."9").contains($0) }
        return (4...8).contains(digits.count) ? "AADSTS\(digits)" : nil
    }

    private var remedy: String {
        switch response.status {
        case 400: "Compare oidc_issuer with what the provider documents, and read its log, or that of the proxy before it."
        case 401, 403: "Make the document public: see what asks for a login, or does not let this machine in."
        case 404, 410: "Check the path of oidc_issuer: a realm or tenant may be misspelt or gone."
        case 406, 415: "Let the provider answer the document to any client: it refuses each Accept that clients of OIDC send."
        case 407, 511: "A proxy or portal of this network answers in the provider's place: let this machine's requests pass."
        case 502...504, 520...530:
            "Read the log of the provider and of the proxy before it: one of them is down or overloaded."
        default: "Read the provider's log."
        }
    }
}
