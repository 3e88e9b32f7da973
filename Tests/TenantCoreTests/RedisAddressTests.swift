import TenantCore
import Testing

struct RedisAddressTests {
    @Test(arguments: [("localhost:6379", "localhost:6379"), ("[fd00::5]:6380", "[fd00::5]:6380"), ("10.1.2.3:7000", "10.1.2.3:7000")])
    func `a bare address says nothing else`(text: String, endpoint: String) throws {
        let address = try RedisAddress.parse(text)
        #expect(address.endpoint.description == endpoint)
        #expect(address.usesTLS == nil)
        #expect(address.username == nil)
        #expect(address.password == nil)
        #expect(address.index == nil)
    }

    @Test(
        arguments: [
            ("redis://redis", "redis:6379", false, nil), ("redis://redis:7000/", "redis:7000", false, nil),
            ("redis://redis:7000/0", "redis:7000", false, 0), ("rediss://redis/15", "redis:6379", true, 15),
            ("rediss://[::1]:6380/3", "[::1]:6380", true, 3),
        ] as [(String, String, Bool, Int?)])
    func `a URL says whether it uses TLS and may name a database`(
        text: String, endpoint: String, usesTLS: Bool, index: Int?
    ) throws {
        let address = try RedisAddress.parse(text)
        #expect(address.endpoint.description == endpoint)
        #expect(address.usesTLS == usesTLS)
        #expect(address.index == index)
    }

    @Test(
        arguments: [
            ("redis://:hunter2@redis:6379", nil, "hunter2"), ("redis://app:hunter2@redis:6379", "app", "hunter2"),
            ("redis://app@redis:6379", "app", nil), ("redis://app:p%40s%2Fs@redis", "app", "p@s/s"),
            ("rediss://a%3Ab:c:d@redis", "a:b", "c:d"), ("redis://@redis", nil, nil), ("redis://:@redis", nil, nil),
        ] as [(String, String?, String?)])
    func `a URL may hold a user and a password`(text: String, username: String?, password: String?) throws {
        let address = try RedisAddress.parse(text)
        #expect(address.username == username)
        #expect(address.password?.opened == password)
        #expect(address.endpoint.host == "redis")
    }

    @Test(arguments: [
        "redis://u:p@\u{301}h:6379/", "redis://h:6379/\u{301}@g/", "redis:\u{301}//h", "redis://u:p\u{FE0F}@h", "redis://u:pä@h",
        "hôst:6379",
        "redis://h?\u{200D}", "redis://h/1\u{0}", "host:6379\n", "redis://h:6379/\u{661}",
    ])
    func `a character that is no printable ASCII is refused with a hint`(text: String) {
        let problem = #expect(throws: AddressProblem.self) { try RedisAddress.parse(text) }
        #expect(problem?.text.contains("percent-encoded") == true && problem?.text.contains("Punycode") == true)
    }

    @Test(arguments: [
        "", "localhost", "localhost:", "localhost:0", "::1:6379", "redis://", "redis://redis:99999", "http://redis:6379",
        "unix:///run/redis.sock", "REDIS//redis", "redis://redis/16", "redis://redis/-1", "redis://redis/zero", "redis://redis/0/1",
        "redis://redis?db=1", "redis://redis#1", "redis://a@b@redis", "redis://:%zz@redis", "user:hunter2@redis:6379",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: AddressProblem.self) { try RedisAddress.parse(text) }
    }
}
