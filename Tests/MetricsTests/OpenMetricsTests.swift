import Checking
import Testing

@testable import TenantMetrics

/// What OpenMetrics 1.0 wants otherwise than the text format. Its own parser reads whole pages in the agent's tests.
struct OpenMetricsTests {
    private func lines() throws -> [String] {
        let desk = Desk()
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.absorb([observation("acme"), observation("globex", failure(.timeout))])
        return String(decoding: desk.bytes(as: .openMetrics), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func `the page ends with its mark, once, and nothing behind it`() throws {
        let lines = try lines()
        #expect(lines.suffix(2) == ["# EOF", ""])
        #expect(lines.filter { $0 == "# EOF" }.count == 1)
        #expect(!lines.dropLast().contains(""))
    }

    @Test func `the text format has no such mark`() throws {
        #expect(!String(decoding: Desk().bytes, as: UTF8.self).contains("EOF"))
    }

    @Test func `a counter's family has no suffix, and its samples do`() throws {
        let lines = try lines()
        #expect(lines.contains("# TYPE tenantwatch_checks counter"))
        #expect(lines.contains("tenantwatch_checks_total{tenant=\"acme\",check=\"redis_liveness\"} 1"))
    }

    @Test func `an info's family has no suffix, and its samples do`() throws {
        let lines = try lines()
        #expect(lines.contains("# TYPE tenantwatch_build info"))
        #expect(lines.contains("tenantwatch_build_info{version=\"1.2.3\"} 1"))
    }

    @Test func `a unit is declared where the family's name ends in it`() throws {
        let lines = try lines()
        #expect(lines.contains("# UNIT process_cpu_seconds seconds"))
        #expect(lines.contains("# UNIT process_resident_memory_bytes bytes"))
        for line in lines where line.hasPrefix("# UNIT ") {
            let words = line.split(separator: " ")
            #expect(words[2].hasSuffix("_\(words[3])"))
        }
    }

    @Test func `each family is declared once, before its samples`() throws {
        let types = try lines().filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        #expect(types == Catalogue.all.map { $0.familyName[...] })
        #expect(Set(types).count == types.count)
    }

    @Test func `quotes in a help text are escaped`() {
        var buffer = TextBuffer()
        buffer.header(Metric(.gauge, "x", [], "a\\b\"c\nd"), .openMetrics)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "# TYPE x gauge\n# HELP x a\\\\b\\\"c\\nd\n")
    }
}
