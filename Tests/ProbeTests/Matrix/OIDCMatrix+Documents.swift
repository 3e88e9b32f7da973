import RealServers
import TenantCore

extension OIDCMatrix {
    /// Issuers that answer HTTP 200 with a document.
    static var documents: [Row] { issuers + members + bodies }

    /// An issuer whose document is changed; `path` belongs to the issuer.
    private static func row(
        _ server: String, _ settings: String = "", path: String = "", certificate: String? = nil,
        _ change: @escaping (inout JSONObject) -> Void
    ) -> Row {
        Row(server, settings) {
            let issuer = $0.keep(try ScriptedIssuer(certificate: certificate))
            var document = ScriptedIssuer.document(of: issuer.url)
            document["issuer"] = .string(issuer.url + path)
            change(&document)
            issuer.serve(document)
            return certificate == nil ? oidc(issuer.url + path) : try trusting(issuer.url + path)
        }
    }

    private static var issuers: [Row] {
        func calls(_ name: String, path: String = "", _ change: @escaping (String) -> String) -> Row {
            row("calls itself \(name)", path: path) { $0["issuer"] = .string(change($0["issuer"]?.text ?? "")) }
        }
        return [
            row("a good document") { _ in },
            row("a good document", "an issuer with a path", path: "/realms/acme") { _ in },
            row("a good document", "an issuer with a final slash", path: "/") { _ in },
            calls("something else") { _ in "https://login.example.com" },
            calls("the same in other letters", path: "/Realms/Acme") { $0.lowercased() },
            calls("the same with a final slash") { $0 + "/" },
            calls("the same without the final slash", path: "/realms/acme/") { String($0.dropLast()) },
            calls("the same with another port") { $0.split(separator: ":").dropLast().joined(separator: ":") + ":1" },
            calls("the same without the port") { $0.split(separator: ":").dropLast().joined(separator: ":") },
            calls("the same with `https://`") { $0.replacing("http://", with: "https://") },
            calls("the same with another host name") { $0.replacing("127.0.0.1", with: "localhost") },
            calls("`…/{tenantid}/v2.0`, as Entra's `common` does", path: "/common/v2.0") { $0.replacing("common", with: "{tenantid}") },
            calls("`…/{tenantid}/v2.0`, for a tenant of Entra", path: "/4f1c/v2.0") { $0.replacing("4f1c", with: "{tenantid}") },
        ]
    }

    private static var members: [Row] {
        let names = ScriptedIssuer.document(of: "").keys
        let missing = names.map { name in row("no `\(name)`") { $0[name] = nil } }
        let mistyped = names.map { name in row("a number as `\(name)`") { $0[name] = 7 } }
        return missing + mistyped + [
            row("an empty list as `response_types_supported`") { $0["response_types_supported"] = [] },
            row("a list of numbers as `subject_types_supported`") { $0["subject_types_supported"] = [1, 2] },
            row("an empty list as `id_token_signing_alg_values_supported`") { $0["id_token_signing_alg_values_supported"] = [] },
            row("no URL as `jwks_uri`") { $0["jwks_uri"] = "keys" },
            row("`http://` in `token_endpoint` of an issuer with `https://`", certificate: "server") {
                $0["token_endpoint"] = "http://localhost/token"
            },
            row("`http://` in `jwks_uri` of an issuer with `https://`", certificate: "server") { $0["jwks_uri"] = "http://localhost/keys" },
            row("RS256 is not offered") { $0["id_token_signing_alg_values_supported"] = ["ES256"] },
        ]
    }

    private static var bodies: [Row] {
        func good(_ name: String, headers: [String] = [], _ change: @escaping @Sendable (String) -> String) -> Row {
            Row("a good document, \(name)") {
                let issuer = $0.keep(try ScriptedIssuer())
                let text = change(JSONValue.object(ScriptedIssuer.document(of: issuer.url)).description)
                issuer.answer { _ in ScriptedServer.http(200, text, headers: headers) }
                return oidc(issuer.url)
            }
        }
        return strange + [
            good("as `text/html`", headers: ["Content-Type: text/html"]) { $0 },
            good("as `application/octet-stream`", headers: ["Content-Type: application/octet-stream"]) { $0 },
            good("in a charset of the past", headers: ["Content-Type: application/json; charset=ISO-8859-1"]) { $0 },
            good("with space around it") { "\n \($0)\r\n\r\n" },
            good("with a byte order mark") { "\u{FEFF}\($0)" },
            good("with a member that stands twice") { "{\"issuer\": \"https://a.example\",\($0.dropFirst())" },
        ]
    }

    private static var strange: [Row] {
        func body(_ name: String, _ text: String) -> Row {
            Row(name) {
                let issuer = $0.keep(try ScriptedIssuer())
                issuer.answer { _ in ScriptedServer.http(200, text) }
                return oidc(issuer.url)
            }
        }
        return [
            body("a login page in HTML", "<!DOCTYPE html><title>Log in</title>"),
            body("an empty body", ""),
            body("a list instead of a document", #"["RS256"]"#),
            body("a member that stands twice", #"{"issuer": "https://a.example", "issuer": "https://b.example"}"#),
            body("a page in XML", "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>"),
            body("a comma too many", #"{"issuer": "https://a.example",}"#),
            body("half a document", #"{"issuer": "https://a.exa"#),
            body("lists in lists, 10,000 deep", String(repeating: "[", count: 10_000)),
            body("a body of 300 KB", String(repeating: " ", count: 300 * 1024)),
        ]
    }
}
