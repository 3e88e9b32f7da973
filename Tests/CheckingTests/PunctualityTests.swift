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

    private func late(by lateness: Duration) -> Observation {
        var late = observation(checkID("acme"), .good)
        late.lateness = lateness
        return late
    }

    /// What is said at the end of each, of an agent of whose checks more than one second late are late.
    private func problems(_ history: [HalfMinute], lateness: Duration = .seconds(1.5)) -> [String?] {
        follow(history, lateness: lateness) { problem, _ in problem }
    }

    /// Whether it is decided at the end of each.
    private func decisions(_ history: [HalfMinute]) -> [Bool] {
        follow(history, lateness: .seconds(1.5)) { _, isDecided in isDecided }
    }

    private func follow<Answer>(_ history: [HalfMinute], lateness: Duration, _ answer: (String?, Bool) -> Answer) -> [Answer] {
        let begun = ContinuousClock.now
        var punctuality = Punctuality(threshold: .seconds(1))
        _ = punctuality.problem(at: begun)
        return history.enumerated().map { index, half in
            let good = observation(checkID("acme"), .good)
            var skipped = observation(checkID("acme"), .skipped)
            skipped.turns = half.skipped
            punctuality.note(
                Array(repeating: good, count: half.started - half.late) + Array(repeating: late(by: lateness), count: half.late))
            if half.skipped > 0 { punctuality.note([skipped]) }
            let problem = punctuality.problem(at: begun + .seconds(30 * (index + 1)))
            return answer(problem, punctuality.isDecided)
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

    @Test func `a burst is none, but for the moment in which it falls into two half-minutes`() {
        let burst = HalfMinute(started: 300, late: 300)
        #expect(problems([Self.well, burst, Self.well, Self.well]) == [nil, nil, nil, nil])
        // The rule's hold of a minute is longer than that.
        #expect(problems([Self.well, burst, burst, Self.well]) == [nil, nil, "600 of 600 checks started late", nil])
    }

    @Test func `skipped turns count as such, and beside late ones`() {
        #expect(problems([Self.skipping, Self.skipping]) == [nil, "8 of 602 turns were skipped"])
        #expect(problems([Self.late, Self.skipping]) == [nil, "4 of 597 checks started late, 4 of 601 turns were skipped"])
        #expect(problems(Array(repeating: HalfMinute(started: 298, late: 2, skipped: 2), count: 2)).last != .some(nil))
    }

    @Test func `half-minutes without a turn are passed over`() {
        let rare = [Self.none, Self.late, Self.none, Self.late]
        #expect(problems(rare).last == "8 of 600 checks started late")
        #expect(problems(rare + Array(repeating: Self.none, count: 100)).last == "8 of 600 checks started late")
        #expect(problems(rare + Array(repeating: Self.none, count: 100) + [Self.well]).last == .some(nil))
    }

    @Test func `a burst after a long rest falls into one half-minute`() {
        let now = ContinuousClock.now
        var punctuality = Punctuality(threshold: .seconds(1))
        for second in 0..<400 { #expect(punctuality.problem(at: now + .seconds(second)) == nil) }
        // The machine was suspended: one answer comes at once, the other after its timeout.
        punctuality.note([late(by: .seconds(50))])
        for second in 400..<405 { #expect(punctuality.problem(at: now + .seconds(second)) == nil) }
        punctuality.note([late(by: .seconds(50))])
        for second in 405..<800 { #expect(punctuality.problem(at: now + .seconds(second)) == nil) }
    }

    @Test func `a check is late beyond the threshold, and not at it`() {
        #expect(problems([Self.late, Self.late], lateness: .seconds(1)).last == .some(nil))
    }

    @Test func `what is reset knows nothing`() {
        let now = ContinuousClock.now
        var punctuality = Punctuality(threshold: .seconds(1))
        for half in 0..<3 {
            punctuality.note([late(by: .seconds(2))])
            _ = punctuality.problem(at: now + .seconds(30 * half))
        }
        #expect(punctuality.problem(at: now + .seconds(61)) != nil)
        punctuality.reset()
        #expect(punctuality.problem(at: now + .seconds(62)) == nil)
    }

    @Test func `nothing is decided before two half-minutes with turns are over`() {
        #expect(decisions([Self.well, Self.none, Self.well]) == [false, false, true])
        #expect(decisions([Self.late, Self.none, Self.late]) == [false, false, true])
        #expect(decisions([Self.late, Self.well]) == [false, true])
    }

    @Test func `a late half-minute after one in time is decided by the next`() {
        #expect(decisions([Self.well, Self.late, Self.late]) == [false, false, true])
        #expect(decisions([Self.well, Self.late, Self.well]) == [false, false, true])
    }

    @Test func `of a fleet without checks it is decided that nothing is late`() {
        var punctuality = Punctuality(threshold: .seconds(1))
        punctuality.reset()
        #expect(punctuality.isDecided)
    }
}
