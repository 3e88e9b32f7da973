import Testing

@testable import RedisProbe

struct RedisServerReportTests {
    private func reasons(_ lines: String...) -> [String] {
        RedisServerReport(lines.joined(separator: "\r\n")).findings(at: "redis:6379").map(\.reason.rawValue)
    }

    @Test func `a master with room is no finding`() {
        #expect(reasons("# Memory", "used_memory:100", "maxmemory:0", "maxmemory_policy:noeviction", "role:master").isEmpty)
        #expect(reasons("").isEmpty)
        #expect(reasons("nonsense", ":", "used_memory:x").isEmpty)
    }

    @Test(
        arguments: [
            (100, 100, 0, "noeviction", true), (99, 100, 0, "noeviction", false), (120, 100, 30, "noeviction", false),
            (200, 100, 0, "allkeys-lru", false), (200, 0, 0, "noeviction", false),
        ])
    func `memory is out where nothing can make room`(row: (used: Int, limit: Int, uncounted: Int, policy: String, isOut: Bool)) {
        let found = reasons(
            "used_memory:\(row.used)", "maxmemory:\(row.limit)", "mem_not_counted_for_evict:\(row.uncounted)",
            "maxmemory_policy:\(row.policy)")
        #expect(found == (row.isOut ? ["out_of_memory"] : []))
    }

    @Test(
        arguments: [
            ("1", "up", ["read_only"]), ("0", "up", []), ("1", "down", ["stale_replica", "read_only"]), ("0", "down", ["stale_replica"]),
        ] as [(String, String, [String])])
    func `a replica says what it is`(readOnly: String, link: String, expected: [String]) {
        for role in ["slave", "replica"] {
            #expect(reasons("role:\(role)", "slave_read_only:\(readOnly)", "master_link_status:\(link)") == expected)
        }
    }

    @Test func `a broken cluster and a failed save are findings`() {
        #expect(reasons("cluster_enabled:1", "cluster_state:fail") == ["cluster_down"])
        #expect(reasons("cluster_enabled:1", "cluster_state:ok").isEmpty)
        #expect(reasons("rdb_last_bgsave_status:err") == ["unsaved"])
        #expect(reasons("aof_last_write_status:err") == ["unsaved"])
    }

    @Test func `numbers that no server has are none`() {
        let hostile = ["used_memory:\(Int.min)", "mem_not_counted_for_evict:1", "maxmemory:1", "maxmemory_policy:noeviction"]
        #expect(RedisServerReport(hostile.joined(separator: "\r\n")).findings(at: "redis:6379").isEmpty)
        #expect(
            reasons("used_memory:\(Int.max)", "mem_not_counted_for_evict:-1", "maxmemory:1", "maxmemory_policy:noeviction") == [
                "out_of_memory"
            ])
    }

    @Test func `of a name that is given twice the first counts`() {
        #expect(reasons("role:master", "role:slave", "slave_read_only:1").isEmpty)
    }
}
