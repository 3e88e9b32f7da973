import Checking
import OIDCProbe
import RealServers
import TenantCore
import Testing

/// The section OIDC of the server matrix.
@Suite struct OIDCMatrix {
    @Test func `every answer of the table comes from a server as its row describes it`() throws {
        try ServerMatrix(section: "OIDC").verify(Self.scenarios, with: OIDCServers()) { OIDCProbeKind() }
    }

    typealias Row = Scenario<OIDCServers>

    static var scenarios: [Row] { realms + certificates + mutual + documents + statuses + refusals + encodings + strangers }

    static func oidc(_ issuer: String, _ more: JSONObject = [:]) -> JSONObject {
        var keys = more
        keys["oidc_issuer"] = .string(issuer)
        return keys
    }

    /// For issuers over TLS.
    static func trusting(_ issuer: String, _ more: JSONObject = [:]) throws -> JSONObject {
        var keys = oidc(issuer, more)
        keys["oidc_ca_file"] = .string(try Ground.certificate("ca.pem"))
        return keys
    }

    private static var realms: [Row] {
        [
            Row("glewlwyd on loopback, in clear", "the first of two realms") { oidc(try $0.clear.get().issuer("acme")) },
            Row("glewlwyd on loopback, in clear", "the second of two realms") { oidc(try $0.clear.get().issuer("globex")) },
            Row("glewlwyd on loopback, in clear", "a realm that is not there") { oidc(try $0.clear.get().issuer("nobody")) },
            Row("glewlwyd on loopback, in clear", "`https://`") {
                oidc(try $0.clear.get().issuer("acme").replacing("http://", with: "https://"))
            },
            Row("glewlwyd, TLS", "its authority in `oidc_ca_file`") { try trusting($0.secure.get().issuer("acme")) },
            Row("glewlwyd, TLS", "`http://`") { oidc(try $0.secure.get().issuer("acme").replacing("https://", with: "http://")) },
            Row("glewlwyd, TLS", "another port, which leads there too") {
                let proxy = $0.keep(try TLSProxy(to: try $0.clear.get().port))
                return try trusting("https://localhost:\(proxy.port)/api/acme")
            },
            Row("frozen", within: .milliseconds(500)) {
                try $0.clear.get().process.freeze()
                return oidc(try $0.clear.get().issuer("acme"))
            } end: {
                try $0.clear.get().process.thaw()
            },
        ]
    }

    private static var certificates: [Row] {
        func proxy(_ servers: OIDCServers, _ certificate: String) throws -> String {
            let issuer = servers.keep(try ScriptedIssuer(certificate: certificate))
            return issuer.url
        }
        return [
            Row("TLS by a proxy", "its authority in `oidc_ca_file`") { try trusting(proxy($0, "server")) },
            Row("TLS", "the system's authorities") { oidc(try $0.secure.get().issuer("acme")) },
            Row("TLS", "another authority in `oidc_ca_file`") {
                oidc(try $0.secure.get().issuer("acme"), ["oidc_ca_file": .string(try Ground.certificate("evil-ca.pem"))])
            },
            Row("TLS", "an `oidc_ca_file` that is not there") {
                oidc(try $0.secure.get().issuer("acme"), ["oidc_ca_file": "/nowhere/ca.pem"])
            },
            Row("TLS, expired certificate", "its authority") { try trusting(proxy($0, "expired")) },
            Row("TLS, certificate of another host", "its authority") { try trusting(proxy($0, "wrong")) },
        ]
    }

    private static var mutual: [Row] {
        func row(_ settings: String, _ certificate: String? = nil, key: String? = nil, highest: String = "1.3") -> Row {
            Row(highest == "1.3" ? "mutual TLS" : "mutual TLS 1.2", settings) { servers in
                let issuer = servers.keep(try ScriptedIssuer(certificate: "server", isMutual: true, highest: highest))
                var keys = JSONObject()
                if let certificate { keys["oidc_cert_file"] = .string(try Ground.certificate(certificate)) }
                if let key { keys["oidc_key_file"] = .string(key.hasPrefix("/") ? key : try Ground.certificate(key)) }
                return try trusting(issuer.url, keys)
            }
        }
        return [
            row("`oidc_cert_file` and `oidc_key_file`", "client.crt", key: "client.key"),
            row("both in one `oidc_cert_file`", "client.pem"),
            row("no certificate"),
            row("a certificate of an authority that it does not trust", "evil-client.pem"),
            row("an expired certificate", "expired-client.pem"),
            row("an `oidc_key_file` that is not there", "client.crt", key: "/nowhere/client.key"),
            row("the key of another certificate", "client.crt", key: "server.key"),
            row("no certificate", highest: "1.2"),
            Row("mutual TLS by a proxy that says so in HTTP", "no certificate") {
                let issuer = $0.keep(try ScriptedIssuer(certificate: "server"))
                issuer.answer { _ in ScriptedServer.http(400, "No required SSL certificate was sent") }
                return try trusting(issuer.url)
            },
            Row("mutual TLS by a proxy that says so in HTTP", "a certificate that it does not trust") {
                let issuer = $0.keep(try ScriptedIssuer(certificate: "server"))
                issuer.answer { _ in ScriptedServer.http(400, "<title>400 The SSL certificate error</title>") }
                return try trusting(issuer.url, ["oidc_cert_file": .string(try Ground.certificate("client.pem"))])
            },
        ]
    }
}

/// The servers of the section OIDC.
final class OIDCServers: SharedServers {
    lazy var clear = Result { try OIDCServer(issuers: ["acme", "globex"]) }
    lazy var secure = Result { try OIDCServer(issuers: ["acme"], certificate: "server") }
}

/// An issuer whose document and answers a scenario chooses, in clear on loopback or behind a TLS proxy.
final class ScriptedIssuer: Sendable {
    private let server: ScriptedServer
    private let proxy: TLSProxy?
    private let script: Lock<@Sendable (String) -> ScriptedServer.Answer>
    /// Without a path.
    let url: String

    /// A document with every member that is required.
    static func document(of issuer: String) -> JSONObject {
        [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize"),
            "token_endpoint": .string("\(issuer)/token"), "jwks_uri": .string("\(issuer)/keys"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256", "none"],
        ]
    }

    init(certificate: String? = nil, isMutual: Bool = false, highest: String = "1.3") throws {
        let script = Lock<@Sendable (String) -> ScriptedServer.Answer> { _ in .close }
        self.script = script
        server = try ScriptedServer { request in script.withLock { $0 }(request) }
        let target = server.port
        proxy = try certificate.map { try TLSProxy(to: target, certificate: $0, isMutual: isMutual, highest: highest) }
        url = proxy.map { "https://localhost:\($0.port)" } ?? "http://\(server.address)"
        serve(Self.document(of: url))
    }

    /// Answers every request in this way from now on.
    func answer(_ script: @escaping @Sendable (String) -> ScriptedServer.Answer) { self.script.withLock { $0 = script } }

    /// Answers every request with this document from now on.
    func serve(_ document: JSONObject) {
        let text = JSONValue.object(document).description
        answer { _ in ScriptedServer.http(200, text) }
    }
}
