import Checking
import TenantCore
import Testing

@testable import RedisProbe

struct RedisProbeKindTests {
    private func check(_ changes: KeyValuePairs<String, JSONValue?> = [:]) throws -> Check {
        var entry: JSONObject = [
            "tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "db",
            "redis_addr": "rediss://app:c4n4ry@Redis.acme.com:6380", "redis_db": 3,
        ]
        for (key, value) in changes { entry[key] = value }
        let environment = ["TENANT_CONFIGS": JSONValue.array([.object(entry)]).description]
        let tenant = try #require(try TenantLoader(environment: environment, dependencies: ["redis"]).load().tenants.first)
        let checks = RedisProbeKind().checks(for: tenant, cadence: Cadence(interval: .seconds(15), timeout: .seconds(2)))
        try #require(checks.count == 1)
        return checks[0]
    }

    @Test func `a tenant has one check, keyed by the server's endpoint`() throws {
        let check = try check()
        #expect(check.id.subject.description == "acme/redis")
        #expect(check.backend.rawValue == "redis.acme.com:6380")
        #expect(check.interval == .seconds(15))
        #expect(check.timeout == .seconds(2))
    }

    @Test func `tenants with other credentials lean on the same backend`() throws {
        #expect(try check().backend == check(["redis_addr": "redis://:other@redis.acme.com:6380"]).backend)
    }

    @Test(
        arguments: [
            ["redis_db": 4], ["redis_addr": "rediss://app:other@redis.acme.com:6380"],
            ["redis_addr": "rediss://bpp:c4n4ry@redis.acme.com:6380"],
            ["redis_addr": "redis://app:c4n4ry@redis.acme.com:6380"], ["redis_ca_file": "/etc/ca.pem"],
        ] as [KeyValuePairs<String, JSONValue?>])
    func `whatever changes how the server is asked changes the settings`(changes: KeyValuePairs<String, JSONValue?>) throws {
        #expect(try check().settings != check(changes).settings)
    }

    @Test func `a new name changes no settings`() throws {
        #expect(try check().settings == check(["name": "Other", "redis_addr": "rediss://app:c4n4ry@redis.acme.com:6380"]).settings)
    }

    @Test func `only those who verify certificates alike share a failure of TLS`() throws {
        let secure = try check().trust
        #expect(try check(["redis_db": 4]).trust == secure)
        #expect(try check(["redis_ca_file": "/etc/ca.pem"]).trust != secure)
        #expect(try check(["redis_addr": "redis://app:c4n4ry@redis.acme.com:6380"]).trust != secure)
    }

    @Test func `a check shows no secret`() throws {
        let check = try check()
        var text = "\(check)"
        dump(check, to: &text)
        #expect(!text.contains("c4n4ry"))
    }

    @Test func `the catalogue knows each reason once`() {
        let reasons = RedisProbeKind().catalogue.values.flatMap { $0 }
        #expect(Set(reasons).count == reasons.count)
    }
}
