extension TenantDecoder {
    /// Reads `oidc_issuer` and the keys beside it; nil without an issuer, or when it cannot be checked.
    ///
    /// What no check needs, such as the client's secret, is validated and keeps none from asking the issuer.
    func readOIDC(_ reader: inout ObjectReader, _ notChecked: inout [Tenant.NotChecked]) -> Tenant.OIDC? {
        let isConfigured = GuideRules.hasIssuer(reader.object)
        let reason = "is required once oidc_issuer is given"
        let clientID =
            isConfigured
            ? reader.require("oidc_client_id", because: reason) { $0.filled("oidc_client_id") } : reader.filled("oidc_client_id")
        let clientSecret = isConfigured ? reader.requiredSecret("oidc_client_secret", because: reason) : reader.secret("oidc_client_secret")
        let redirectText = isConfigured ? reader.required("oidc_redirect_url", because: reason) : reader.string("oidc_redirect_url")
        let scopes = reader.string("oidc_scopes") ?? "openid profile email"
        let redirect = reader.address(
            "oidc_redirect_url", redirectText, fix: "Write a URL like https://api.example.com/v1/auth/oidc/callback."
        ) {
            text throws(AddressProblem) in try WebAddress.parse(text, allowsQuery: true)
        }
        guard isConfigured else {
            if clientID != nil || clientSecret != nil || redirectText != nil {
                reader.note(
                    "oidc_issuer", "is missing, although other oidc_ keys are there",
                    fix: "Add oidc_issuer, or remove the other oidc_ keys.", severity: .warning)
            }
            _ = reader.tlsFiles("oidc_")
            return nil
        }
        let asked = read("oidc", &reader, &notChecked, readIssuer)
        guard let asked else { return nil }
        // Only the platform needs the client. An empty id would be that of a token for nobody.
        guard let clientID = clientID ?? reader.object["oidc_client_id"]?.text else { return nil }
        return Tenant.OIDC(
            issuer: asked.issuer, clientID: clientID, clientSecret: clientSecret,
            redirectURL: redirect, scopes: scopes, tls: asked.files)
    }

    private func readIssuer(_ reader: inout ObjectReader) -> (issuer: WebAddress, files: TLSSettings)? {
        let files = reader.tlsFiles("oidc_")
        let text = reader.string("oidc_issuer")
        let wellKnown = text.flatMap { text in text.firstRange(of: "/.well-known/").map { String(text[..<$0.lowerBound]) } }
        let fix =
            wellKnown.flatMap {
                Placeholder.shape(in: $0, as: .address) == nil && (try? WebAddress.parse($0)) != nil ? "Write \($0)." : nil
            }
            ?? "Write the issuer exactly as the provider does, like https://host/realms/name."
        let issuer = reader.address("oidc_issuer", text, fix: fix) { text throws(AddressProblem) in
            guard wellKnown == nil else {
                throw AddressProblem("has /.well-known/ in it, which is the path of the discovery document and no part of an issuer")
            }
            let address = try WebAddress.parse(text)
            if let problem = address.endpoint.neverDialled { throw problem }
            return address
        }
        guard let issuer else { return nil }
        if !issuer.usesTLS, !issuer.isLoopback {
            reader.note(
                "oidc_issuer", "uses http://, so that anybody on the way can say who logs in", fix: "Serve the issuer over https://.",
                severity: .warning)
        }
        _ = reader.expectTLS("oidc_", files, isUsed: issuer.usesTLS, fix: "Write the issuer with https://.")
        return (issuer, files)
    }
}
