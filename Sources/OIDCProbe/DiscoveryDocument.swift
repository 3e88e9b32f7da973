internal import Checking
internal import TenantCore

/// What a provider says of itself, judged by the rules of OpenID Connect Discovery 1.0.
struct DiscoveryDocument {
    let issuer: WebAddress
    /// The host, for messages.
    let target: String

    /// Members that section 3 of the specification requires to be URLs.
    private static let urls = ["authorization_endpoint", "token_endpoint", "jwks_uri"]
    /// Members that it requires to be lists of texts.
    private static let lists = [
        "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
    ]

    /// Judges the body of a 200 answer.
    ///
    /// - Returns: what is noteworthy about a document that can be used.
    /// - Throws: the first rule that it breaks.
    func judge(_ body: [UInt8]) throws(ProbeFailure) -> [Finding] {
        let value: JSONValue
        do {
            value = try JSONValue.parse(body)
        } catch {
            throw ProbeFailure(
                .notJSON, "\(target) answered something that is not strict JSON (line \(error.line): \(error.problem))",
                remedy: "Open the issuer's /.well-known/openid-configuration: a login page or a proxy may answer in its place.")
        }
        guard let document = value.object else {
            throw ProbeFailure(
                .notJSON, "\(target) answered \(value.kind) instead of a discovery document",
                remedy: "Open the issuer's /.well-known/openid-configuration and see who answers.")
        }
        try judgeIssuer(document)
        for name in Self.urls { try judgeURL(name, in: document) }
        for name in Self.lists { _ = try texts(name, in: document) }
        let algorithms = try texts("id_token_signing_alg_values_supported", in: document)
        guard algorithms.contains("RS256") else {
            return [
                Finding(
                    .rs256NotOffered, "\(target) does not offer RS256, which every provider must",
                    remedy: "Enable RS256 signatures for this issuer.")
            ]
        }
        return []
    }

    private func judgeIssuer(_ document: JSONObject) throws(ProbeFailure) {
        guard let value = document["issuer"] else { throw missing("issuer") }
        guard let text = value.text else { throw mistyped("issuer", value, "a text") }
        guard !isConfigured(text) else { return }
        throw ProbeFailure(
            .issuerMismatch, "\(target) calls itself \(Scrubber().scrub(text, limit: 128)) and not \(issuer.url)",
            remedy: "Set oidc_issuer to exactly what the provider says, byte for byte: case, port and a final slash count.")
    }

    /// Byte for byte, for tokens are compared so; Swift compares texts by what they look like.
    private func isConfigured(_ text: String) -> Bool {
        if text.utf8.elementsEqual(issuer.url.utf8) { return true }
        // Entra's endpoints for all tenants answer with a placeholder instead of an issuer.
        return ["common", "organizations"].contains { name in
            let filled = text.replacing("/{tenantid}/", with: "/\(name)/", maxReplacements: 1)
            return text.contains("/{tenantid}/") && filled.utf8.elementsEqual(issuer.url.utf8)
        }
    }

    private func judgeURL(_ name: String, in document: JSONObject) throws(ProbeFailure) {
        guard let value = document[name] else { throw missing(name) }
        guard let text = value.text else { throw mistyped(name, value, "a URL") }
        let address: WebAddress
        do {
            address = try WebAddress.parse(text, allowsQuery: true)
        } catch {
            throw ProbeFailure(
                .badMember, "\(name) of \(target) \(error.text)", remedy: "Correct \(name) in the provider's settings.")
        }
        // An issuer in clear is on loopback, where nothing leaves the machine.
        guard address.usesTLS || !issuer.usesTLS else {
            throw ProbeFailure(
                .badMember, "\(name) of \(target) uses http://", remedy: "Serve \(name) over https://.")
        }
    }

    private func texts(_ name: String, in document: JSONObject) throws(ProbeFailure) -> [String] {
        guard let value = document[name] else { throw missing(name) }
        guard let elements = value.elements, !elements.isEmpty else { throw mistyped(name, value, "a list that is not empty") }
        let texts = elements.compactMap(\.text)
        guard texts.count == elements.count else { throw mistyped(name, value, "a list of texts") }
        return texts
    }

    private func missing(_ name: String) -> ProbeFailure {
        ProbeFailure(
            .missingMember, "the discovery document of \(target) has no \(name)",
            remedy: "Complete the provider's configuration; the platform needs \(name).")
    }

    private func mistyped(_ name: String, _ value: JSONValue, _ wanted: String) -> ProbeFailure {
        ProbeFailure(
            .badMember, "\(name) of \(target) is \(value.kind) and not \(wanted)",
            remedy: "Correct \(name) in the provider's settings.")
    }
}
