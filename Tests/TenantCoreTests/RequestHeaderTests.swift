import TenantCore
import Testing

struct RequestHeaderTests {
    private func read(_ headers: [(String, String)]) throws -> [String?] {
        let credentials = try RequestCredentials(headers: headers.map { (name: $0.0, value: $0.1) })
        return [credentials.token?.opened, credentials.apiKey?.opened, credentials.tenantHeader]
    }

    @Test func `the three are found, whatever the case of their names`() throws {
        #expect(
            try read([("AUTHORIZATION", "bearer t"), ("X-Api-Key", "k"), ("x-TENANT-id", "acme"), ("Host", "x")]) == ["t", "k", "acme"])
        #expect(try read([("Host", "x")]) == [nil, nil, nil])
    }

    @Test func `a header that is repeated with the same value is one`() throws {
        #expect(try read([("x-tenant-id", "acme"), ("X-Tenant-ID", "acme")]) == [nil, nil, "acme"])
    }

    @Test(arguments: ["authorization", "x-api-key", "x-tenant-id"])
    func `a header with two values is refused, for which of them counts would be a guess`(name: String) {
        #expect(throws: RequestCredentials.HeaderProblem.self) { try read([(name, "Bearer a"), (name, "Bearer b")]) }
    }

    @Test(arguments: ["Basic dXNlcjpwYXNz", "token", "Bearer"])
    func `an authorization of another scheme is refused`(value: String) {
        #expect(throws: RequestCredentials.HeaderProblem.self) { try read([("Authorization", value)]) }
    }
}
