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
    }
}
