import TenantCore
import Testing

/// What is said of a text that is not the JSON of tenants: what was found, and the likely cause.
struct SyntaxHintTests {
    private func said(_ text: String) -> String {
        do throws(ConfigurationRejected) {
            return try load(environment: ["TENANT_CONFIGS": text]).issues.map(\.description).joined(separator: "\n")
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("'[{\"tenant_id\": \"a\"}]'", "docker --env-file"), ("\"[{\"tenant_id\": \"a\"}]\"", "docker --env-file"),
        ("\"[{\\\"tenant_id\\\": \\\"a\\\"}]\"", "is a string that holds JSON"),
        ("[{\\\"tenant_id\\\": \\\"a\\\"}]", "escaped once too often"),
        ("[“a”]", "typographic quote"), ("[{“tenant_id”: \"a\"}]", "typographic quote"), ("[{‘tenant_id’: \"a\"}]", "typographic quote"),
        ("\u{A0}[]", "no-break space"), ("[\u{A0}{}]", "no-break space"), ("[\u{200B}{}]", "invisible"),
        ("[{tenant_id: a}]", "a shell took them away"),
        ("[{tenant_id:acme}]", "a shell took them away"), ("[{\"tenant_id\": acme}]", "a word without quotes"),
        ("[{'tenant_id': 'a'}]", "single quote"), ("[{\"redis_tls\": True}]", "Write true."), ("[{\"oidc_issuer\": None}]", "Write null."),
        ("[{\"redis_db\": NaN}]", "NaN"), ("[{\"a\": 1,}]", "comma too many"), ("[{}, ]", "comma too many"), ("[{} // x\n]", "no comments"),
        ("# tenants\n[]", "no comments"), ("[/* x */]", "no comments"), ("[{\"a\": \"x\ny\"}]", "line break"),
        ("[{\"a\": \"x\ty\"}]", "tab"),
        ("[{\"a\": \"x}]", "does not end"), ("[{\"a\": 1", "cut off"), ("{\"tenant_id\": \"a\"}", "is one tenant"),
        ("{\"tenants\": [{\"tenant_id\": \"a\"}]}", "under each key"), ("{\"acme\": {}, \"globex\": {}}", "under each key"),
        ("- tenant_id: a", "YAML"), ("tenant_id: a", "YAML"), ("---\n- a", "YAML"), ("$TENANTS", "variable"), ("${TENANTS}", "variable"),
        ("/etc/tenants.json", "TENANTWATCH_TENANTS_FILE"), ("W3sidGVuYW50X2lkIjoiYSJ9XQ==", "base64"), ("<tenants>", "placeholder"),
        ("TENANT_CONFIGS=[]", "assignment"), ("[{\"a\" = 1}]", "colon"), ("[{\"a\": 1 \"b\": 2}]", "Add a comma"),
        ("[{}] [{}]", "one array"),
        ("{}\n{}", "one array"), ("[{\"a\": \"\\_\"}]", "backslash"), ("[{\"a\": 01}]", "cannot start with 0"),
        ("[{\"a\": $X}]", "variable"),
        ("\u{FEFF}[]", "byte order mark"), ("  ", "is empty"), ("[\"{\\\"tenant_id\\\": 1}\"]", "holds JSON"),
        ("[{\"a\": \"b\"c\"}]", "double quote inside a string"), ("[\u{FF5B}]", "ASCII sign"),
    ])
    func `the cause is named`(row: (text: String, words: String)) {
        #expect(said(row.text).contains(row.words), "\(said(row.text))")
    }

    @Test func `an error has the key, the line and the column, and the tenant`() {
        let text = "[\n  {\"tenant_id\": \"acme\",\n   \"labels\": {\"team\": core}}\n]"
        #expect(said(text).contains("tenant acme: TENANT_CONFIGS[0].labels.team:3:23: "), "\(said(text))")
    }

    @Test(arguments: [
        "[{\"redis_password\": c4n4ry}]", "[{\"a\": \"c4n4ry\" c4n4ry}]", "[{\"c4n4ry c4n4ry\": x}]", "c4n4ry c4n4ry", "[{c4n4ry: 1}]",
    ])
    func `nothing that may be a secret is quoted`(text: String) {
        #expect(!said(text).contains("c4n4ry"))
    }

    @Test func `every issue of a tenant names it`() {
        let found = issues(in: [
            entry(["name": nil, "mongo_uri": "x", "labels": 5, "zzz": 1]), entry(["tenant_id": "a b"]), isolatedEntry("x"),
            isolatedEntry("x"),
        ])
        #expect(found.count >= 7)
        for issue in found { #expect(["acme_corp", "a b", "x"].contains(issue.tenant), "\(issue)") }
    }
}
