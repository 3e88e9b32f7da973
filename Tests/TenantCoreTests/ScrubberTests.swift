import TenantCore
import Testing

struct ScrubberTests {
    @Test(arguments: [
        ("cannot reach mongodb://app:hunter2@mongo:27017/db", "cannot reach mongodb://<redacted>@mongo:27017/db"),
        ("redis://:p@ss@redis:6379", "redis://<redacted>@redis:6379"),
        ("a://b:c@d and e://f:g@h", "a://<redacted>@d and e://<redacted>@h"),
        ("https://app.acme.com/path", "https://app.acme.com/path"),
        ("mail to ops@acme.com", "mail to ops@acme.com"),
        ("\"x://a:b@c\" said d@e", "\"x://<redacted>@c\" said d@e"),
        ("", ""),
    ])
    func `credentials in URLs are replaced`(text: String, shown: String) {
        #expect(Scrubber().scrub(text) == shown)
    }

    @Test func `known secrets are replaced wherever they occur`() {
        let scrubber = Scrubber(secrets: [Secret("hunter2"), Secret("")])
        #expect(scrubber.scrub("user hunter2, password hunter2") == "user <redacted>, password <redacted>")
    }

    @Test(arguments: [["hunter2", "hunter2-staging"], ["hunter2-staging", "hunter2"]])
    func `a secret that begins with another one is replaced whole`(secrets: [String]) {
        let text = Scrubber(secrets: secrets.map { Secret($0) }).scrub("login with hunter2-staging failed")
        #expect(!text.contains("staging"))
    }

    @Test(arguments: ["a\nb", "a\rb", "a\tb", "a\u{1B}b", "a\u{0}b", "a\u{7F}b", "a\u{85}b", "a\u{2028}b", "a\u{202E}b", "a\u{2066}b"])
    func `characters that break or reorder lines become spaces`(text: String) {
        #expect(Scrubber().scrub(text) == "a b")
    }

    @Test(arguments: [(10, "0123456789"), (9, "01234567…"), (1, "…")])
    func `a long text is cut at its limit`(limit: Int, shown: String) {
        #expect(Scrubber().scrub("0123456789", limit: limit) == shown)
    }

    @Test func `a text is short unless somebody asks for more`() {
        #expect(Scrubber().scrub(String(repeating: "x", count: 5000)).count == 256)
    }
}
