import Testing

@testable import Checking

/// When an agent is late: each row is what half-minute after half-minute brings.
struct PunctualityTests {
    private struct HalfMinute {
        var started = 0
        var late = 0
        var skipped = 0
    }

    private static let (well, late, skipping) = (
        HalfMinute(started: 300, late: 3), HalfMinute(started: 300, late: 4), HalfMinute(started: 297, skipped: 4)
    )
    private static let none = HalfMinute()

    /// What is said at the end of each.
    private func problems(_ history: [HalfMinute]) -> [String?] {
        let begun = ContinuousClock.now
        var punctuality = Punctuality(threshold: .seconds(1))
        _ = punctuality.problem(at: begun)
        return history.enumerated().map { index, half in
            let good = observation(checkID("acme"), .good)
            var (late, skipped) = (good, observation(checkID("acme"), .skipped))
            (late.lateness, skipped.turns) = (.seconds(1.5), half.skipped)
            punctuality.note(Array(repeating: good, count: half.started - half.late) + Array(repeating: late, count: half.late))
            if half.skipped > 0 { punctuality.note([skipped]) }
            return punctuality.problem(at: begun + .seconds(30 * (index + 1)))
        }
    }

    @Test func `one check in a hundred may be late`() {
        #expect(problems([Self.well, Self.well, Self.well]) == [nil, nil, nil])
    }

    @Test func `more are a problem in the second half-minute, until one is in time`() {
        #expect(
            problems([Self.late, Self.late, Self.late, Self.well]) == [
                nil, "8 of 600 checks started late", "8 of 600 checks started late", nil,
            ])
    }

    @Test func `a burst is none`() {
        #expect(problems([Self.well, HalfMinute(started: 300, late: 300), Self.well, Self.well]) == [nil, nil, nil, nil])
    }

    @Test func `skipped turns count as such`() {
        #expect(problems([Self.skipping, Self.skipping]) == [nil, "8 of 602 turns were skipped"])
    }

    @Test func `half-minutes without a turn say nothing, and five minutes of them that nothing is known`() {
        let rare = [Self.none, Self.late, Self.none, Self.late]
        #expect(problems(rare).last == "8 of 600 checks started late")
        #expect(problems(rare + Array(repeating: Self.none, count: 9)).last != .some(nil))
        #expect(problems(rare + Array(repeating: Self.none, count: 10)).last == .some(nil))
    }
}
