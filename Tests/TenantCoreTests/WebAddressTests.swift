import TenantCore
import Testing

struct WebAddressTests {
    @Test(arguments: [
        ("https://app.acme.com", "app.acme.com:443", ""), ("http://localhost:8080/", "localhost:8080", "/"),
        ("https://login.microsoftonline.com/{tenant}/v2.0", "login.microsoftonline.com:443", "/{tenant}/v2.0"),
        ("https://keycloak.example.com:8443/realms/my-realm", "keycloak.example.com:8443", "/realms/my-realm"),
        ("http://[::1]:9000/a", "[::1]:9000", "/a"), ("http://acme.com", "acme.com:80", ""),
    ])
    func `a URL is read and kept as it is written`(text: String, endpoint: String, path: String) throws {
        let address = try WebAddress.parse(text)
        #expect(address.endpoint.description == endpoint)
        #expect(address.path == path)
        #expect(address.url == text)
        #expect(address.usesTLS == text.hasPrefix("https"))
    }

    @Test(arguments: [
        "", "app.acme.com", "ftp://acme.com", "javascript:alert(1)", "https://", "https:///path", "https://acme.com:0/",
        "https://user@acme.com/", "https://user:pass@acme.com/", "https://acme.com/#top", "https://acme.com/?a=b",
        "https://acme.com?a=b", "https://acme.com/a b", "https://acme.com/ä", "https://acme.com/\n", "https://acme.com/\u{7F}",
        "https://[::1/", "https://acme.com\\evil.com/",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: AddressProblem.self) { try WebAddress.parse(text) }
    }

    @Test(arguments: [
        "https://acme.com/\u{301}", "https://user@\u{301}acme.com", "https:/\u{301}/acme.com", "https://bücher.example",
        "https://acme.com?\u{200D}a",
        "https://acme.com#\u{FE0F}",
    ])
    func `a character that is no printable ASCII is refused with a hint`(text: String) {
        let problem = #expect(throws: AddressProblem.self) { try WebAddress.parse(text, allowsQuery: true) }
        #expect(problem?.text.contains("percent-encoded") == true && problem?.text.contains("Punycode") == true)
    }

    @Test func `a query is taken where it is allowed and is no part of the path`() throws {
        let address = try WebAddress.parse("https://acme.com/callback?next=/home", allowsQuery: true)
        #expect(address.path == "/callback")
    }

    @Test(arguments: [
        ("http://localhost", true), ("http://127.0.0.1:9000", true), ("http://127.1.2.3", true), ("http://[::1]/", true),
        ("http://LOCALHOST/", true), ("http://acme.com", false), ("http://10.0.0.1", false), ("http://localhost.acme.com", false),
        ("http://128.0.0.1", false),
    ])
    func `loopback is recognised`(text: String, isLoopback: Bool) throws {
        #expect(try WebAddress.parse(text).isLoopback == isLoopback)
    }

    @Test(arguments: ["http://127.0.0.1.acme.com", "http://127.acme.com/"])
    func `a name that only begins like a loopback address is not loopback`(text: String) throws {
        #expect(try !WebAddress.parse(text).isLoopback)
    }
}
