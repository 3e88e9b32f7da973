import Checking
import Testing

@testable import Alerting

/// What an agent tells of itself, half-minute after half-minute.
struct AgentTroublesTests {
    private static let begun = ContinuousClock.now

    private static func after(_ seconds: Int) -> ContinuousClock.Instant { begun + .seconds(seconds) }

    private static func check(startedLateBy lateness: Duration) -> Observation {
        Observation(
            check: CheckID(subject: subject("acme"), name: CheckName(rawValue: "redis_liveness")),
            backend: Backend(rawValue: "redis:6379"), finishedAt: date(0), instant: begun, duration: .milliseconds(1), lateness: lateness,
            outcome: .answered(Reading()))
    }

    /// An agent after so many half-minutes, in each of which one check started late by so much.
    private static func agent(lateBy lateness: Duration, halfMinutes: Int, threshold: Duration? = .seconds(1)) -> AgentTroubles {
        let agent = AgentTroubles(lateness: threshold)
        _ = agent.report(dropped: 0, doubt: nil, at: begun)
        for half in 1...halfMinutes {
            agent.absorb([check(startedLateBy: lateness)])
            _ = agent.report(dropped: 0, doubt: nil, at: after(30 * half))
        }
        return agent
    }

    @Test func `one that has just started cannot tell whether it is late, and knows of nothing wrong`() {
        let troubles = AgentTroubles(lateness: .seconds(1)).report(dropped: 0, doubt: nil, at: Self.begun)
        #expect(troubles.problems.isEmpty)
        #expect(troubles.undecided == [.late])
    }

    @Test func `whether it is late is decided by two half-minutes, either way`() {
        for (lateness, problem) in [(Duration.seconds(2), "2 of 2 checks started late"), (.zero, nil)] {
            let one = Self.agent(lateBy: lateness, halfMinutes: 1).report(dropped: 0, doubt: nil, at: Self.after(31))
            #expect(one.problems.isEmpty && one.undecided == [.late])
            let two = Self.agent(lateBy: lateness, halfMinutes: 2).report(dropped: 0, doubt: nil, at: Self.after(61))
            #expect(two.problems[.late] == problem)
            #expect(two.undecided.isEmpty)
        }
    }

    @Test func `where no rule asks for lateness, nothing is open`() {
        let agent = Self.agent(lateBy: .seconds(2), halfMinutes: 1, threshold: nil)
        let troubles = agent.report(dropped: 0, doubt: nil, at: Self.after(31))
        #expect(troubles.problems.isEmpty && troubles.undecided.isEmpty)
    }

    @Test func `without checks it is in time`() throws {
        let agent = Self.agent(lateBy: .seconds(2), halfMinutes: 1)
        var empty = try plan(["acme"])
        empty.checks = []
        agent.adopt(empty.change(from: nil))
        let troubles = agent.report(dropped: 0, doubt: nil, at: Self.after(31))
        #expect(troubles.problems.isEmpty && troubles.undecided.isEmpty)
    }

    @Test func `a late one stays late over a reload`() throws {
        let agent = Self.agent(lateBy: .seconds(2), halfMinutes: 2)
        agent.adopt(try plan(["acme"]).change(from: nil))
        #expect(agent.report(dropped: 0, doubt: nil, at: Self.after(61)).problems[.late] == "2 of 2 checks started late")
    }

    @Test func `a loss is told for five minutes, and each new one for five more`() {
        let agent = AgentTroubles(lateness: nil)
        let told = [(0, 0), (10, 3), (309, 3), (310, 3), (400, 4), (699, 4), (700, 4)].map { seconds, dropped in
            agent.report(dropped: dropped, doubt: nil, at: Self.after(seconds)).problems[.dropping]
        }
        let (three, four) = ("3 entries were lost since the start", "4 entries were lost since the start")
        #expect(told == [nil, three, three, nil, four, four, nil])
    }

    @Test func `its doubt is told as it is`() {
        let agent = AgentTroubles(lateness: nil)
        #expect(agent.report(dropped: 0, doubt: "every backend is silent", at: Self.begun).problems == [.doubt: "every backend is silent"])
        #expect(agent.report(dropped: 0, doubt: nil, at: Self.after(1)).problems.isEmpty)
    }
}
