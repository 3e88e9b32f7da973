import Foundation
import Testing

@testable import Checking

/// When we doubt ourselves rather than the tenants.
struct SelfDoubtTests {
    private func failed(
        _ host: String, _ evidence: LocalEvidence?, reason: ProbeFailure.Reason = .timeout, at seconds: Double = 0
    ) -> Observation {
        seen(host, .failed(ProbeFailure(reason, "no", remedy: "", evidence: evidence)), at: seconds)
    }

    private func seen(_ host: String, _ outcome: Observation.Outcome = .answered(Reading()), at seconds: Double = 0) -> Observation {
        var observation = observation(checkID("acme"), outcome, at: seconds)
        observation.backend = Backend(rawValue: "\(host):6379")
        return observation
    }

    private func doubts(_ observations: [Observation]) -> [Bool] {
        var doubt = SelfDoubt()
        _ = doubt.review(observations, at: after(0))
        return doubt.review(observations, at: after(0)).map { observation in
            if case .failed(let failure) = observation.outcome { failure.isDoubted && failure.isUndecided } else { false }
        }
    }

    @Test func `three hosts without a route are our own trouble`() {
        #expect(doubts(["10.0.0.1", "10.0.0.2", "10.0.0.3"].map { failed($0, .noRoute) }) == [true, true, true])
    }

    @Test func `two are theirs, and so is one server however many ports it has`() {
        #expect(doubts(["10.0.0.1", "10.0.0.2"].map { failed($0, .noRoute) }) == [false, false])
        var many = (1...9).map { _ in failed("10.0.0.1", .noRoute) }
        for index in many.indices { many[index].backend = Backend(rawValue: "10.0.0.1:\(7000 + index)") }
        #expect(!doubts(many).contains(true))
    }

    @Test func `as long as most other hosts answer it is theirs`() {
        let cut = (1...3).map { failed("10.0.0.\($0)", .noRoute) }
        #expect(!doubts(cut + (4...6).map { seen("10.0.0.\($0)") }).contains(true))
        #expect(doubts(cut + [seen("10.0.0.4")]) == [true, true, true, false])
    }

    @Test func `what answers on this machine proves no network`() {
        let cut = (1...3).map { failed("10.0.0.\($0)", .noRoute) }
        #expect(doubts(cut + ["127.0.0.1", "127.0.0.2", "localhost", "[::1]"].map { seen($0) }).prefix(3) == [true, true, true])
    }

    @Test func `names that are not resolved count only when nothing at all is reached`() {
        let names = ["a", "b", "c"].map { failed($0, .noName) }
        #expect(doubts(names) == [true, true, true])
        #expect(!doubts(names + [seen("10.0.0.9")]).contains(true))
    }

    @Test func `a refusal or a wrong password is never doubted`() {
        let cut = (1...3).map { failed("10.0.0.\($0)", .noRoute) }
        #expect(doubts(cut + [failed("10.0.0.4", nil, reason: .disconnected)]).last == false)
    }

    @Test func `one host that has been gone for days does not keep us from seeing that all are`() {
        var doubt = SelfDoubt()
        _ = doubt.review([failed("10.9.9.9", .noRoute)], at: after(0))
        let hosts = (0..<100).map { "10.0.0.\($0)" }
        _ = doubt.review(hosts.map { seen($0, at: 490) } + [failed("10.9.9.9", .noRoute, at: 490)], at: after(490))
        #expect(doubt.problem(at: after(491)) == nil)
        for (index, host) in hosts.prefix(5).enumerated() {
            _ = doubt.review([failed(host, .noRoute, at: 500 + Double(index))], at: after(500 + Double(index)))
        }
        #expect(doubt.problem(at: after(505))?.contains("5 hosts") == true)
        for (index, host) in hosts.enumerated() {
            _ = doubt.review([seen(host, at: 600 + Double(index))], at: after(600 + Double(index)))
        }
        #expect(doubt.problem(at: after(701)) == nil)
    }

    @Test func `hosts that are asked seldom count all the same`() {
        var doubt = SelfDoubt()
        for (index, seconds) in [0.0, 80, 160].enumerated() {
            _ = doubt.review([failed("10.0.0.\(index)", .noRoute, at: seconds)], at: after(seconds))
        }
        #expect(doubt.problem(at: after(161)) != nil)
    }

    @Test func `another kind of failure is counted anew`() {
        var doubt = SelfDoubt()
        let hosts = ["a", "b", "c", "d"]
        _ = doubt.review(hosts.map { failed($0, .noName) } + [seen("10.0.0.9")], at: after(0))
        #expect(doubt.problem(at: after(1)) == nil)
        _ = doubt.review(hosts.map { failed($0, .noRoute, at: 2) }, at: after(2))
        #expect(doubt.problem(at: after(3)) != nil)
    }

    @Test func `what was seen long ago does not count`() {
        var doubt = SelfDoubt()
        _ = doubt.review((1...3).map { failed("10.0.0.\($0)", .noRoute) }, at: after(0))
        #expect(doubt.problem(at: after(1)) != nil)
        #expect(doubt.problem(at: after(301)) == nil)
    }

    @Test func `a process that stood still doubts what timed out meanwhile, and says so for a while`() {
        var doubt = SelfDoubt()
        doubt.tick(at: after(0), wall: date(0), lateness: .zero)
        doubt.tick(at: after(60), wall: date(60), lateness: .seconds(59))
        #expect(doubt.problem(at: after(61))?.contains("stood still") == true)
        let reviewed = doubt.review([failed("10.0.0.1", nil)], at: after(61))
        guard case .failed(let failure) = reviewed[0].outcome else { return #expect(Bool(false)) }
        #expect(failure.isDoubted)
        #expect(doubt.problem(at: after(80)) == nil)
    }

    @Test(arguments: [(10.0, false), (70, true), (-50, true)]) func `a wall clock that jumps is noticed`(wall: Double, isJump: Bool) {
        var doubt = SelfDoubt()
        doubt.tick(at: after(0), wall: date(0), lateness: .zero)
        doubt.tick(at: after(10), wall: date(wall), lateness: .zero)
        #expect((doubt.problem(at: after(11)) != nil) == isJump)
    }

    @Test func `running out of descriptors is our own trouble`() {
        var doubt = SelfDoubt()
        _ = doubt.review([failed("127.0.0.1", .exhausted)], at: after(0))
        #expect(doubt.problem(at: after(1))?.contains("descriptors") == true)
    }
}

/// A subject of which we doubt ourselves is unknown, and one that answers late is degraded.
struct DoubtAndSlownessTests {
    @Test func `what is doubted is unknown and counts for nothing`() {
        var fold = StatusFold(thresholds: Thresholds())
        _ = fold.absorb(.good, at: after(0))
        var failure = ProbeFailure(.timeout, "no", remedy: "")
        (failure.isDoubted, failure.isUndecided) = (true, true)
        let statuses = (1...5).map { fold.absorb(.failed(failure), at: after(Double($0))).status }
        #expect(Set(statuses) == [.unknown])
        #expect(fold.absorb(.bad, at: after(6)).status == .unknown)
        #expect(fold.absorb(.good, at: after(7)).status == .healthy)
    }

    @Test func `three late answers in a row are degraded, one in time ends that`() {
        var fold = StatusFold(thresholds: Thresholds(slow: .milliseconds(500)))
        let seconds = [0.1, 0.6, 0.6, 0.5, 0.6, 0.6, 0.6, 0.6, 0.1]
        let statuses = seconds.enumerated().map { fold.absorb(.good, at: after(Double($0)), duration: .seconds($1)).status }
        #expect(statuses == [.healthy, .healthy, .healthy, .healthy, .healthy, .healthy, .degraded, .degraded, .healthy])
    }

    @Test func `without a threshold answers take their time`() {
        var fold = StatusFold(thresholds: Thresholds())
        #expect((0...5).map { fold.absorb(.good, at: after(Double($0)), duration: .seconds(4)).status }.last == .healthy)
    }
}
