internal import Checking
internal import FoundationEssentials
internal import TenantCore
internal import Transport

/// Posts to one endpoint and says what the answer means; blocks its thread until its deadline at most.
struct EndpointClient: Sendable {
    private static let deadline = Duration.seconds(15)
    /// How long a receiver is left alone that asks for less and does not say for how long.
    private static let pauseWhenThrottled = Duration.seconds(60)

    let endpoint: ReceiverEndpoint
    private let quote: AnswerQuote

    /// - Parameter others: secrets that bodies or headers hold, to be kept out of problems.
    init(_ endpoint: ReceiverEndpoint, others: [Secret] = []) {
        self.endpoint = endpoint
        quote = AnswerQuote(endpoint: endpoint, others: others)
    }

    /// Posts `body` over a connection of its own.
    ///
    /// - Parameters:
    ///   - suffix: follows the path of the endpoint's URL, and begins with `/`.
    ///   - headers: lines of the form `Name: value`, beside those of the endpoint.
    func post(_ body: [UInt8], contentType: String, suffix: String = "", headers: [String] = []) -> DeliveryOutcome {
        exchange(body, contentType: contentType, suffix: suffix, headers: headers).outcome
    }

    /// The same, and whether the receiver found the body too large (HTTP 413).
    func exchange(
        _ body: [UInt8], contentType: String, suffix: String = "", headers: [String] = []
    ) -> (outcome: DeliveryOutcome, isTooLarge: Bool) {
        // Both are settled when the settings are read; nothing may depend on that.
        if let problem = endpoint.problem { return (unusable(problem), false) }
        let lines = ["Content-Type: \(contentType)", "Expect:"] + ownHeaders + headers
        guard !lines.contains(where: ReceiverEndpoint.hasControls), !ReceiverEndpoint.hasControls(suffix) else {
            return (unusable("a header or the URL has a control character"), false)
        }
        let request = HTTPRequest(
            url: url(with: suffix), target: endpoint.host, body: body, headers: lines, tls: endpoint.tls, bodyLimit: AnswerQuote.limit)
        do throws(ProbeFailure) {
            var session = try HTTPSession.open()
            let response = try session.exchange(request, before: .now + Self.deadline)
            return (outcome(of: response), response.status == 413)
        } catch {
            return (Self.outcome(of: error), false)
        }
    }

    /// What `Authorization: Basic` is followed by.
    static func basicToken(username: String, password: Secret) -> Secret {
        password.reveal { Secret(Data("\(username):\($0)".utf8).base64EncodedString()) }
    }

    private var ownHeaders: [String] {
        let given = endpoint.headers.map { header in header.value.reveal { "\(header.name): \($0)" } }
        switch endpoint.credentials {
        case nil: return given
        case .bearer(let token): return given + [token.reveal { "Authorization: Bearer \($0)" }]
        case .basic(let username, let password):
            return given + [Self.basicToken(username: username, password: password).reveal { "Authorization: Basic \($0)" }]
        }
    }

    /// The URL with more of a path; the query stays at the end.
    private func url(with suffix: String) -> Secret {
        guard !suffix.isEmpty else { return endpoint.url }
        return endpoint.url.reveal { url in
            let path = url.prefix { $0 != "?" }
            let query = url.dropFirst(path.count + 1)
            let base = path.hasSuffix("/") ? path.dropLast() : path
            return Secret(base + suffix + (query.isEmpty ? "" : (suffix.contains("?") ? "&" : "?") + query))
        }
    }

    /// A receiver that was connected to and does not answer, or hangs up, may stumble over this body alone.
    static func outcome(of failure: ProbeFailure) -> DeliveryOutcome {
        let isConnected = failure.scope == .subject && [.timeout, .disconnected, .garbage].contains(failure.reason)
        return isConnected
            ? .failed(problem: failure.detail, retryAfter: nil, isReceiverWide: true) : .unreachable(problem: failure.detail)
    }

    private func outcome(of response: HTTPResponse) -> DeliveryOutcome {
        let answer = "\(endpoint.host) answered HTTP \(response.status)\(quote.text(response))"
        let wish = response.retryAfter.map { min($0, ReceiverSchedule.longestPause) }
        return switch response.status {
        case 200..<300: .delivered
        case 300..<400:
            .failed(
                problem: "\(endpoint.host) answered a redirect (HTTP \(response.status)), which is not followed", retryAfter: wish,
                isReceiverWide: false)
        case 410: .gone(problem: answer)
        // Asks for less, but not since when.
        case 429: .failed(problem: answer, retryAfter: wish ?? Self.pauseWhenThrottled, isReceiverWide: true)
        // It fails, or nobody behind it answers.
        case 500..<600: .failed(problem: answer, retryAfter: wish, isReceiverWide: true)
        default: .failed(problem: answer, retryAfter: wish, isReceiverWide: false)
        }
    }

    private func unusable(_ problem: String) -> DeliveryOutcome {
        .failed(problem: "nothing is sent to \(endpoint.host): \(problem)", retryAfter: nil, isReceiverWide: true)
    }
}
