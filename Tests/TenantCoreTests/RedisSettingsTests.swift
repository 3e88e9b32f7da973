import TenantCore
import Testing

struct RedisSettingsTests {
    @Test(arguments: [
        ("redis:6379", "redis:6379", false), ("[fd00::5]:6380", "[fd00::5]:6380", false), ("redis://redis", "redis:6379", false),
        ("rediss://redis:6380", "redis:6380", true),
    ])
    func `the address may be bare or a URL`(text: String, endpoint: String, usesTLS: Bool) throws {
        let redis = try #require(loadOne(entry(["redis_addr": .string(text)])).redis)
        #expect(redis.endpoint.description == endpoint)
        #expect((redis.tls != nil) == usesTLS)
    }

    @Test func `keys beside a bare address say the rest`() throws {
        let tenant = try loadOne(
            entry([
                "redis_addr": "redis:6379", "redis_db": 7, "redis_username": "app", "redis_password": "hunter2", "redis_tls": true,
                "redis_ca_file": "/etc/ca.pem",
            ]))
        let redis = try #require(tenant.redis)
        #expect(redis.index == 7)
        #expect(redis.username == "app")
        #expect(redis.password?.opened == "hunter2")
        #expect(redis.tls == TLSSettings(caFile: "/etc/ca.pem"))
    }

    @Test func `a URL may say all of it`() throws {
        let redis = try #require(loadOne(entry(["redis_addr": "rediss://app:hunter2@redis:6380/7", "redis_db": nil])).redis)
        #expect(redis.index == 7)
        #expect(redis.username == "app")
        #expect(redis.password?.opened == "hunter2")
        #expect(redis.tls == TLSSettings())
    }

    @Test func `a URL and keys that agree are fine`() throws {
        let found = issues(in: [
            entry([
                "redis_addr": "rediss://app:hunter2@redis:6380/7", "redis_db": 7, "redis_username": "app",
                "redis_password": "hunter2", "redis_tls": true,
            ])
        ])
        #expect(found.isEmpty)
    }

    @Test(
        arguments: [
            ("redis://redis/1", "redis_db", 2), ("redis://redis/1", "redis_db", 0), ("redis://redis", "redis_tls", true),
            ("rediss://redis", "redis_tls", false), ("redis://:hunter2@redis", "redis_password", "hunter3"),
        ] as [(String, String, JSONValue)])
    func `a URL that disagrees with a key is an issue of the key`(text: String, key: String, value: JSONValue) {
        #expect(errorKeys(of: entry(["redis_addr": .string(text), "redis_db": nil, key: value])) == [key])
    }

    @Test func `a URL that names another user is an issue`() {
        let keys = errorKeys(of: entry(["redis_addr": "redis://app:p@redis", "redis_username": "other", "redis_db": nil]))
        #expect(keys == ["redis_username"])
    }

    @Test func `a user without a password is an issue`() {
        #expect(errorKeys(of: entry(["redis_username": "app"])) == ["redis_username"])
    }

    @Test func `a password without a user is that of the default user`() throws {
        let redis = try #require(loadOne(entry(["redis_password": "hunter2"])).redis)
        #expect(redis.username == nil)
        #expect(redis.password?.opened == "hunter2")
    }

    @Test func `an authority without TLS is an issue`() {
        #expect(errorKeys(of: entry(["redis_ca_file": "/etc/ca.pem"])) == ["redis_ca_file"])
    }

    @Test(arguments: ["redis_tls", "redis_username", "redis_ca_file"], [5, ["x"], [:]] as [JSONValue])
    func `a value of another kind is an issue`(key: String, value: JSONValue) {
        #expect(errorKeys(of: entry([key: value])) == [key])
    }

    @Test(arguments: ["true", "yes", 1] as [JSONValue])
    func `TLS is true or false and nothing that resembles it`(value: JSONValue) {
        #expect(errorKeys(of: entry(["redis_tls": value])) == ["redis_tls"])
    }
}
