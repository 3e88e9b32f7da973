import TenantCore
import Testing

/// Placeholders are errors in addresses and names, and warnings in secrets.
struct PlaceholderTests {
    @Test(arguments: [
        "{tenant-id}", "<db_password>", "${VAR}", "${VAR:-x}", "$(VAR)", "{{ .Values.host }}", "{{host}}", "$REDIS_HOST", "%HOST%",
        "#{host}",
        "[[host]]", "__HOST__", "@HOST@", "%(host)s",
    ])
    func `a placeholder is found in an address and in a secret`(text: String) {
        #expect(Placeholder.shape(in: text, as: .address) != nil)
        #expect(Placeholder.shape(in: text, as: .secret) != nil)
    }

    @Test(arguments: [
        "https://login.microsoftonline.com/$TENANT/v2.0", "https://idp/__TENANT__/v2.0", "https://idp/%TENANT%/v2.0",
        "https://idp/[tenant]/v2",
        "https://idp/:tenant/v2.0", "https://idp/{tenantid/v2.0", "https://idp/{0}/v2.0", "https://idp/YOUR_TENANT_ID/v2.0",
        "https://idp/your-tenant-id/v2.0", "https://your-domain.okta.com", "https://h/?token=$TOKEN", "https://h/a$TOKEN", "__REDIS__:6379",
        "https://login.microsoftonline.com/{tenant-id}/v2.0", "redis-<env>.example.com", "https://${HOST}/a", "http://{{ host }}:80",
    ])
    func `a placeholder is found inside an address`(text: String) {
        #expect(Placeholder.shape(in: text, as: .address) != nil)
    }

    @Test(arguments: [
        "https://a.com/%7Bid%7D", "redis:6379", "[fd00::5]:6379", "https://a.com/$metadata", "mongodb://a/?authSource=$external", "a_b",
        "https://static.your-server.de/a", "https://[::1]:8080/a", "https://h/models/x:predict", "https://h/?a[]=1", "https://h/%7B0%7D",
        "https://h/$batch/$metadata", "host__1__a:6379", "yours.example.com",
    ])
    func `other addresses have none`(text: String) {
        #expect(Placeholder.shape(in: text, as: .address) == nil)
    }

    @Test(arguments: ["hunter2", "a<b>c", "x{y}z", "pa$$word", "$ecret", "50%off%", "{", "<", "a@b@c", "__init", "%7B"])
    func `a password may hold such signs`(text: String) {
        #expect(Placeholder.shape(in: text, as: .secret) == nil)
        #expect(!Placeholder.isStandIn(text))
    }

    @Test(arguments: ["changeme", "CHANGE_ME", "REPLACE_ME", "your-secret-value", "your-client-secret", "xxxxxx", "<redacted>", "***"])
    func `a word of documentation is no secret`(text: String) {
        #expect(Placeholder.isStandIn(text))
    }

    @Test(
        arguments: [
            ("mongo_uri", "mongodb://user:<db_password>@mongo", .warning), ("mongo_uri", "mongodb://<db_username>:x@mongo", .error),
            ("mongo_uri", "mongodb://u:${PASSWORD}@mongo", .warning), ("mongo_uri", "mongodb://u:changeme@mongo", .warning),
            ("mongo_uri", "${MONGO_URI:-mongodb://x:y@h}", .error), ("redis_addr", "${REDIS:-redis://:p@h:6379}", .error),
            ("mongo_uri", "mongodb://__HOST__:27017", .error), ("mongo_uri", "mongodb://YOUR_HOST", .error),
            ("mongo_uri", "mongodb://u:p@mongo/?replicaSet=$RS", .error), ("mongo_uri", "${SCHEME}://u:p@mongo", .error),
            ("redis_addr", "__REDIS__:6379", .error), ("oidc_issuer", "https://idp/:tenant/v2.0", .error),
            ("oidc_issuer", "https://idp/{tenantid/v2.0", .error), ("oidc_issuer", "https://idp/[tenant]/v2.0", .error),
            ("mongo_uri", "${MONGO_URI}", .error), ("mongo_uri", "mongodb://u:p@mongo/${DB}", .error),
            ("redis_addr", "redis://:{{ password }}@redis", .warning), ("redis_addr", "$(REDIS_ADDR)", .error),
            ("redis_addr", "$REDIS_HOST:6379", .error), ("redis_password", "${REDIS_PASSWORD}", .warning),
            ("redis_password", "changeme", .warning),
            ("redis_username", "<user>", .error), ("mongo_database", "{db}", .error), ("name", "{{ name }}", .error),
            ("name", "<name>", .error),
            ("oidc_client_secret", "your-secret-value", .warning), ("oidc_client_secret", "<secret>", .warning),
            ("oidc_client_id", "<id>", .error),
            ("oidc_redirect_url", "https://{host}/callback", .error), ("frontend_url", "https://{tenant}.example.com", .error),
            ("mongo_ca_file", "${CA}", .error), ("tenant_id", "{tenant}", .error),
        ] as [(String, String, ConfigurationIssue.Severity)])
    func `a placeholder is judged alike in every key`(key: String, text: String, severity: ConfigurationIssue.Severity) throws {
        var changes: JSONObject = [key: .string(text)]
        if key == "mongo_ca_file" { changes["mongo_uri"] = "mongodb://mongo/?tls=true" }
        if key == "redis_username" { changes["redis_password"] = "hunter2" }
        guard case .object(var object) = ssoEntry() else { return }
        for member in changes.members { object[member.key] = member.value }
        let found = issues(in: [.object(object)]).filter { $0.path.hasSuffix(key) }
        #expect(found.map(\.severity) == [severity], "\(found)")
    }

    @Test(arguments: ["mongodb://u:%PASSWORD%@h", "redis://u:%PASSWORD%@h"])
    func `a placeholder in a password that cannot be read is one error`(text: String) {
        let key = text.hasPrefix("redis") ? "redis_addr" : "mongo_uri"
        let found = issues(in: [entry([key: .string(text), "redis_db": nil])])
        #expect(found.map(\.problem) == ["has a password that looks like a placeholder (%…%)"])
        #expect(found.map(\.severity) == [.error])
        #expect(found.first?.fix == "Put the real password there, percent-encoded.")
    }

    @Test(
        arguments: [
            ("mongodb://u:p@h/?authMechanism=GSSAPI", "mongo_uri", "Nothing is to be corrected"),
            ("mongodb://169.254.169.254", "mongo_uri", "Write the address or name of the server itself."),
            ("169.254.169.254:6379", "redis_addr", "Write the address or name of the server itself."),
            ("redis://h:6379?ssl_cert_reqs=none", "redis_addr", "Nothing is to be corrected"),
            ("h:6379/0", "redis_addr", "Write it like redis://host:6379/0"), ("h/0", "redis_addr", "Write it like redis://host:6379/0"),
            ("h:6379 ", "redis_addr", "Remove the space."), (" h:6379", "redis_addr", "Remove the space."),
            ("redis://h:6379/0 ", "redis_addr", "Remove the space."), ("h", "redis_addr", "Write it like host:6379"),
            ("h:x", "redis_addr", "Write it like host:6379"), ("mongodb://h:x", "mongo_uri", "Write it like mongodb://user"),
            ("mongodb://h:x/?authMechanism=GSSAPI", "mongo_uri", "Write it like mongodb://user"),
        ] as [(String, String, String)])
    func `what is said to be done about an address can be done`(text: String, key: String, fix: String) {
        let found = issues(in: [entry([key: .string(text), "redis_db": nil])]).filter { $0.path.hasSuffix(key) }
        #expect(found.count == 1)
        #expect(found.first?.fix.hasPrefix(fix) == true, "\(found)")
    }

    @Test(arguments: [
        "redis://:p@ss@redis", "redis://u:p/ss@redis", "redis://u:p?ss@redis", "redis://u:p#ss@redis:6379", "redis://u:100%@redis",
        "mongodb://u:p@ss@mongo", "mongodb://u:p/ss@mongo", "mongodb://u:p?ss@mongo", "mongodb://u:100%@mongo", "mongodb://u:p:ss@mongo",
    ])
    func `an unencoded password gets the same hint in both addresses`(text: String) {
        let key = text.hasPrefix("redis") ? "redis_addr" : "mongo_uri"
        let found = issues(in: [entry([key: .string(text), "redis_db": nil])])
        #expect(found.first?.problem.contains("must be percent-encoded (@ as %40") == true, "\(found)")
    }

    @Test(
        arguments: [
            ("https://a https://b", ["https://a", "https://b"]), ("https://a,https://b", ["https://a", "https://b"]),
            ("https://a, https://b", ["https://a", "https://b"]), ("https://a/x,y?z=1,2,http://b", ["https://a/x,y?z=1,2", "http://b"]),
            ("\n https://a\n\thttps://b ", ["https://a", "https://b"]), ("", []), (" , ", []), ("hooks,https://a", ["hooks", "https://a"]),
        ] as [(String, [String])])
    func `a list of URLs is separated by white space or by commas`(text: String, urls: [String]) {
        #expect(WebAddress.list(text) == urls)
    }

    @Test(arguments: [("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("hunter2\n\n", "hunter2\n"), (" hunter2 ", " hunter2 ")])
    func `one line end at the end of a variable is no part of the secret`(text: String, secret: String) throws {
        let tenant = try loadOne(entry(["redis_password": ["env": "PASSWORD"]]), environment: ["PASSWORD": text])
        #expect(tenant.redis?.password?.opened.utf8.elementsEqual(secret.utf8) == true)
    }

    @Test(arguments: ["\n", "a\u{FFFD}b", String(repeating: "x", count: 64 * 1024 + 1)])
    func `a variable that is empty, huge or no UTF-8 is refused as a file is`(text: String) {
        let found = issues(in: [entry(["redis_password": ["env": "PASSWORD"]])], environment: ["PASSWORD": text])
        #expect(found.map(\.severity) == [.error])
        #expect(found.first?.problem.contains("PASSWORD") == true)
    }

    @Test(arguments: ["${Y}", "$(TEAM)", "{{ team }}", "eu-${REGION}", "<team>", "$TEAM"])
    func `a label with a placeholder is an error and is left out`(text: String) throws {
        let directory = try load([entry(["labels": ["team": .string(text), "zone": "eu"]])])
        #expect(directory.issues.map(\.path) == ["TENANT_CONFIGS[0].labels.team"])
        #expect(directory.issues.first?.problem.contains("placeholder") == true)
        #expect(directory.tenants.first?.labels.map(\.name) == ["zone"])
    }
}
