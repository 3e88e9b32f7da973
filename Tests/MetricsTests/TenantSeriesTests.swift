import Checking
import TenantCore
import Testing

@testable import TenantMetrics

/// The series of single tenants: when they appear, what they say and when they are gone.
struct TenantSeriesTests {
    private let desk = Desk()

    @Test func `before the first answer a check is counted as zero`() throws {
        desk.adopt([try tenant("acme")])
        let page = try desk.page()
        let names = [
            "tenantwatch_checks_total", "tenantwatch_check_failures_total", "tenantwatch_check_duration_seconds_sum",
            "tenantwatch_check_duration_seconds_count", "tenantwatch_last_success_timestamp_seconds",
        ]
        for name in names { #expect(page.value(name, ["tenant": "acme", "check": "redis_liveness"]) == 0) }
    }

    @Test func `while a subject is unknown it is neither up nor down`() throws {
        desk.adopt([try tenant("acme")])
        #expect(try desk.page().samples(of: "tenantwatch_up").isEmpty)
        #expect(try desk.page().value("tenantwatch_status", ["tenant": "acme", "status": "unknown"]) == 1)
    }

    @Test func `a good answer makes it up`() throws {
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme")])
        #expect(try desk.page().value("tenantwatch_up", ["tenant": "acme", "dependency": "redis"]) == 1)
    }

    @Test func `up is the last answer while the status still waits`() throws {
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme"), observation("acme", failure(.timeout))])
        #expect(try desk.page().value("tenantwatch_up", ["tenant": "acme"]) == 0)
        #expect(try desk.page().value("tenantwatch_status", ["tenant": "acme", "status": "healthy"]) == 1)
    }

    @Test func `a stalled agent does not go on saying up`() throws {
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme"), observation("acme", .skipped), observation("acme", .skipped)])
        #expect(try desk.page().samples(of: "tenantwatch_up").isEmpty)
        #expect(try desk.page().value("tenantwatch_status", ["tenant": "acme", "status": "unknown"]) == 1)
    }

    @Test(
        arguments: [
            ([.answered(Reading())], "healthy"), ([.answered(Reading(findings: [Finding(.timeout, "slow", remedy: "")]))], "degraded"),
            ([failure(.timeout), failure(.timeout), failure(.timeout)], "down"), ([], "unknown"),
        ] as [([Observation.Outcome], String)])
    func `exactly one status holds`(outcomes: [Observation.Outcome], status: String) throws {
        desk.adopt([try tenant("acme")])
        desk.absorb(outcomes.map { observation("acme", $0) })
        let samples = try desk.page().samples(of: "tenantwatch_status")
        #expect(Set(samples.compactMap { $0.labels["status"] }) == ["healthy", "unknown", "degraded", "down"])
        #expect(samples.filter { $0.value == 1 }.map { $0.labels["status"] } == [status])
        #expect(samples.filter { $0.value == 0 }.count == 3)
    }

    @Test func `answers are counted, summed and timed`() throws {
        desk.adopt([try tenant("acme")])
        desk.absorb([
            observation("acme", duration: .milliseconds(250)), observation("acme", failure(.timeout), duration: .milliseconds(500)),
            observation("acme", .skipped, duration: .seconds(9)),
        ])
        let page = try desk.page()
        let labels = ["tenant": "acme", "check": "redis_liveness"]
        #expect(page.value("tenantwatch_checks_total", labels) == 2)
        #expect(page.value("tenantwatch_check_failures_total", labels) == 1)
        #expect(page.value("tenantwatch_check_duration_seconds_sum", labels) == 0.75)
        #expect(page.value("tenantwatch_check_duration_seconds_count", labels) == 2)
        #expect(page.value("tenantwatch_check_last_duration_seconds", labels) == 0.5)
        #expect(page.value("tenantwatch_last_success_timestamp_seconds", labels) == 1_700_000_000)
    }

    @Test func `the reason of a failure shows while it lasts`() throws {
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme", failure(.timeout))])
        #expect(try desk.page().value("tenantwatch_failing", ["tenant": "acme", "reason": "timeout"]) == 1)
        desk.absorb([observation("acme", failure(.disconnected))])
        #expect(try desk.page().samples(of: "tenantwatch_failing").map { $0.labels["reason"] } == ["disconnected"])
        desk.absorb([observation("acme")])
        #expect(try desk.page().samples(of: "tenantwatch_failing").isEmpty)
    }

    @Test func `what says nothing of a dependency shows while nothing else comes, unless it is our own doing`() throws {
        desk.adopt([try tenant("acme")])
        func reasons() throws -> [String?] { try desk.page().samples(of: "tenantwatch_inconclusive").map { $0.labels["reason"] } }
        func inconclusive(_ change: (inout ProbeFailure) -> Void = { _ in }) -> Observation.Outcome {
            var failure = ProbeFailure(.disconnected, "asks for less", remedy: "Ask less.", isUndecided: true)
            change(&failure)
            return .failed(failure)
        }
        desk.absorb([observation("acme")])
        #expect(try reasons() == [])
        desk.absorb([observation("acme", inconclusive())])
        #expect(try reasons() == ["disconnected"])
        #expect(try desk.page().samples(of: "tenantwatch_failing").isEmpty)
        desk.absorb([observation("acme", .skipped)])
        #expect(try reasons() == ["disconnected"])
        desk.absorb([observation("acme", failure(.timeout))])
        #expect(try reasons() == [])
        desk.absorb([
            observation("acme", inconclusive { $0.isLocalLimit = true }), observation("acme", inconclusive { $0.evidence = .exhausted }),
        ])
        #expect(try reasons() == [])
    }

    /// The steps that a page shows of its only check.
    private func steps() throws -> [String: Double] {
        let samples = try desk.page().samples(of: "tenantwatch_check_phase_seconds")
        return Dictionary(uniqueKeysWithValues: samples.map { ($0.labels["phase"] ?? "", $0.value) })
    }

    @Test func `each step of the last check is shown, and none of the one before`() throws {
        desk.adopt([try tenant("acme")])
        let all: [Phase: Duration] = [
            .resolve: .milliseconds(1), .connect: .milliseconds(2), .tls: .milliseconds(3), .auth: .milliseconds(4),
            .command: .milliseconds(5),
        ]
        desk.absorb([observation("acme", .answered(Reading(phases: all)))])
        #expect(try steps() == ["resolve": 0.001, "connect": 0.002, "tls": 0.003, "auth": 0.004, "command": 0.005])
        desk.absorb([
            observation("acme", .failed(ProbeFailure(.timeout, "it failed", remedy: "Mend it.", phases: [.tls: .milliseconds(6)])))
        ])
        #expect(try steps() == ["tls": 0.006])
        desk.absorb([observation("acme", .answered(Reading(phases: [Phase(rawValue: "unheard of"): .seconds(1)])))])
        #expect(try steps().isEmpty)
    }

    @Test func `checks that fail for different reasons keep their own, whoever leaves`() throws {
        func reasons() throws -> [String?: String?] {
            let samples = try desk.page().samples(of: "tenantwatch_failing")
            return Dictionary(uniqueKeysWithValues: samples.map { ($0.labels["tenant"], $0.labels["reason"]) })
        }
        desk.adopt([try tenant("acme"), try tenant("globex"), try tenant("initech")])
        let finding = Reading(findings: [Finding(.garbage, "odd", remedy: ""), Finding(.timeout, "slow", remedy: "")])
        desk.absorb([
            observation("acme", failure(.timeout)), observation("globex", failure(.disconnected)),
            observation("initech", .answered(finding)),
        ])
        #expect(try reasons() == ["acme": "timeout", "globex": "disconnected", "initech": "protocol_error"])
        desk.adopt([try tenant("globex"), try tenant("initech")])
        desk.absorb([observation("initech", failure(ProbeFailure.Reason(rawValue: "refused")))])
        #expect(try reasons() == ["globex": "disconnected", "initech": "refused"])
    }

    @Test func `a page that was begun before a reason was heard of shows those of its moment`() throws {
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.absorb([observation("acme", failure(.timeout)), observation("globex", failure(.disconnected))])
        let before = desk.exposition
        desk.adopt([try tenant("globex")])
        desk.absorb([observation("globex", failure(.garbage))])
        let page = try Page(before.reduce(into: []) { $0 += $1 })
        #expect(page.samples(of: "tenantwatch_failing").compactMap { $0.labels["reason"] } == ["timeout", "disconnected"])
    }

    @Test func `a removed tenant leaves no series behind`() throws {
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.absorb([observation("acme", failure(.timeout)), observation("globex")])
        desk.adopt([try tenant("globex")])
        #expect(try desk.page().samples.allSatisfy { $0.labels["tenant"] != "acme" })
        #expect(try desk.page().samples.contains { $0.labels["tenant"] == "globex" })
    }

    @Test func `what is heard of a removed tenant later brings no series back`() throws {
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.adopt([try tenant("globex")])
        desk.absorb([observation("acme", failure(.timeout))])
        #expect(try desk.page().samples.allSatisfy { $0.labels["tenant"] != "acme" })
    }

    @Test func `a removed tenant takes none of another's figures along`() throws {
        desk.adopt([try tenant("a"), try tenant("b"), try tenant("c")])
        desk.absorb([observation("a"), observation("c"), observation("c")])
        desk.adopt([try tenant("a"), try tenant("c"), try tenant("d")])
        desk.absorb([observation("d"), observation("c")])
        let page = try desk.page()
        let counts = ["a", "b", "c", "d"].map { page.value("tenantwatch_checks_total", ["tenant": $0]) }
        #expect(counts == [1, nil, 3, 1])
    }

    @Test func `a changed check keeps its counters and shows its new interval and backend`() throws {
        desk.adopt([try tenant("acme")], checks: [check("acme")])
        desk.absorb([observation("acme"), observation("acme")])
        desk.adopt([try tenant("acme")], checks: [check("acme", interval: .seconds(60), settings: "new", backend: "server:2")])
        let page = try desk.page()
        #expect(page.value("tenantwatch_checks_total", ["tenant": "acme"]) == 2)
        #expect(page.value("tenantwatch_check_interval_seconds", ["tenant": "acme"]) == 60)
        #expect(page.samples(of: "tenantwatch_tenant_backend_info").map { $0.labels["backend"] } == ["server:2"])
    }

    @Test func `a tenant says its name and where its frontend is`() throws {
        var acme = try tenant("acme")
        acme.frontendURL = try WebAddress.parse("https://app.acme.com")
        desk.adopt([acme])
        let info = try desk.page().samples(of: "tenantwatch_tenant_info")
        #expect(info.map(\.labels) == [["tenant": "acme", "name": "Acme", "frontend_url": "https://app.acme.com"]])
        #expect(info.map(\.value) == [1])
    }

    @Test func `a dependency that is not checked has a series of its own and no other`() throws {
        let entry: JSONValue = [
            "tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "d", "redis_addr": "nonsense",
        ]
        let environment = ["TENANT_CONFIGS": JSONValue.array([entry]).description]
        desk.adopt(try TenantLoader(environment: environment, dependencies: ["mongo", "redis"]).load().tenants)
        let page = try desk.page()
        #expect(page.value("tenantwatch_not_checked", ["tenant": "acme", "dependency": "redis"]) == 1)
        #expect(page.samples(of: "tenantwatch_not_checked").count == 1)
        #expect(page.samples(of: "tenantwatch_status").isEmpty, "it is no subject of a plan")
        desk.adopt([try tenant("acme")])
        #expect(try desk.page().samples(of: "tenantwatch_not_checked").isEmpty)
    }
}
