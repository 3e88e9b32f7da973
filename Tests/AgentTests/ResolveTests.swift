import Foundation
import RealServers
import TenantCore
import Testing

/// `tenantwatch resolve` as an operator uses it.
struct ResolveTests {
    private static let program = Ground.products.appending(path: "tenantwatch").path

    private var environment: [String: String] {
        let tenants = ["acme", "globex"].map { id in
            JSONValue.object(tenant(id, mongo: "mongodb://\(id)", redis: "\(id):6379", issuer: id == "acme" ? "https://idp" : nil))
        }
        return ["TENANT_CONFIGS": JSONValue.array(tenants).description]
    }

    private func resolve(_ arguments: String..., headers: String? = nil, isPiped: Bool = true) throws -> FinishedProcess {
        try FinishedProcess(
            Self.program, ["resolve"] + arguments + (headers == nil ? [] : ["--headers", "-"]), environment: environment,
            input: headers.map { Array($0.utf8) }, isPiped: isPiped)
    }

    private func token(_ payload: String) -> String {
        let parts = [#"{"alg":"RS256"}"#, payload].map {
            Data($0.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        return "\(parts[0]).\(parts[1]).c2ln"
    }

    @Test(arguments: [true, false])
    func `an API key names its tenant, and the rest is told`(isPiped: Bool) throws {
        let result = try resolve(headers: "Host: api\r\nX-API-Key: globex_sk_c4n4ry\r\n", isPiped: isPiped)
        #expect(result.status == 0)
        #expect(
            result.output == """
                token    is not given
                API key  names globex, which is watched
                header   is not given
                → globex, by its API key
                The key itself is not verified here and assumed to be valid.

                """)
    }

    @Test func `headers come from a file, from a pipe with a name and from a pipe that fills slowly`() throws {
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = """
            set -e
            printf 'x-api-key: globex_sk_1' > headers
            "$0" resolve --headers headers
            "$0" resolve --headers <(cat headers)
            { cat headers; sleep 0.2; printf '\\nx-tenant-id: globex\\n'; } | "$0" resolve --headers -
            """
        let result = try FinishedProcess(
            "/bin/bash", ["-c", "cd \(directory.path)\n\(script)", Self.program],
            environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 })
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.components(separatedBy: "→ globex, by its API key").count == 4)
        #expect(result.output.contains("header   names globex too"))
    }

    @Test func `a file that cannot be read is an error of usage`() throws {
        for file in ["/nonexistent", "/"] {
            let result = try resolve("--headers", file)
            #expect(result.status == 64)
            #expect(result.errors.contains("\(file) cannot be read"))
        }
    }

    @Test func `what curl -v prints is read`() throws {
        let catcher = try WebhookCatcher()
        let key = "X-API-Key: globex_sk_1"
        let printed = try FinishedProcess(
            "/usr/bin/curl", ["-v", "-H", key, "-d", "body", catcher.url], environment: [:])
        #expect(printed.errors.contains("> \(key)"))
        #expect(try resolve(headers: printed.errors).output.contains("→ globex, by its API key"))
    }

    @Test func `a token is verified but for its signature, and that is said`() throws {
        let members = #""iss":"https://idp","tenant_id":"acme","exp":99999999999"#
        let good = try resolve(headers: "Authorization: Bearer \(token("{\(members),\"aud\":\"client\"}"))\n")
        #expect(good.status == 0)
        #expect(
            good.output.hasSuffix(
                """
                → acme, by its token
                The token's form, times, issuer and audience hold. Its signature is not verified here and assumed to hold.

                """))
        let other = try resolve(headers: "Authorization: Bearer \(token("{\(members),\"aud\":\"other\"}"))\n")
        #expect(other.status == 1)
        #expect(other.output.hasPrefix("token    is refused: it is for other (aud), but acme has the oidc_client_id client\n"))
    }

    @Test func `a header that disagrees is refused with 403`() throws {
        let result = try resolve("--tenant-header", "acme", "--json", headers: "x-api-key: globex_sk_c4n4ry\n")
        #expect(result.status == 1)
        let report = try #require(try JSONValue.parse(result.output.utf8).object)
        #expect(report["status"] == 403)
        #expect(!result.output.contains("c4n4ry"))
    }

    @Test func `a header counts where it is trusted, and the default tenant nowhere`() throws {
        #expect(try resolve("--tenant-header", "acme", "--trust-header").output.contains("→ acme, by its header"))
        let refused = try resolve("--tenant-header", "acme")
        #expect(refused.status == 1)
        #expect(refused.output.contains("The default tenant, acme, is for display"))
    }

    @Test(
        arguments: [
            ("Authorization:\n", "token", "is refused: it is empty (authorization)"),
            ("Authorization: Bearer \n", "token", "is refused: it has nothing after Bearer (authorization)"),
            ("Authorization: Basic YTpi\n", "token", "is refused: it has a scheme other than Bearer (authorization)"),
            ("x-api-key:\n", "apiKey", "is refused: it is empty"),
            ("x-api-key: acme_sk_1\nx-api-key: acme_sk_2\n", "apiKey", "is refused: it is there with two values (x-api-key)"),
            ("x-tenant-id: globex\n", "header", "is refused: it is there with two values (x-tenant-id)"),
        ])
    func `an empty, broken or doubled header is refused with 401, and the trusted one beside it does not count`(
        headers: String, method: String, text: String
    ) throws {
        let result = try resolve("--tenant-header", "acme", "--trust-header", "--json", headers: headers)
        #expect(result.status == 1)
        #expect(!result.errors.contains("Usage"))
        let report = try #require(try JSONValue.parse(result.output.utf8).object)
        #expect(report["status"] == 401)
        #expect(report["tenant"] == nil)
        #expect(report["steps"]?.elements?.contains(["method": .string(method), "text": .string(text)]) == true)
    }

    @Test func `every line that is no header is told by its number, and nothing is resolved`() throws {
        let result = try resolve("--json", headers: "x-api-key: acme_sk_1\nAuthorization Bearer c4n4ry\n\n x-tenant-id: c4n4ry\n")
        #expect(result.status == 65)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("line 2 is no header: it has no colon\nline 4 is no header: it has no name before its colon"))
        #expect(!result.errors.contains("c4n4ry"))
    }
}
