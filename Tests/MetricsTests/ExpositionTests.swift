import Checking
import TenantCore
import TenantMetrics
import Testing

struct ExpositionTests {
    /// Every step, as exact as can be, for the longest rows.
    private let steps = Dictionary(uniqueKeysWithValues: Phase.all.map { ($0, Duration.nanoseconds(123_456_789)) })

    /// A desk with so many tenants, one in three of which fails.
    private func desk(_ count: Int) throws -> Desk {
        let template = try tenant("template")
        let tenants = try (0..<count).map { index in
            var tenant = template
            tenant.id = try #require(TenantID("tenant-\(index)"))
            return tenant
        }
        let desk = Desk()
        desk.adopt(tenants)
        desk.absorb(
            tenants.enumerated().map { index, tenant in
                observation(
                    tenant.id.rawValue, index % 3 == 0 ? failure(.timeout) : .answered(Reading(phases: steps)))
            })
        return desk
    }

    /// The lines with labels, by the name that they begin with.
    private func rows(_ bytes: [UInt8]) -> [String: [ArraySlice<UInt8>]] {
        Dictionary(grouping: bytes.split(separator: UInt8(ascii: "\n"))) { line in
            String(decoding: line.prefix { $0 != UInt8(ascii: "{") }, as: UTF8.self)
        }
    }

    @Test func `3,000 tenants lose nothing between the chunks`() throws {
        let found = rows(try desk(3000).bytes)
        for (name, count) in [
            // A third has failed once, which is below the threshold: its status is unknown and has no `up`.
            ("tenantwatch_up", 2000), ("tenantwatch_status", 12000), ("tenantwatch_check_last_duration_seconds", 3000),
            ("tenantwatch_check_duration_seconds_sum", 3000), ("tenantwatch_check_duration_seconds_count", 3000),
            ("tenantwatch_check_phase_seconds", 10000), ("tenantwatch_checks_total", 3000), ("tenantwatch_check_failures_total", 3000),
            ("tenantwatch_failing", 1000), ("tenantwatch_last_success_timestamp_seconds", 3000),
            ("tenantwatch_check_interval_seconds", 3000), ("tenantwatch_tenant_info", 3000), ("tenantwatch_tenant_backend_info", 3000),
        ] {
            #expect(found[name]?.count == count, "\(name)")
            #expect(found[name].map { Set($0).count } == count, "\(name)")
        }
    }

    @Test func `3,000 tenants make many chunks of a bounded size`() throws {
        let sizes = try desk(3000).exposition.map(\.count)
        #expect(sizes.count > 10)
        #expect(sizes.allSatisfy { $0 > 0 && $0 < 80 * 1024 })
    }

    @Test func `a header stands once, however many chunks its family takes`() throws {
        let headers = try desk(3000).bytes.split(separator: UInt8(ascii: "\n")).filter { $0.first == UInt8(ascii: "#") }
        #expect(headers.count == 2 * Catalogue.all.count)
        #expect(Set(headers).count == headers.count)
    }

    @Test(arguments: [0, 1, 2, 50, 400])
    func `a page of any size can be read to its end`(count: Int) throws {
        let bytes = try desk(count).bytes
        let page = try Page(bytes)
        #expect(bytes.last == UInt8(ascii: "\n"))
        #expect(page.samples(of: "tenantwatch_tenant_info").count == count)
        #expect(page.families.last?.samples.count == 1)
    }

    @Test func `a page is that of its moment, whatever happens while it is sent`() throws {
        let desk = try desk(3000)
        let exposition = desk.exposition
        let before = exposition.reduce(into: [UInt8]()) { $0 += $1 }
        desk.adopt([])
        let after = exposition.reduce(into: [UInt8]()) { $0 += $1 }
        let isSame = before == after
        #expect(isSame)
    }

    @Test func `before the first plan the agent's own figures are there`() throws {
        let page = try Desk().page()
        #expect(page.value("tenantwatch_build_info") == 1)
        #expect(page.samples(of: "tenantwatch_up").isEmpty)
    }
}
