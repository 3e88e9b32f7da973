import TenantCore
import Testing

@testable import Alerting

/// Nothing that the settings say may end a header and begin another.
struct ReceiverEndpointTests {
    private func endpoint(
        _ headers: [(String, String)] = [], credentials: ReceiverEndpoint.Credentials? = nil
    ) -> ReceiverEndpoint {
        ReceiverEndpoint(
            url: Secret("https://hooks.example.com/x"), host: "hooks.example.com:443", credentials: credentials,
            headers: headers.map { ReceiverEndpoint.Header(name: $0.0, value: Secret($0.1)) })
    }

    @Test(
        arguments: [
            ("X-Team", "blue", nil), ("Authorization", "GenieKey abc", nil), ("X-Team", "grün", nil),
            ("X-Team", "a\r\nX-Evil: b", "the value of the header X-Team has a line break"),
            ("X-Team", "a\nb", "the value of the header X-Team has a line break"),
            ("X-Team", "a\rb", "the value of the header X-Team has a line break"),
            ("X-Team", "token\n", "the value of the header X-Team has a line break"),
            ("X-Team", "a\0b", "the value of the header X-Team has a control character"),
            ("X-Team", "", "the value of the header X-Team is empty"),
            ("X-Team", " a", "the value of the header X-Team begins or ends with a space"),
            ("X-Team", String(repeating: "a", count: 8193), "the value of the header X-Team is longer than 8192 bytes"),
            ("X Team", "a", "a header's name is not made of letters, digits and !#$%&'*+-.^_`|~"),
            ("X-Team:", "a", "a header's name is not made of letters, digits and !#$%&'*+-.^_`|~"),
            ("X\r\nY", "a", "a header's name is not made of letters, digits and !#$%&'*+-.^_`|~"),
            ("", "a", "a header's name is not made of letters, digits and !#$%&'*+-.^_`|~"),
            ("content-LENGTH", "5", "the header content-LENGTH is set by tenantwatch itself"),
            ("Webhook-Signature", "v1,", "the header Webhook-Signature is set by tenantwatch itself"),
        ] as [(String, String, String?)])
    func `a header is sent only when it is one header`(name: String, value: String, problem: String?) {
        #expect(ReceiverEndpoint.problem(with: ReceiverEndpoint.Header(name: name, value: Secret(value))) == problem)
    }

    @Test(
        arguments: [
            (.bearer(Secret("abc")), nil), (.basic(username: "ops", password: Secret("a:b c")), nil),
            (.bearer(Secret("a\r\nX: b")), "the bearer token has a line break"), (.bearer(Secret("")), "the bearer token is empty"),
            (.basic(username: "o:ps", password: Secret("")), "the user name has a colon"),
            (.basic(username: "ops\n", password: Secret("")), "the user name has a line break or another control character"),
            (.basic(username: "ops", password: Secret("a\n")), "the password has a line break or another control character"),
        ] as [(ReceiverEndpoint.Credentials, String?)])
    func `credentials are sent only when they stay on their line`(credentials: ReceiverEndpoint.Credentials, problem: String?) {
        #expect(endpoint(credentials: credentials).problem == problem)
    }

    @Test func `a header given twice is refused, whatever its capitals`() {
        #expect(endpoint([("X-Team", "a"), ("x-team", "b")]).problem == "the header x-team is given twice")
    }

    @Test func `a header does not compete with credentials`() {
        let problem = endpoint([("authorization", "a")], credentials: .bearer(Secret("b"))).problem
        #expect(problem == "the header Authorization is given and credentials too")
    }
}
