internal import Checking
internal import TenantCore

/// What a provider says of itself. What clients cannot log in with is a failure, and other breaches of OpenID Connect
/// Discovery 1.0 are findings.
struct DiscoveryDocument {
    let issuer: WebAddress
    /// The host, for messages.
    let target: String

    /// Members without which no client can log anybody in.
    private static let urls = ["authorization_endpoint", "token_endpoint", "jwks_uri"]
    /// Members that section 3 of the specification requires to be lists of texts, and logins do without.
    private static let lists = [
        "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
    ]

    /// Judges the body of a 200 answer.
    ///
    /// - Returns: what is noteworthy about a document that can be used.
    /// - Throws: the first thing for which it cannot be.
    func judge(_ body: [UInt8]) throws(ProbeFailure) -> [Finding] {
        let (value, laxity) = try read(body)
        guard let document = value.object else {
            throw ProbeFailure(
                .notJSON, "\(target) answered \(value.kind) instead of a discovery document",
                remedy: "Open the issuer's /.well-known/openid-configuration and see who answers.")
        }
        try judgeIssuer(document)
        var findings = laxity.map { [$0] } ?? []
        for name in Self.urls {
            if let finding = try judgeURL(name, in: document) { findings.append(finding) }
        }
        for name in Self.lists {
            if let finding = judgeList(name, in: document) { findings.append(finding) }
        }
        if let finding = judgeAlgorithms(document) { findings.append(finding) }
        return findings
    }

    /// The value, and a finding where only some clients can read it.
    private func read(_ body: [UInt8]) throws(ProbeFailure) -> (JSONValue, Finding?) {
        let error: JSONError
        do {
            return (try JSONValue.parse(body), nil)
        } catch let strict {
            error = strict
        }
        if let value = try? JSONValue.parseLeniently(body) {
            return (
                value,
                Finding(
                    .laxJSON, "\(target) answered a document that some clients refuse (line \(error.line): \(error.problem))",
                    remedy: "Serve strict JSON: in UTF-8 without a byte order mark, and each member once.")
            )
        }
        let isMarkup = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
        throw ProbeFailure(
            .notJSON,
            isMarkup
                ? "\(target) answered a page in HTML or XML instead of a discovery document"
                : "\(target) answered something that is not JSON (line \(error.line): \(error.problem))",
            remedy: "Open the issuer's /.well-known/openid-configuration: a login page or a proxy may answer in its place.")
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

    private func judgeURL(_ name: String, in document: JSONObject) throws(ProbeFailure) -> Finding? {
        guard let value = document[name] else { throw missing(name) }
        guard let text = value.text else { throw mistyped(name, value, "a URL") }
        let scheme = ["https://", "http://"].first { text.prefix($0.count).lowercased() == $0 }
        let host = scheme.map { text.dropFirst($0.count).prefix { !"/?#".contains($0) } } ?? ""
        guard let scheme, !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0.isASCIIControl }) else {
            throw ProbeFailure(
                .badMember, "\(name) of \(target) is no URL with https:// and a host",
                remedy: "Correct \(name) in the provider's settings.")
        }
        // An issuer in clear is on loopback, where nothing leaves the machine.
        guard scheme == "http://", issuer.usesTLS else { return nil }
        return Finding(
            .badMember, "\(name) of \(target) uses http://, which some clients refuse and others send secrets over",
            remedy: "Serve \(name) over https://.")
    }

    private func judgeList(_ name: String, in document: JSONObject) -> Finding? {
        guard let value = document[name] else {
            return Finding(
                .missingMember, "the discovery document of \(target) has no \(name), which the specification requires",
                remedy: "Complete the provider's configuration; logins work without \(name).")
        }
        guard let elements = value.elements, !elements.isEmpty, elements.allSatisfy({ $0.text != nil }) else {
            return Finding(
                .badMember,
                "\(name) of \(target) is \(value.elements?.isEmpty == true ? "an empty list" : value.kind) and not a list of texts",
                remedy: "Correct \(name) in the provider's settings; logins work without it.")
        }
        return nil
    }

    /// Whether the list that is there has what every client can verify.
    private func judgeAlgorithms(_ document: JSONObject) -> Finding? {
        let algorithms = (document["id_token_signing_alg_values_supported"]?.elements ?? []).compactMap(\.text)
        guard !algorithms.isEmpty, !algorithms.contains("RS256") else { return nil }
        return Finding(
            .rs256NotOffered, "\(target) does not offer RS256, which every provider must",
            remedy: "Enable RS256 signatures for this issuer.")
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

extension Character {
    fileprivate var isASCIIControl: Bool { asciiValue.map { $0 < 0x20 || $0 == 0x7F } ?? false }
}
