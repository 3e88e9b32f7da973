import Testing

@testable import TenantCore

/// What the configuration shows of tenants that are not isolated from each other.
struct IsolationTests {
    private func warnings(_ entries: [JSONValue]) -> [String] {
        issues(in: entries).filter { $0.severity == .warning }.map { "\($0.path) \($0.problem)" }
    }

    @Test func `tenants with databases of their own are no finding`() throws {
        let entries = [isolatedEntry("a"), isolatedEntry("b"), isolatedEntry("c")]
        #expect(warnings(entries).isEmpty)
        #expect(try load(entries).isolationFindings.isEmpty)
    }

    @Test(
        arguments: [
            ("mongodb://mongo:27017", "mongodb://mongo:27017", "same", "same", true),
            ("mongodb://mongo", "mongodb://MONGO:27017/", "same", "SAME", true),
            ("mongodb://u:p@mongo", "mongodb://v:q@mongo/?tls=true", "same", "same", true),
            ("mongodb://a,b/?replicaSet=r", "mongodb://b,c/?replicaSet=r", "same", "same", true),
            ("mongodb://localhost", "mongodb://127.0.0.1", "same", "same", true),
            ("mongodb://[::1]", "mongodb://localhost", "same", "same", true),
            ("mongodb+srv://set.example.com", "mongodb+srv://SET.example.com", "same", "same", true),
            ("mongodb+srv://set.example.com", "mongodb+srv://set.example.com.", "same", "same", true),
            ("mongodb://m.example", "mongodb://m.example.:27017", "same", "same", true),
            ("mongodb://10.0.0.1", "mongodb://x,[::ffff:10.0.0.1]/?replicaSet=r", "same", "same", true),
            ("mongodb://10.0.0.1", "mongodb://0x0a.0.0.1", "same", "same", true),
            ("mongodb://[2001:db8::1]", "mongodb://[2001:db8:0:0:0:0:0:1]", "same", "same", true),
            ("mongodb://127.0.0.1", "mongodb://127.0.0.2", "same", "same", false),
            ("mongodb://mongo", "mongodb://mongo", "one", "other", false),
            ("mongodb://mongo:1", "mongodb://mongo:2", "same", "same", false),
            ("mongodb://localhost:1", "mongodb://127.0.0.1:2", "same", "same", false),
            ("mongodb://set.example.com", "mongodb+srv://set.example.com", "same", "same", false),
        ])
    func `two tenants on one MongoDB database are a finding`(
        row: (left: String, right: String, leftDatabase: String, rightDatabase: String, isShared: Bool)
    ) {
        let found = warnings([
            isolatedEntry("a", ["mongo_uri": .string(row.left), "mongo_database": .string(row.leftDatabase)]),
            isolatedEntry("b", ["mongo_uri": .string(row.right), "mongo_database": .string(row.rightDatabase)]),
        ])
        #expect(found.count == (row.isShared ? 1 : 0))
        #expect(found.allSatisfy { $0.hasPrefix("TENANT_CONFIGS[1].mongo_database shares the MongoDB database") && $0.hasSuffix("with a") })
    }

    @Test(
        arguments: [
            ("redis:6379", "redis:6379", 3, 3, true), ("redis:6379", "rediss://u:p@REDIS:6379", 3, 3, true),
            ("localhost:6379", "redis://127.0.0.1", 0, 0, true), ("r.example:6379", "rediss://r.example.", 0, 0, true),
            ("10.0.0.1:6379", "redis://[::ffff:a00:1]", 0, 0, true), ("127.1:6379", "2130706433:6379", 0, 0, true),
            ("127.0.0.1:6379", "127.0.0.2:6379", 0, 0, false), ("redis:6379", "redis:6379", 3, 4, false),
            ("redis:6379", "redis:6380", 3, 3, false),
        ])
    func `two tenants on one Redis database are a finding`(
        row: (left: String, right: String, leftIndex: Int, rightIndex: Int, isShared: Bool)
    ) {
        let found = warnings([
            isolatedEntry("a", ["redis_addr": .string(row.left), "redis_db": .integer(row.leftIndex)]),
            isolatedEntry("b", ["redis_addr": .string(row.right), "redis_db": .integer(row.rightIndex)]),
        ])
        #expect(found.count == (row.isShared ? 1 : 0))
        #expect(found.allSatisfy { $0.hasPrefix("TENANT_CONFIGS[1].redis_db shares the Redis database") })
    }

    @Test(
        arguments: [
            ("R.Example.", "r.example"), ("r.example", "r.example"), ("localhost.", "localhost"), ("127.0.0.1", "localhost"),
            ("::1", "localhost"), ("0:0:0:0:0:0:0:1", "localhost"), ("::ffff:127.0.0.1", "localhost"), ("127.1", "localhost"),
            ("127.0.1", "localhost"), ("2130706433", "localhost"), ("0x7f000001", "localhost"), ("0X7F.1", "localhost"),
            ("017700000001", "localhost"), ("0177.0.0.01", "localhost"),
            ("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "0.0.0.0"), ("0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("4294967295", "255.255.255.255"), ("10.0.0.1", "10.0.0.1"), ("10.0.0.1.", "10.0.0.1"), ("10.1", "10.0.0.1"),
            ("10.0.0.01", "10.0.0.1"), ("10.0.0.010", "10.0.0.8"), ("012.0.0.1", "10.0.0.1"), ("0x0a.0.0.1", "10.0.0.1"),
            ("0xA.0x0.0x0.0x1", "10.0.0.1"), ("10.0.258", "10.0.1.2"), ("10.66051", "10.1.2.3"), ("167772161", "10.0.0.1"),
            ("::ffff:10.0.0.1", "10.0.0.1"), ("::FFFF:a00:1", "10.0.0.1"), ("0:0:0:0:0:ffff:0a00:0001", "10.0.0.1"),
            ("2001:db8::1", "2001:db8:0:0:0:0:0:1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1"),
            ("2001:0db8::0:1", "2001:db8:0:0:0:0:0:1"), ("2001:db8::10.0.0.1", "2001:db8:0:0:0:0:a00:1"),
            ("1::", "1:0:0:0:0:0:0:0"), ("::", "0:0:0:0:0:0:0:0"), ("::10.0.0.1", "0:0:0:0:0:0:a00:1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8"),
            // No numbers, and so names, whatever they come to.
            ("256.0.0.1", "256.0.0.1"), ("10.0.0.08", "10.0.0.08"), ("10.0.0.256", "10.0.0.256"), ("10.0.65536", "10.0.65536"),
            ("4294967296", "4294967296"), ("10.0.0.0.1", "10.0.0.0.1"), ("0x", "0x"), ("0x.0.0.1", "0x.0.0.1"), ("0xg", "0xg"),
            ("10.0.0.1a", "10.0.0.1a"), ("10..1", "10..1"), ("-1", "-1"), ("+1", "+1"), ("1e3", "1e3"), (".", ""), ("", ""),
        ])
    func `a host is the same however it is spelt`(host: String, canonical: String) {
        #expect(CanonicalHost(host).description == canonical)
    }

    @Test func `a group is one finding that names three and counts the rest, without credentials`() throws {
        let entries = ["a", "b", "c", "d", "e", "f"].map {
            isolatedEntry($0, ["mongo_uri": "mongodb://user:c4n4ry@mongo", "mongo_database": "shared"])
        }
        let found = warnings(entries)
        #expect(found == ["TENANT_CONFIGS[5].mongo_database shares the MongoDB database shared on mongo:27017, with a, b, c and 2 more"])
        #expect(try load(entries).isolationFindings.count == 6)
    }

    @Test func `a chain of seeds is one group`() {
        let entries = [("a", "m1,m2"), ("b", "m3,m4"), ("c", "m2,m3")].map { id, hosts in
            isolatedEntry(id, ["mongo_uri": .string("mongodb://\(hosts)/?replicaSet=r"), "mongo_database": "shared"])
        }
        #expect(warnings(entries).count == 1)
    }

    @Test func `a Redis with more tenants than databases is a finding of its own`() throws {
        let entries = (0..<17).map { index in
            isolatedEntry("t\(index)", ["redis_addr": "redis:6379", "redis_db": .integer(index % 16)])
        }
        let found = warnings(entries)
        #expect(found.count == 2)
        #expect(found.last?.contains("16 databases for 17 tenants") == true)
        #expect(warnings(Array(entries.prefix(16))).isEmpty)
        let counts = try load(entries).isolationFindings
        #expect(counts[id("t0")] == 2)
        #expect(counts[id("t1")] == 1)
    }

    @Test func `more logins on one server than sessions are kept for is a finding`() throws {
        let entries = (0..<4).map { index in
            isolatedEntry("t\(index)", ["redis_addr": .string("redis://user\(index):p@redis"), "redis_db": .integer(index)])
        }
        let tenants = try load(entries).tenants
        #expect(IsolationReview(loginLimit: 3).findings(among: tenants).map(\.key) == ["redis_addr"])
        #expect(IsolationReview(loginLimit: 4).findings(among: tenants).isEmpty)
    }

    @Test func `logins count together on one server, however it is spelt`() throws {
        let hosts = ["10.0.0.1", "10.1", "[::ffff:10.0.0.1]", "0xa.0.0.1"]
        let entries = hosts.enumerated().map { index, host in
            isolatedEntry("t\(index)", ["mongo_uri": .string("mongodb://user\(index):p@\(host)")])
        }
        let findings = IsolationReview(loginLimit: 3).findings(among: try load(entries).tenants)
        #expect(findings.map(\.key) == ["mongo_uri"])
        #expect(findings.first?.what.hasPrefix("the MongoDB 10.0.0.1:27017, which has") == true)
    }

    @Test func `a tenant that is not watched shares nothing`() {
        let shared: KeyValuePairs<String, JSONValue?> = ["mongo_uri": "mongodb://mongo", "mongo_database": "shared"]
        #expect(
            warnings([isolatedEntry("a", shared), isolatedEntry("b", ["mongo_database": "shared", "redis_addr": "nonsense"])]).isEmpty)
    }

    @Test func `a tenant that a reload keeps counts again`() throws {
        let shared: KeyValuePairs<String, JSONValue?> = ["mongo_uri": "mongodb://mongo", "mongo_database": "shared"]
        let before = try load([isolatedEntry("a", shared), isolatedEntry("b")])
        let after = try load([isolatedEntry("a", ["name": nil]), isolatedEntry("b", shared)])
        #expect(after.isolationFindings.isEmpty)
        #expect(after.keeping(before).isolationFindings.count == 2)
    }
}
