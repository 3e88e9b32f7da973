import Testing

@testable import Checking

/// When it is said that a subject's answers say nothing about it.
struct InconclusiveTests {
    private static let throttled = Observation.Outcome.failed(failure("throttled", isUndecided: true))
    private static let doubted: Observation.Outcome = {
        var failure = failure("no_route", isUndecided: true)
        failure.isDoubted = true
        return .failed(failure)
    }()
    private static let noPlace: Observation.Outcome = {
        var failure = failure("timeout", isUndecided: true)
        failure.isLocalLimit = true
        return .failed(failure)
    }()
    private static let exhausted = Observation.Outcome.failed(
        ProbeFailure(.timeout, "no descriptor", remedy: "Raise the limit.", isUndecided: true, evidence: .exhausted))

    private static let rows: [(name: String, outcomes: [Observation.Outcome], changes: [String])] = [
        ("nothing", [], []), ("answers", [.good, .bad, .noteworthy], []), ("one", [.undecided], ["rate_limited"]),
        ("many of one reason", [.undecided, .undecided, .undecided], ["rate_limited"]),
        ("another reason", [.undecided, throttled, throttled, .undecided], ["rate_limited", "throttled", "rate_limited"]),
        ("a good answer", [.undecided, .good], ["rate_limited", "ended"]),
        ("a bad answer", [.undecided, .bad], ["rate_limited", "ended"]),
        ("a finding", [.undecided, .noteworthy], ["rate_limited", "ended"]),
        ("anew", [.undecided, .good, .undecided], ["rate_limited", "ended", "rate_limited"]),
        ("a skipped turn", [.undecided, .skipped, .undecided], ["rate_limited"]),
        ("skipped turns", [.undecided, .skipped, .skipped, .skipped], ["rate_limited", "unknown"]),
        ("skipped turns and back", [.undecided, .skipped, .skipped, .undecided], ["rate_limited", "unknown", "rate_limited"]),
        ("doubt", [.undecided, doubted, doubted], ["rate_limited", "unknown"]), ("doubt alone", [doubted, doubted, .good], []),
        ("no place for a session", [noPlace, noPlace], []), ("no descriptor", [exhausted, exhausted], []),
        ("our limit between", [.undecided, noPlace, .good], ["rate_limited", "unknown", "ended"]),
        ("our limit and back", [.undecided, exhausted, .undecided, .bad, .good], ["rate_limited", "unknown", "rate_limited", "ended"]),
    ]

    @Test(arguments: rows.indices) func `it is said when it begins, changes, ends or is not known any more`(index: Int) throws {
        let row = Self.rows[index]
        let book = StatusBook(thresholds: Thresholds())
        let plan = Plan(directory: try directory(["acme"]), kinds: [], cadence: Cadence(interval: .seconds(30), timeout: .seconds(5)))
        var full = plan
        full.checks = [check(checkID("acme"))]
        book.adopt(full.change(from: nil), at: start)
        let changes = row.outcomes.enumerated().flatMap { second, outcome in
            book.judge([observation(checkID("acme"), outcome, at: Double(second))]).inconclusive
        }
        let words = changes.map { change in
            switch change.state {
            case .holds(let finding): finding.reason.rawValue
            case .ended: "ended"
            case .unknown: "unknown"
            }
        }
        #expect(words == row.changes, "\(row.name)")
        #expect(changes.allSatisfy { $0.subject == subject("acme") })
    }
}
