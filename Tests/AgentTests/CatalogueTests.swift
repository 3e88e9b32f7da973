import Foundation
import RealServers
import TenantMetrics
import Testing

/// Rules and dashboards name nothing that the agent does not expose.
struct CatalogueTests {
    @Test func `every metric of the rules and dashboards is in the catalogue`() throws {
        let known = Set(Catalogue.all.flatMap { [$0.name] + $0.seriesNames })
        let folders = ["alerts", "dashboards"].map { Ground.root.appending(path: $0) }
        let files = try folders.flatMap { try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
        #expect(files.count >= 3)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            // Recorded series have colons and are not exposed.
            let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":")) }
            let names = Set(words.filter { $0.hasPrefix("tenantwatch_") && !$0.contains(":") }.map(String.init))
            #expect(names.subtracting(known).isEmpty, "\(file.lastPathComponent)")
        }
    }

    @Test func `the rules pass their own tests`() throws {
        try run("promtool", ["check", "rules", Ground.root.appending(path: "alerts/tenantwatch.rules.yaml").path])
        try run("promtool", ["test", "rules", Ground.root.appending(path: "alerts/tenantwatch.test.yaml").path])
    }
}
