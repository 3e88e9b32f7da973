import Checking
import Testing

@testable import TenantMetrics

struct CatalogueTests {
    @Test func `no name occurs twice`() {
        #expect(Set(Catalogue.all.map(\.name)).count == Catalogue.all.count)
    }

    @Test(arguments: Catalogue.all)
    func `a metric's name follows the conventions of Prometheus`(metric: Metric) {
        #expect(metric.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
        #expect(metric.name.hasPrefix("tenantwatch_") || metric.name.hasPrefix("process_"))
        #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"))
        #expect((metric.kind == .info) == metric.name.hasSuffix("_info"))
        for suffix in ["_bucket", "_sum", "_count"] { #expect(!metric.name.hasSuffix(suffix)) }
        for unit in ["_ms", "_milliseconds", "_minutes", "_kilobytes"] { #expect(!metric.name.contains(unit)) }
    }

    @Test(arguments: Catalogue.all)
    func `a metric's help is a sentence on one line`(metric: Metric) {
        #expect(metric.help.hasSuffix("."))
        #expect(!metric.help.contains("\n"))
    }

    @Test(arguments: Catalogue.all)
    func `the documentation has a row for the metric`(metric: Metric) {
        let rows = Catalogue.markdown.split(separator: "\n").filter { $0.hasPrefix("| `\(metric.name)` |") }
        #expect(rows.count == 1)
        #expect(rows.first?.contains(metric.help) == true)
        #expect(rows.first?.contains("| \(metric.kind.rawValue) |") == true)
    }

    @Test func `the page exposes every metric once, with its help and type, in the order of the catalogue`() throws {
        let desk = Desk()
        desk.adopt([try tenant("acme")])
        let families = try desk.page().families
        #expect(families.map(\.name) == Catalogue.all.map(\.name))
        #expect(families.map(\.kind) == Catalogue.all.map { $0.kind == .info ? "gauge" : $0.kind.rawValue })
        #expect(families.map(\.help) == Catalogue.all.map(\.help))
    }

    @Test func `every sample belongs to the family above it`() throws {
        let desk = Desk()
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.absorb([observation("acme"), observation("globex", failure(.timeout))])
        for (family, metric) in zip(try desk.page().families, Catalogue.all) {
            for sample in family.samples { #expect(metric.seriesNames.contains(sample.name)) }
        }
    }

    @Test func `every sample carries the labels that the catalogue promises`() throws {
        let desk = Desk()
        desk.adopt([try tenant("acme")])
        desk.absorb([observation("acme", failure(.timeout))])
        for (family, metric) in zip(try desk.page().families, Catalogue.all) {
            let promised = Set(metric.labels.filter { !$0.hasPrefix("(") })
            for sample in family.samples {
                #expect(Set(sample.labels.keys).subtracting(["le"]) == promised)
            }
        }
    }

    @Test func `no series occurs twice`() throws {
        let desk = Desk()
        desk.adopt([try tenant("acme"), try tenant("globex")])
        desk.absorb([observation("acme"), observation("globex", failure(.timeout))])
        let keys = try desk.page().samples.map { sample in
            sample.name + sample.labels.sorted { $0.key < $1.key }.map { "|\($0.key)=\($0.value)" }.joined()
        }
        #expect(Set(keys).count == keys.count)
    }
}
