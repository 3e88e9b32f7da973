import TenantCore
import Testing

struct SecretReferenceTests {
    private static let keys = ["mongo_uri", "redis_addr", "redis_password", "oidc_client_secret"]

    /// The text of each secret as the loaded tenant has it.
    private func secret(_ key: String, of tenant: Tenant) -> String? {
        switch key {
        case "mongo_uri": tenant.mongo?.address.connectionString.opened
        case "redis_addr": tenant.redis?.endpoint.description
        case "redis_password": tenant.redis?.password?.opened
        default: tenant.oidc?.clientSecret?.opened
        }
    }

    private func text(for key: String) -> String {
        switch key {
        case "mongo_uri": "mongodb://app:hunter2@mongo:27017"
        case "redis_addr": "secret-redis:6380"
        default: "hunter2"
        }
    }

    @Test(arguments: keys)
    func `a secret may be written where it stands`(key: String) throws {
        let tenant = try loadOne(ssoEntry([key: .string(text(for: key))]))
        #expect(secret(key, of: tenant) == text(for: key))
    }

    @Test(arguments: keys)
    func `a secret may stand in a variable`(key: String) throws {
        let tenant = try loadOne(ssoEntry([key: ["env": "ITS_SECRET"]]), environment: ["ITS_SECRET": text(for: key)])
        #expect(secret(key, of: tenant) == text(for: key))
    }

    @Test(arguments: keys)
    func `a secret may stand in a file`(key: String) throws {
        let folder = try Folder()
        let file = try folder.write(text(for: key), to: "secret")
        let tenant = try loadOne(ssoEntry([key: ["file": .string(file)]]))
        #expect(secret(key, of: tenant) == text(for: key))
    }

    @Test(arguments: [
        ("hunter2\n", "hunter2"), ("hunter2\n\n", "hunter2\n"), (" hunter2 ", " hunter2 "), ("hünter\t2", "hünter\t2"),
        ("hunter2\r\n", "hunter2"),
    ])
    func `the newline that ends a file is no part of the secret`(content: String, secret: String) throws {
        let folder = try Folder()
        let file = try folder.write(content, to: "secret")
        let tenant = try loadOne(entry(["redis_password": ["file": .string(file)]]))
        #expect(tenant.redis?.password?.opened.utf8.elementsEqual(secret.utf8) == true)
    }

    @Test(arguments: [[], [0x0A], [0xFF, 0xFE, 0x00], [UInt8](repeating: 0x61, count: 64 * 1024 + 1)] as [[UInt8]])
    func `a file that is empty, huge or no text is an issue that names the file`(bytes: [UInt8]) throws {
        let folder = try Folder()
        let file = try folder.write(bytes, to: "secret")
        let found = issues(in: [entry(["redis_password": ["file": .string(file)]])])
        #expect(found.map(\.path) == ["TENANT_CONFIGS[0].redis_password"])
        #expect(found.first?.problem.contains(file) == true)
    }

    @Test func `a file that is missing is an issue that names the file`() {
        let found = issues(in: [entry(["redis_password": ["file": "/nonexistent/secret"]])])
        #expect(found.map(\.path) == ["TENANT_CONFIGS[0].redis_password"])
        #expect(found.first?.problem.contains("/nonexistent/secret") == true)
    }

    @Test(arguments: [[:], ["ITS_SECRET": ""]])
    func `a variable that is not set is an issue that names the variable`(environment: [String: String]) {
        let found = issues(in: [entry(["redis_password": ["env": "ITS_SECRET"]])], environment: environment)
        #expect(found.map(\.path) == ["TENANT_CONFIGS[0].redis_password"])
        #expect(found.first?.problem.contains("ITS_SECRET") == true)
    }

    @Test(
        arguments: keys,
        [5, true, ["x"], [:], ["vault": "x"], ["env": 5], ["file": .null], ["env": "A", "file": "/b"]] as [JSONValue])
    func `anything else is an issue`(key: String, value: JSONValue) {
        #expect(errorKeys(of: ssoEntry([key: value]), environment: ["A": "x"]) == [key])
    }

    @Test func `what a reference leads to is validated like any other value`() {
        let found = errorKeys(of: entry(["mongo_uri": ["env": "URI"]]), environment: ["URI": "http://mongo"])
        #expect(found == ["mongo_uri"])
    }

    @Test func `the tenant knows all its secrets, so that they can be scrubbed`() throws {
        let tenant = try loadOne(
            ssoEntry([
                "mongo_uri": "mongodb://app:mongo%2Fsecret@mongo", "redis_addr": "redis://:redis-secret@redis",
                "oidc_client_secret": ["env": "OIDC"],
            ]), environment: ["OIDC": "oidc-secret"])
        let shown = Scrubber(secrets: tenant.secrets).scrub("mongo/secret redis-secret oidc-secret")
        #expect(shown == "<redacted> <redacted> <redacted>")
    }

    @Test(arguments: ["\u{FEFF}hunter2", "h\u{0}u\u{0}n\u{0}", "hunter2\u{0}"])
    func `a secret with a byte order mark or NUL bytes is refused wherever it stands`(text: String) throws {
        let folder = try Folder()
        let file = try folder.write(text, to: "secret")
        for value in [.string(text), ["env": "ITS_SECRET"], ["file": .string(file)]] as [JSONValue] {
            let found = issues(in: [entry(["redis_password": value])], environment: ["ITS_SECRET": text])
            #expect(found.map(\.severity) == [.error])
            #expect(found.first?.problem.contains("NUL") == true || found.first?.problem.contains("byte order mark") == true)
        }
    }

    @Test(arguments: [(" hunter2", "start"), ("hunter2 ", "end"), ("\thunter2", "start"), ("hunter2\u{A0}", "end")])
    func `white space at an end of a secret is kept and worth a warning`(row: (text: String, end: String)) throws {
        let directory = try load([entry(["redis_password": .string(row.text)])])
        #expect(directory.tenants.first?.redis?.password?.opened == row.text)
        #expect(directory.issues.map(\.severity) == [.warning])
        #expect(directory.issues.first?.problem.contains("white space at its \(row.end)") == true)
    }
}
