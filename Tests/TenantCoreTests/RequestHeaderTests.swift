import TenantCore
import Testing

struct RequestHeaderTests {
    private func read(_ headers: [(String, String)]) -> RequestCredentials {
        RequestCredentials(headers: headers.map { (name: $0.0, value: $0.1) })
    }

    private func values(_ headers: [(String, String)]) -> [String?] {
        let credentials = read(headers)
        return [credentials.token?.opened, credentials.apiKey?.opened, credentials.tenantHeader]
    }

    @Test func `the three are found, whatever the case of their names`() {
        #expect(values([("AUTHORIZATION", "bearer t"), ("X-Api-Key", "k"), ("x-TENANT-id", "acme"), ("Host", "x")]) == ["t", "k", "acme"])
        #expect(values([("Host", "x")]) == [nil, nil, nil])
        #expect(values([("authorization", "Bearer   t")]) == ["t", nil, nil])
    }

    @Test func `an empty key or tenant is there, unlike one that is missing`() {
        #expect(values([("x-api-key", ""), ("x-tenant-id", "")]) == [nil, "", ""])
    }

    @Test func `a header that is repeated with the same value is one`() {
        #expect(values([("x-tenant-id", "acme"), ("X-Tenant-ID", "acme")]) == [nil, nil, "acme"])
    }

    @Test(
        arguments: [
            ("authorization", ["Bearer a", "Bearer b"], .token, "is there with two values (authorization)"),
            ("X-API-KEY", ["a", "b"], .apiKey, "is there with two values (x-api-key)"),
            ("x-api-key", ["", "b"], .apiKey, "is there with two values (x-api-key)"),
            ("x-api-key", ["e\u{301}", "\u{E9}"], .apiKey, "is there with two values (x-api-key)"),
            ("x-tenant-id", ["a", "a", "b"], .header, "is there with two values (x-tenant-id)"),
            ("Authorization", ["Basic dXNlcjpwYXNz"], .token, "has a scheme other than Bearer (authorization)"),
            ("Authorization", ["token"], .token, "has a scheme other than Bearer (authorization)"),
            ("Authorization", ["Bearer"], .token, "has nothing after Bearer (authorization)"),
            ("Authorization", ["bearer  "], .token, "has nothing after Bearer (authorization)"),
            ("Authorization", [""], .token, "is empty (authorization)"),
        ] as [(String, [String], Resolution.Method, String)])
    func `a header that cannot be read, or whose value would be a guess, is a problem`(
        name: String, values: [String], method: Resolution.Method, problem: String
    ) {
        let credentials = read(values.map { (name, $0) })
        #expect(credentials.problems == [method: CredentialProblem(problem)])
        #expect(credentials.token == nil && credentials.apiKey == nil && credentials.tenantHeader == nil)
    }
}

struct HeaderTextTests {
    private static let noName = "it has no name before its colon, or one with a space or another character that no name has"

    private func read(_ text: String) throws -> [String] {
        try HeaderText.headers(in: text.utf8).map { "\($0.name)=\($0.value)" }
    }

    @Test(
        arguments: [
            ("", []), ("\n\r\n\n", []), ("Host: api\r\nX-API-Key: k\r\n", ["Host=api", "X-API-Key=k"]), ("a:b", ["a=b"]),
            ("a: \t b c\t \n", ["a=b c"]), ("a: b: c", ["a=b: c"]),
            // An empty value is a value.
            ("Authorization:", ["Authorization="]), ("x-api-key: \r\nx-tenant-id: acme", ["x-api-key=", "x-tenant-id=acme"]),
            // What is no blank to HTTP stays, and what ends no line there does not end it here.
            ("a: \u{A0}b", ["a=\u{A0}b"]), ("a: b\u{2028}c: d", ["a=b\u{2028}c: d"]), ("a:\u{301}b", ["a=\u{301}b"]),
            // Request lines.
            ("GET / HTTP/1.1\na: b", ["a=b"]), ("> POST /x:y HTTP/2\r\n> a: b\r\n> \r\n", ["a=b"]),
            ("Authorization: Bearer HTTP/1.1", ["Authorization=Bearer HTTP/1.1"]), (">\n> a: b\n>c: d", ["a=b", "c=d"]),
            // What curl prints besides.
            ("*   Trying 10.0.0.1:80...\n* x: y\n> a: b\n< HTTP/1.1 200 OK\n< c: d\n{ [3 bytes data]\n} [3 bytes data]\n", ["a=b"]),
        ])
    func `a line is a header, a request line or what curl prints besides`(text: String, headers: [String]) throws {
        #expect(try read(text) == headers)
    }

    @Test func `all that curl -v prints into a file is read, with its meter`() throws {
        let printed = """
              % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                             Dload  Upload   Total   Spent    Left  Speed
            \r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying 127.0.0.1:44137...
            * Connected to 127.0.0.1 (127.0.0.1) port 44137 (#0)
            > POST /a HTTP/1.1\r
            > Host: 127.0.0.1:44137\r
            > X-API-Key: globex_sk_c4n4ry\r
            > \r
            } [3 bytes data]
            \r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r100     3    0     0  100     3      0  \
                2  0:00:01  0:00:01 --:--:--     2< HTTP/1.1 200 OK\r
            < x-tenant-id: acme\r
            < \r
            { [3 bytes data]
            \r100     6  100     3  100     3      1      1  0:00:03  0:00:01  0:00:02     3
            * Connection #0 to host 127.0.0.1 left intact

            """
        #expect(try read(printed) == ["Host=127.0.0.1:44137", "X-API-Key=globex_sk_c4n4ry"])
    }

    @Test(
        arguments: [
            ("Authorization Bearer c4n4ry", "line 1 is no header: it has no colon"),
            ("a: b\n\nc4n4ry", "line 3 is no header: it has no colon"),
            ("HTTP/1.1 200 OK", "line 1 is no header: it has no colon"),
            (": c4n4ry", "line 1 is no header: \(noName)"),
            ("a : b", "line 1 is no header: \(noName)"),
            (" a: b", "line 1 is no header: \(noName)"),
            ("\u{FEFF}a: b", "line 1 is no header: \(noName)"),
            ("\u{212A}: b", "line 1 is no header: \(noName)"),
            ("a: b\0c", "line 1 is no header: it has a control character"),
            ("a: b\rc: d", "line 1 is no header: it has a control character"),
            ("x\na: b\ny: z\0", "line 1 is no header: it has no colon\nline 3 is no header: it has a control character"),
        ])
    func `any other line is told and never quoted`(text: String, problem: String) {
        #expect { try read(text) } throws: { "\($0)" == problem }
    }

    @Test func `of many such lines the first ten are told and the rest counted`() throws {
        let error = try #require(throws: HeaderText.Unreadable.self) { try read(String(repeating: "x\n", count: 300)) }
        #expect(error.lines.count == 300)
        #expect(error.description.split(separator: "\n").count == 11)
        #expect(error.description.hasSuffix("and 290 more like these"))
    }
}
