internal import BlockingIO
internal import Checking
internal import TenantCore
internal import Transport

/// Asks an issuer for its discovery document.
struct OIDCDiscovery: Probe {
    /// The largest document that is read, once it is decompressed; honest ones have a few KB.
    static let sizeLimit = 256 * 1024

    let issuer: WebAddress
    let tls: TLSSettings
    let pool: SessionPool<HTTPSession>

    /// Section 4.1 of the specification: a final slash of the issuer is left out before the path is added.
    var url: String {
        (issuer.url.hasSuffix("/") ? String(issuer.url.dropLast()) : issuer.url) + "/.well-known/openid-configuration"
    }

    private var target: String { issuer.endpoint.description }

    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading {
        let response = try pool.use(before: deadline) { () throws(ProbeFailure) in
            try HTTPSession.open()
        } _: { session throws(ProbeFailure) in
            try fetch(over: &session, before: deadline)
        }
        do throws(ProbeFailure) {
            try judgeStatus(response)
            let findings = try DiscoveryDocument(issuer: issuer, target: target).judge(response.body)
            return Reading(phases: response.phases, findings: findings)
        } catch {
            var failure = error
            failure.phases = response.phases
            throw failure
        }
    }

    /// How clients ask: first so that both kinds of provider answer, then as go-oidc, which sends no `Accept`, and last as
    /// openid-client. What one of them is answered can be used.
    private static let accepts = ["Accept: application/json, */*;q=0.1", "Accept:", "Accept: application/json"]

    private func fetch(over session: inout HTTPSession, before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> HTTPResponse {
        let first = try fetch(Self.accepts[0], over: &session, before: deadline)
        // Some refuse what they do not like in a header with another status than 406, or fail over it.
        let others = first.status == 406 ? Self.accepts[1...] : mayBeAboutAccept(first) ? Self.accepts[1...1] : []
        for accept in others where ContinuousClock.now < deadline {
            if let other = try? fetch(accept, over: &session, before: deadline), other.status == 200 { return other }
        }
        return first
    }

    /// Whether an answer may be another one without `Accept`: not where the path or the login is what it is about, nor
    /// where the server asks for fewer requests.
    private func mayBeAboutAccept(_ response: HTTPResponse) -> Bool {
        response.status >= 400 && ![401, 404, 410].contains(response.status) && response.retryAfter == nil
            && !refusal(response).isThrottled
    }

    private func refusal(_ response: HTTPResponse) -> OIDCRefusal {
        OIDCRefusal(target: target, response: response, showsCertificate: tls.certificateFile != nil)
    }

    private func fetch(
        _ accept: String, over session: inout HTTPSession, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> HTTPResponse {
        var request = HTTPRequest(
            url: Secret(url), target: target, headers: [accept], tls: tls, decodesContent: true, bodyLimit: Self.sizeLimit)
        do throws(ProbeFailure) {
            return try session.exchange(request, before: deadline)
        } catch {
            // Clients ignore an encoding that they do not know, and some servers name one that is none.
            guard error.reason == .contentEncoding else { throw error }
            request.decodesContent = false
            guard let plain = try? session.exchange(request, before: deadline),
                (try? JSONValue.parseLeniently(plain.body))?.object?["issuer"] != nil
            else {
                throw error
            }
            return plain
        }
    }

    private func judgeStatus(_ response: HTTPResponse) throws(ProbeFailure) {
        guard response.status == 200 else {
            throw refusal(response).failure
        }
        guard !response.isTruncated else {
            throw ProbeFailure(
                .tooLarge, "\(target) answered more than 256 KB, or more than 32 KB of headers",
                remedy: "See what answers at the issuer's /.well-known/openid-configuration.")
        }
    }
}
