import BlockingIO
import Checking
import Foundation
import RealServers
import TenantCore
import Testing

/// One section of docs/server-matrix.md: what the agent says of which server.
struct ServerMatrix {
    /// What tells the rows of a section apart.
    struct Place: Hashable {
        var server: String
        var settings: String
    }

    /// What one answer alone means.
    struct Verdict: Equatable {
        var status: String
        var reason: String
        var remedy: String
    }

    private static let file = Ground.root.appending(path: "docs/server-matrix.md")

    private(set) var rows: [Place: Verdict] = [:]
    private(set) var repeated: [Place] = []

    /// Reads the table under the heading `section`.
    init(section: String) throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let parts = text.components(separatedBy: "\n## ")
        let lines = try #require(parts.first { $0.hasPrefix("\(section)\n") }).split(separator: "\n").filter { $0.hasPrefix("|") }
        for line in lines.dropFirst(2) {  // The head and the line below it.
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 5, "\(line)")
            let place = Place(server: cells[0], settings: cells[1])
            if rows[place] != nil { repeated.append(place) }
            rows[place] = Verdict(status: cells[2], reason: cells[3].replacing("`", with: ""), remedy: cells[4])
        }
    }

    /// Runs every scenario, and holds each against its row and the rows against the scenarios.
    func verify<Servers: SharedServers>(_ scenarios: [Scenario<Servers>], with servers: Servers, kind: () -> any ProbeKind) throws {
        let lane = BlockingLane(name: "matrix")
        for scenario in scenarios {
            do {
                // A kind of its own, so that no session is kept and nothing is known of the server.
                let verdict = Verdict(try scenario.run(kind(), with: servers, on: lane))
                #expect(rows[scenario.place]?.admits(verdict) == true, "found: \(verdict.row(at: scenario.place))")
            } catch {
                Issue.record("\(scenario.place): \(error)")
            }
        }
        #expect(repeated.isEmpty, "rows that stand twice")
        let untold = Set(rows.keys).subtracting(scenarios.map(\.place))
        #expect(untold.isEmpty, "rows without a scenario")
        #expect(Set(scenarios.map(\.place)).count == scenarios.count, "scenarios that stand twice")
    }
}

extension ServerMatrix.Verdict {
    init(_ outcome: Observation.Outcome) {
        switch outcome {
        case .answered(let reading):
            status = (reading.findings.isEmpty ? Status.healthy : .degraded).rawValue
            reason = reading.findings.map(\.reason.rawValue).joined(separator: ", ")
            remedy = reading.findings.first?.remedy ?? ""
        case .failed(let failure):
            status = (failure.isUndecided ? Status.unknown : .down).rawValue
            reason = failure.reason.rawValue
            remedy = failure.remedy
        case .skipped: (status, reason, remedy) = (Status.unknown.rawValue, "skipped", "")
        }
    }

    /// Whether a row says so. Where the moment decides, it names several reasons with ` or ` between them, and as many
    /// remedies with ` — or: ` between them.
    func admits(_ other: Self) -> Bool {
        let pairs = zip(reason.components(separatedBy: " or "), remedy.components(separatedBy: " — or: "))
        return pairs.contains { Self(status: status, reason: $0, remedy: $1) == other }
    }

    /// As it would stand in the file.
    func row(at place: ServerMatrix.Place) -> String {
        let reasons = reason.split(separator: ", ").map { "`\($0)`" }.joined(separator: ", ")
        return "| \(place.server) | \(place.settings) | \(status) | \(reasons) | \(remedy) |".replacing("  ", with: " ")
    }
}
