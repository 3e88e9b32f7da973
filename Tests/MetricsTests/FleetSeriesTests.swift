import Checking
import Foundation
import TenantCore
import Testing

@testable import TenantMetrics

/// The series that belong to no tenant.
struct FleetSeriesTests {
    private let desk = Desk()

    /// One rejected entry, as loading makes it.
    private func rejected() throws -> [TenantDirectory.Rejected] {
        let good: JSONValue = [
            "tenant_id": "x", "name": "X", "mongo_uri": "mongodb://m", "mongo_database": "d", "redis_addr": "r:1",
        ]
        let text = JSONValue.array([good, [:]]).description
        return try TenantLoader(environment: ["TENANT_CONFIGS": text], dependencies: []).load().rejected
    }

    @Test func `every reason of failure is zero before the first failure`() throws {
        let samples = try desk.page().samples(of: "tenantwatch_fleet_check_failures_total")
        #expect(Set(samples.compactMap { $0.labels["reason"] }) == ["timeout", "disconnected"])
        #expect(samples.allSatisfy { $0.value == 0 && $0.labels["check"] == "redis_liveness" })
    }

    @Test func `skipped turns and durations are zero before the first of them`() throws {
        let page = try desk.page()
        #expect(page.value("tenantwatch_skipped_turns_total", ["dependency": "redis"]) == 0)
        #expect(page.value("tenantwatch_fleet_check_duration_seconds_count", ["dependency": "redis"]) == 0)
        #expect(page.value("tenantwatch_schedule_lateness_seconds_count") == 0)
    }

    @Test func `failures are counted by reason over all tenants`() throws {
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.absorb([
            observation("acme", failure(.timeout)), observation("globex", failure(.timeout)), observation("globex", failure(.disconnected)),
        ])
        let page = try desk.page()
        #expect(page.value("tenantwatch_fleet_check_failures_total", ["reason": "timeout"]) == 2)
        #expect(page.value("tenantwatch_fleet_check_failures_total", ["reason": "disconnected"]) == 1)
    }

    @Test func `a skipped turn is counted and is no check`() throws {
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme", .skipped), observation("acme", .skipped), observation("acme")])
        let page = try desk.page()
        #expect(page.value("tenantwatch_skipped_turns_total", ["dependency": "redis"]) == 2)
        #expect(page.value("tenantwatch_fleet_check_duration_seconds_count", ["dependency": "redis"]) == 1)
        #expect(page.value("tenantwatch_schedule_lateness_seconds_count") == 1)
    }

    @Test func `alerts and their delivery are handed on`() throws {
        let page = try desk.page()
        #expect(page.value("tenantwatch_alerts_firing", ["alertname": "TenantwatchDependencyDown"]) == 2)
        #expect(page.value("tenantwatch_alerts_firing", ["alertname": "TenantwatchAgentLate"]) == 0)
        #expect(page.value("tenantwatch_alerts_muted") == 1)
        let transitions = ["fired", "resolved"].map {
            page.value("tenantwatch_alert_transitions_total", ["alertname": "TenantwatchDependencyDown", "transition": $0])
        }
        #expect(transitions == [5, 3])
        #expect(page.value("tenantwatch_silences_active") == 4)
        #expect(page.value("tenantwatch_notifications_total", ["receiver": "ops"]) == 9)
        #expect(page.value("tenantwatch_notifications_oldest_age_seconds", ["receiver": "ops"]) == 1.5)
        for (outcome, count) in ["succeeded": 7.0, "failed": 6, "abandoned": 1] {
            #expect(page.value("tenantwatch_deliveries_total", ["receiver": "ops", "outcome": outcome]) == count)
        }
    }

    @Test func `tenants and issues are counted`() throws {
        let issues = [
            ConfigurationIssue(path: "a", problem: "b", fix: "c"), ConfigurationIssue(.warning, path: "a", problem: "b", fix: "c"),
            ConfigurationIssue(.warning, path: "d", problem: "e", fix: "f"),
        ]
        desk.adopt([try tenant("acme"), try tenant("globex")], rejected: try rejected(), issues: issues)
        let page = try desk.page()
        #expect(page.value("tenantwatch_tenants", ["state": "watched"]) == 2)
        #expect(page.value("tenantwatch_tenants", ["state": "rejected"]) == 1)
        #expect(page.value("tenantwatch_config_issues", ["severity": "error"]) == 1)
        #expect(page.value("tenantwatch_config_issues", ["severity": "warning"]) == 2)
    }

    @Test func `a load that was rejected shows until one succeeds`() throws {
        desk.ledger.noteReload(isSuccessful: true)
        let good = try desk.page()
        desk.ledger.noteReload(isSuccessful: false)
        let bad = try desk.page()
        #expect(good.value("tenantwatch_config_last_reload_successful") == 1)
        #expect(bad.value("tenantwatch_config_last_reload_successful") == 0)
        let name = "tenantwatch_config_last_reload_success_timestamp_seconds"
        #expect(bad.value(name) == good.value(name))
        #expect(good.value(name) ?? 0 > 0)
    }

    @Test func `the machinery's figures are handed on`() throws {
        let page = try desk.page()
        #expect(page.value("tenantwatch_sink_queued", ["sink": "audit"]) == 3)
        #expect(page.value("tenantwatch_sink_dropped_total", ["sink": "audit"]) == 2)
        #expect(page.value("tenantwatch_sink_healthy", ["sink": "audit"]) == 1)
        #expect(page.value("tenantwatch_sink_healthy", ["sink": "ops"]) == 0)
        #expect(page.value("tenantwatch_lane_threads_busy", ["lane": "redis"]) == 4)
        #expect(page.value("tenantwatch_lane_threads", ["lane": "redis"]) == 5)
        #expect(page.value("tenantwatch_lane_queued", ["lane": "redis"]) == 6)
        #expect(page.value("tenantwatch_sessions_open", ["dependency": "redis"]) == 7)
        #expect(page.value("tenantwatch_build_info", ["version": "1.2.3"]) == 1)
        #expect(page.value("process_start_time_seconds") == 1_700_000_000)
    }

    @Test(arguments: ["process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds", "process_max_fds"])
    func `the process measures itself`(name: String) throws {
        #expect(try desk.page().value(name) ?? 0 > 0)
    }
}
