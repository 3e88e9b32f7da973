import Checking
import TenantCore

@testable import OIDCProbe

/// A document that satisfies OpenID Connect Discovery 1.0, with some members replaced or, by nil, left out.
func document(_ changes: KeyValuePairs<String, JSONValue?> = [:]) -> JSONObject {
    var document: JSONObject = [
        "issuer": "https://idp.example.com/realms/acme",
        "authorization_endpoint": "https://idp.example.com/realms/acme/auth",
        "token_endpoint": "https://idp.example.com/realms/acme/token",
        "jwks_uri": "https://idp.example.com/realms/acme/certs",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "claims_supported": ["sub"],
    ]
    for (key, value) in changes { document[key] = value }
    return document
}

/// What is found in a body from this issuer.
func judge(_ body: [UInt8], issuer: String = "https://idp.example.com/realms/acme") throws -> [Finding] {
    try DiscoveryDocument(issuer: try WebAddress.parse(issuer), target: "idp.example.com:443").judge(body)
}

func judge(_ document: JSONObject, issuer: String = "https://idp.example.com/realms/acme") throws -> [Finding] {
    try judge(JSONValue.object(document).serialized, issuer: issuer)
}
