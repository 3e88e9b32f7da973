import Checking
import Testing

struct StatusFoldTests {
    /// The statuses that a series of outcomes, a second apart, leads to.
    private func statuses(
        _ outcomes: [Observation.Outcome], _ thresholds: Thresholds = Thresholds(), from fold: StatusFold? = nil
    ) -> [Status] {
        var fold = fold ?? StatusFold(thresholds: thresholds)
        return outcomes.enumerated().map { fold.absorb($1, at: after(Double($0))).status }
    }

    private func suspicions(_ outcomes: [Observation.Outcome], _ thresholds: Thresholds = Thresholds()) -> [Bool] {
        var fold = StatusFold(thresholds: thresholds)
        return outcomes.enumerated().map { fold.absorb($1, at: after(Double($0))).isSuspicious }
    }

    @Test func `the defaults are three of three, two successes and a second`() {
        #expect(Thresholds() == Thresholds(failures: 3, window: 3, successes: 2, recheck: .seconds(1)))
    }

    @Test func `nothing is known before the first outcome`() {
        #expect(StatusFold(thresholds: Thresholds()).status == .unknown)
    }

    @Test func `the first good answer makes it healthy`() {
        #expect(statuses([.good]) == [.healthy])
    }

    @Test func `it is down at the third failure in a row and not before`() {
        #expect(statuses([.good, .bad, .bad, .bad, .bad]) == [.healthy, .healthy, .healthy, .down, .down])
    }

    @Test func `from the start three failures are needed too`() {
        #expect(statuses([.bad, .bad, .bad]) == [.unknown, .unknown, .down])
    }

    @Test func `a success between failures begins the count anew`() {
        #expect(statuses([.bad, .bad, .good, .bad, .bad]) == [.unknown, .unknown, .healthy, .healthy, .healthy])
    }

    @Test(
        arguments: [
            (2, 3, [.bad, .good, .bad], .down), (2, 3, [.bad, .good, .good, .bad], .healthy),
            (3, 5, [.bad, .good, .bad, .good, .bad], .down),
            (3, 5, [.bad, .bad, .good, .good, .good, .bad], .healthy), (1, 1, [.good, .bad], .down),
        ] as [(Int, Int, [Observation.Outcome], Status)])
    func `it is down when that many of the last answers failed`(
        failures: Int, window: Int, outcomes: [Observation.Outcome], last: Status
    ) {
        #expect(statuses(outcomes, Thresholds(failures: failures, window: window)).last == last)
    }

    @Test func `a failure below the threshold is suspicious, a decided one is not`() {
        #expect(suspicions([.good, .bad, .bad, .bad, .bad]) == [false, true, true, false, false])
    }

    @Test func `it recovers after two successes, the first of which is suspicious`() {
        let outcomes: [Observation.Outcome] = [.bad, .bad, .bad, .good, .good, .good]
        #expect(statuses(outcomes).suffix(3) == [.down, .healthy, .healthy])
        #expect(suspicions(outcomes).suffix(3) == [true, false, false])
    }

    @Test func `a failure during recovery begins the successes anew`() {
        let seen = statuses([.bad, .bad, .bad, .good, .bad, .good, .good])
        #expect(seen.suffix(4) == [.down, .down, .down, .healthy])
    }

    @Test func `the number of successes can be chosen`() {
        let seen = statuses([.bad, .bad, .bad, .good, .good, .good, .good], Thresholds(successes: 4))
        #expect(seen.suffix(4) == [.down, .down, .down, .healthy])
    }

    @Test(arguments: [Thresholds(), Thresholds(failures: 3, window: 5, successes: 2)])
    func `failures of an incident that is over are not counted again`(thresholds: Thresholds) {
        let seen = statuses([.bad, .bad, .bad, .good, .good, .bad, .bad, .bad], thresholds)
        #expect(seen.suffix(4) == [.healthy, .healthy, .healthy, .down])
    }

    @Test func `a finding makes it degraded, and its end makes it healthy`() {
        #expect(statuses([.noteworthy, .noteworthy, .good, .noteworthy]) == [.degraded, .degraded, .healthy, .degraded])
    }

    @Test func `what recovers with a finding is degraded`() {
        #expect(statuses([.bad, .bad, .bad, .noteworthy, .noteworthy]).suffix(2) == [.down, .degraded])
    }

    @Test func `a degraded subject stays degraded until it is down`() {
        #expect(statuses([.noteworthy, .bad, .bad, .bad]) == [.degraded, .degraded, .degraded, .down])
    }

    @Test func `an undecided answer changes nothing`() {
        #expect(statuses([.good, .undecided, .undecided, .undecided, .undecided]).allSatisfy { $0 == .healthy })
        #expect(statuses([.undecided, .undecided, .undecided]).allSatisfy { $0 == .unknown })
    }

    @Test func `an undecided answer counts neither as a failure nor as a success`() {
        #expect(statuses([.good, .bad, .bad, .undecided, .bad]).last == .down)
        #expect(statuses([.bad, .bad, .bad, .good, .undecided, .good]).suffix(3) == [.down, .down, .healthy])
    }

    @Test func `an undecided answer asks for no other, for it may be a request to slow down`() {
        #expect(suspicions([.good, .undecided]) == [false, false])
    }
}
