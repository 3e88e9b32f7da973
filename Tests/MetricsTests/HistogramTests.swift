import Checking
import Testing

@testable import TenantMetrics

struct HistogramTests {
    /// The buckets of the fleet's durations after checks that took so long, smallest bound first.
    private func buckets(_ durations: [Duration]) throws -> [(bound: Double, count: Double)] {
        let desk = Desk()
        desk.adopt([try tenant("acme")])
        desk.absorb(durations.map { observation("acme", duration: $0) })
        return try desk.page().samples(of: "tenantwatch_fleet_check_duration_seconds_bucket").map { sample in
            (try #require(sample.labels["le"].flatMap { Double($0) }), sample.value)
        }
    }

    @Test func `the bounds rise and end in infinity`() throws {
        let bounds = try buckets([]).map(\.bound)
        #expect(bounds == bounds.sorted())
        #expect(Set(bounds).count == bounds.count)
        #expect(bounds.last == .infinity)
        #expect(bounds.count > 5)
    }

    @Test func `each bucket holds all that are smaller`() throws {
        let durations: [Duration] = [
            .zero, .microseconds(900), .milliseconds(3), .milliseconds(40), .seconds(2), .seconds(7), .seconds(600),
        ]
        for (bound, count) in try buckets(durations) {
            #expect(count == Double(durations.count { $0 / .seconds(1) <= bound }))
        }
    }

    @Test(arguments: [1, 5, 10, 100, 1000, 10_000] as [Int])
    func `a bound belongs to its own bucket`(milliseconds: Int) throws {
        let buckets = try buckets([.milliseconds(milliseconds)])
        let bucket = try #require(buckets.first { $0.bound == Double(milliseconds) / 1000 })
        #expect(bucket.count == 1)
        #expect(buckets.filter { $0.bound < bucket.bound }.allSatisfy { $0.count == 0 })
    }

    @Test func `sum and count agree with the observations`() throws {
        let desk = Desk()
        desk.adopt([try tenant("acme")])
        desk.absorb([.milliseconds(250), .milliseconds(500), .seconds(100)].map { observation("acme", duration: $0) })
        let page = try desk.page()
        let name = "tenantwatch_fleet_check_duration_seconds"
        #expect(page.value("\(name)_sum") == 100.75)
        #expect(page.value("\(name)_count") == 3)
        #expect(page.value("\(name)_bucket", ["le": "+Inf"]) == 3)
    }

    @Test func `lateness is measured apart from duration`() throws {
        let desk = Desk()
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme", duration: .seconds(1), lateness: .milliseconds(500)), observation("acme", lateness: .seconds(-1))])
        let page = try desk.page()
        #expect(page.value("tenantwatch_schedule_lateness_seconds_sum") == 0.5)
        #expect(page.value("tenantwatch_schedule_lateness_seconds_count") == 2)
    }
}
