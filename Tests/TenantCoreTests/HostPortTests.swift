import TenantCore
import Testing

struct HostPortTests {
    @Test(arguments: [
        ("localhost:6379", "localhost", 6379), ("acme-redis:1", "acme-redis", 1), ("10.0.0.5:65535", "10.0.0.5", 65535),
        ("[::1]:6379", "::1", 6379), ("[fd00::5]:27017", "fd00::5", 27017), ("Redis.Acme.COM:6379", "redis.acme.com", 6379),
        ("host", "host", 1234), ("[::1]", "::1", 1234),
    ])
    func `an address is read`(text: String, host: String, port: Int) throws {
        let address = try HostPort.parse(text, defaultPort: 1234)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        "", ":6379", "host:", "host:0", "host:65536", "host:-1", "host:+1", "host:6379x", "host:６３７９", "ho st:1", "host:1:2",
        "::1:6379", "[::1", "[host]:1", "[]:1", "hôst:1", "host/path:1", "user@host:1", "host\u{0}:1",
        String(repeating: "h", count: 254) + ":1",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: AddressProblem.self) { try HostPort.parse(text, defaultPort: 1234) }
    }

    @Test(arguments: [
        "[::]", "[::1]", "[1::]", "[fd00::5]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[::ffff:1.2.3.4]",
        "[64:ff9b::1.2.3.4]", "[1:2:3:4:5:6:1.2.3.4]", "[FD00::ABCD]", "localhost", "a_b", "a--b", "a.b.", "256.0.0.1", "1.2.3.4.", "0",
        "xn--bcher-kva.example", "H.EXAMPLE", "_srv.example", "\(String(repeating: "a", count: 63)).com",
    ])
    func `a sound host is taken`(text: String) throws {
        #expect(try HostPort.parse(text, defaultPort: 1).port == 1)
    }

    @Test(arguments: [
        "[hello:world]", "[zz::1]", "[:]", "[:::]", "[::::]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7]", "[::1.]", "[1::2::3]", "[12345::]",
        "[::ffff:300.1.1.1]", "[::ffff:01.1.1.1]", "[1.2.3.4::]", "[::1.2.3.4:5]", "[1.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]",
        "[1:2:3:4::5:6:7:8]", "[a_b:c-d]", "[::1%eth0]", "[::1%25eth0]", "[1:]", "[:1]", "[::+1]",
    ])
    func `brackets hold an IPv6 address and nothing else`(text: String) {
        let problem = #expect(throws: AddressProblem.self) { try HostPort.parse(text, defaultPort: 1234) }
        #expect(problem == AddressProblem("has brackets around something other than an IPv6 address"))
    }

    @Test(arguments: [
        "-", ".", "..", "a..b", ".a", "-a", "a-", "a-.b", "a.-b", "a.b..", "a*b", "\(String(repeating: "a", count: 64)).com", "h%2ex", "(",
    ])
    func `a name is made of labels`(text: String) {
        let problem = #expect(throws: AddressProblem.self) { try HostPort.parse(text, defaultPort: 1234) }
        #expect(problem?.text.hasPrefix("has a malformed host name") == true)
    }

    @Test(arguments: [
        ("bücher.example", "Punycode"), ("h\u{301}:1", "Punycode"), ("h:\u{301}1", "Punycode"), ("[\u{301}::1]", "Punycode"),
        ("\u{212A}:1", "Punycode"),
        ("localhost::1", "more than one colon"), ("::1", "brackets around its IPv6"), ("", "empty host"),
    ])
    func `the problem says what to mend`(text: String, word: String) {
        let problem = #expect(throws: AddressProblem.self) { try HostPort.parse(text, defaultPort: 1234) }
        #expect(problem?.text.contains(word) == true)
    }

    @Test(arguments: ["[::1]6379", "[::1]x80", "[::1]/80"])
    func `what follows a bracket must be a colon and a port`(text: String) {
        #expect(throws: AddressProblem.self) { try HostPort.parse(text, defaultPort: 1234) }
    }

    @Test(arguments: ["host", "[::1]"])
    func `without a default the port is required`(text: String) {
        #expect(throws: AddressProblem.self) { try HostPort.parse(text, defaultPort: nil) }
    }

    @Test(arguments: ["localhost:6379", "10.0.0.5:6379", "[fd00::5]:6379"])
    func `the description can be read again`(text: String) throws {
        let address = try HostPort.parse(text, defaultPort: nil)
        #expect(address.description == text)
        #expect(try HostPort.parse(address.description, defaultPort: nil) == address)
    }

    @Test func `two spellings of a name are one address`() {
        #expect(HostPort(host: "ACME", port: 1) == HostPort(host: "acme", port: 1))
        #expect(HostPort(host: "\u{212A}", port: 1) != HostPort(host: "k", port: 1))
    }
}
