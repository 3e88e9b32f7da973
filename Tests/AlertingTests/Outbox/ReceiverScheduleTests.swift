import Foundation
import Testing

@testable import Alerting

struct ReceiverScheduleTests {
    /// The pauses, in seconds, after so many failures in a row of a receiver whose attempts take `time`.
    private func pauses(_ count: Int, taking time: Double = 0, wish: Duration? = nil, chance: Double = 0) -> [Double] {
        var schedule = ReceiverSchedule()
        var now = time
        return (0..<count).map { _ in
            schedule.fail(at: date(now), retryAfter: wish, chance: chance)
            let pause = (schedule.nextAt ?? .distantPast).timeIntervalSince(date(now))
            now += pause + time
            return (pause * 1000).rounded() / 1000
        }
    }

    @Test func `soon at first, then every half minute, after ten minutes ever more seldom up to an hour`() {
        let steady = Array(repeating: 30.0, count: 19)
        #expect(pauses(34) == [1, 2, 5, 10, 20] + steady + [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600])
    }

    @Test func `the time that attempts take counts among the ten minutes`() {
        let steady = Array(repeating: 30.0, count: 11)
        #expect(pauses(20, taking: 15) == [1, 2, 5, 10, 20] + steady + [60, 120, 240, 480])
    }

    @Test func `pauses are up to a tenth shorter and never longer`() {
        #expect(pauses(6, chance: 1) == [0.9, 1.8, 4.5, 9, 18, 27])
        #expect(pauses(6, chance: 0) == [1, 2, 5, 10, 20, 30])
    }

    @Test(arguments: [(0.0, 1.0), (-5, 1), (0.25, 1), (1, 1), (17, 17), (3600, 3600), (86_400, 3600)])
    func `what the receiver asks for comes first, from a second to an hour`(wish: Double, pause: Double) {
        #expect(pauses(40, wish: .seconds(wish), chance: 1) == Array(repeating: pause, count: 40))
    }

    @Test(arguments: [0.0, 15]) func `whoever is back after two minutes is asked within half a minute`(time: Double) {
        for back in stride(from: 100.0, through: 150, by: 0.5) {
            var schedule = ReceiverSchedule()
            var now = 0.0
            while now < back {
                now += time
                schedule.fail(at: date(now), retryAfter: nil, chance: 0)
                now = (schedule.nextAt ?? .distantPast).timeIntervalSince(date(0))
            }
            #expect(now - back <= 30 + time)
        }
    }

    @Test func `an answer begins anew`() {
        var schedule = ReceiverSchedule()
        for second in 0..<20 { schedule.fail(at: date(Double(second) * 100), retryAfter: nil, chance: 0) }
        #expect(schedule.isFailing)
        schedule.succeed()
        #expect(!schedule.isFailing && schedule.nextAt == nil)
        schedule.fail(at: date(5000), retryAfter: nil, chance: 0)
        #expect(schedule.nextAt == date(5001))
    }

    @Test(arguments: [86_400.0, -86_400]) func `a clock that is set moves what is planned and no further`(jump: Double) {
        var schedule = ReceiverSchedule()
        schedule.fail(at: date(0), retryAfter: .seconds(90), chance: 0)
        schedule.shift(by: jump, to: date(jump))
        #expect(schedule.nextAt == date(90 + jump))
        // Planned by the new clock already.
        schedule.fail(at: date(jump + 1e6), retryAfter: nil, chance: 0)
        schedule.shift(by: jump, to: date(jump))
        #expect((schedule.nextAt ?? .distantFuture) <= date(jump + 3600))
    }
}
