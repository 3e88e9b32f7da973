import Checking
import Testing

/// Failures that must persist, turns that were skipped, and what survives them.
struct StatusFoldPatienceTests {
    private let election = Observation.Outcome.failed(failure("no_primary", holdsFor: .seconds(15)))

    /// The statuses after outcomes at given seconds.
    private func statuses(_ outcomes: [(Double, Observation.Outcome)], _ thresholds: Thresholds = Thresholds()) -> [Status] {
        var fold = StatusFold(thresholds: thresholds)
        return outcomes.map { fold.absorb($1, at: after($0)).status }
    }

    @Test func `a failure that must persist counts only once it has`() {
        let seen = statuses([(0, .good), (1, election), (2, election), (3, election), (15.9, election), (16, election)])
        #expect(seen == [.healthy, .healthy, .healthy, .healthy, .healthy, .down])
    }

    @Test func `it is asked again soon until then`() {
        var fold = StatusFold(thresholds: Thresholds())
        let seen = [1.0, 2, 3, 4, 16].map { fold.absorb(election, at: after($0)).isSuspicious }
        #expect(seen == [true, true, true, true, false])
    }

    @Test func `persisting does not replace the threshold`() {
        #expect(statuses([(0, .good), (1, election), (100, election), (101, election)]) == [.healthy, .healthy, .healthy, .down])
    }

    @Test func `a success ends the wait, which begins anew with the next failure`() {
        let seen = statuses([(0, .good), (1, election), (10, .good), (11, election), (12, election), (17, election), (26, election)])
        #expect(seen.suffix(2) == [.healthy, .down])
    }

    @Test func `a failure that need not persist counts at once beside one that must`() {
        #expect(statuses([(0, .good), (1, election), (2, election), (3, .bad)]).last == .down)
    }

    @Test func `a subject that is down stays down, however patient its next failure is`() {
        #expect(statuses([(0, .bad), (1, .bad), (2, .bad), (3, .good), (4, election)]).suffix(3) == [.down, .down, .down])
    }

    @Test func `one skipped turn changes nothing and two make it unknown`() {
        #expect(statuses([(0, .good), (1, .skipped), (2, .skipped), (3, .skipped)]) == [.healthy, .healthy, .unknown, .unknown])
    }

    @Test(arguments: [.good, .bad, .undecided] as [Observation.Outcome])
    func `an answer between skipped turns begins their count anew`(answer: Observation.Outcome) {
        #expect(statuses([(0, .good), (1, .skipped), (2, answer), (3, .skipped)]).last == .healthy)
    }

    @Test func `a skipped turn asks for no other`() {
        var fold = StatusFold(thresholds: Thresholds())
        let seen = [Observation.Outcome.bad, .skipped, .skipped].enumerated().map { fold.absorb($1, at: after(Double($0))).isSuspicious }
        #expect(seen == [true, false, false])
    }

    @Test func `an answer ends the unknown`() {
        #expect(statuses([(0, .good), (1, .skipped), (2, .skipped), (3, .good)]).last == .healthy)
        #expect(statuses([(0, .good), (1, .skipped), (2, .skipped), (3, .noteworthy)]).last == .degraded)
    }

    @Test func `a subject that was down is down again at the first failure after the unknown`() {
        let down: [(Double, Observation.Outcome)] = [(0, .bad), (1, .bad), (2, .bad), (3, .skipped), (4, .skipped)]
        #expect(statuses(down).last == .unknown)
        #expect(statuses(down + [(5, .bad)]).last == .down)
    }

    @Test func `a subject that was down is well only after the full number of successes, also after the unknown`() {
        let down: [(Double, Observation.Outcome)] = [(0, .bad), (1, .bad), (2, .bad), (3, .skipped), (4, .skipped)]
        #expect(statuses(down + [(5, .good)]).last != .healthy)
        #expect(statuses(down + [(5, .good), (6, .good)]).last == .healthy)
    }

    @Test func `skipped turns are no answers, so that failures before and after them add up`() {
        #expect(statuses([(0, .good), (1, .bad), (2, .skipped), (3, .bad), (4, .bad)]).last == .down)
    }
}
