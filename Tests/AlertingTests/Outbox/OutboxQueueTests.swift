import Foundation
import TenantCore
import Testing

@testable import Alerting

func item(
    _ sequence: Int, group: String = "a", receiver: String = "ops", kind: Alerting.Notification.Kind = .change, alerts: [UInt64] = [],
    at seconds: Double = 0
) -> OutboxItem {
    OutboxItem(
        sequence: sequence, id: "msg_\(sequence)", receiver: receiver, groupKey: group, kind: kind, alerts: alerts, isWhole: true,
        attempts: 0, nextAt: date(seconds), createdAt: date(seconds))
}

/// In which order one receiver is told.
struct OutboxQueueTests {
    private func queue(_ items: OutboxItem...) -> OutboxQueue {
        var queue = OutboxQueue()
        for item in items { queue.put(item) }
        return queue
    }

    @Test func `everything in its order, one at a time`() {
        var queue = queue(item(1), item(2, group: "b"), item(3))
        var order: [Int] = []
        while let item = queue.take(at: date(1)) {
            let second = queue.take(at: date(1))
            #expect(second == nil)
            order.append(item.sequence)
            queue.finish(at: date(1), isDelivered: true)
        }
        #expect(order == [1, 2, 3])
        #expect(queue.count == 0)
        let due1 = queue.nextDue()
        #expect(due1 == nil)
    }

    @Test func `what failed holds up its own group and no other`() {
        var queue = queue(item(1), item(2), item(3, group: "b"))
        _ = queue.take(at: date(0))
        queue.postpone(until: date(5), awaitsReceiver: false)
        let taken0 = queue.take(at: date(0))
        #expect(taken0?.sequence == 3)
        queue.finish(at: date(0), isDelivered: true)
        let none4 = queue.take(at: date(4))
        #expect(none4 == nil)
        let due2 = queue.nextDue()
        #expect(due2 == date(5))
        let again = queue.take(at: date(5))
        #expect(again?.sequence == 1)
        #expect(again?.attempts == 1)
    }

    @Test func `a receiver in trouble is left alone, longer each time`() {
        var queue = queue(item(1), item(2, group: "b"))
        var pauses: [Double] = []
        var now = 0.0
        for _ in 0..<6 {
            _ = queue.take(at: date(now))
            queue.pause(for: nil, at: date(now))
            queue.postpone(until: date(now), awaitsReceiver: true)
            let due = queue.nextDue()?.timeIntervalSince(date(now)) ?? 0
            pauses.append(due.rounded())
            now += due
        }
        #expect(pauses == [5, 10, 20, 40, 60, 60])
    }

    @Test func `a Retry-After counts for all that waits`() {
        var queue = queue(item(1), item(2, group: "b"))
        _ = queue.take(at: date(0))
        queue.pause(for: 90, at: date(0))
        queue.postpone(until: date(3600), awaitsReceiver: true)
        let none89 = queue.take(at: date(89))
        #expect(none89 == nil)
        let taken90 = queue.take(at: date(90))
        #expect(taken90?.sequence == 2)
    }

    @Test func `a Retry-After of nothing does not shorten the pause`() {
        var queue = queue(item(1), item(2, group: "b"))
        _ = queue.take(at: date(0))
        queue.pause(for: 0, at: date(0))
        queue.postpone(until: date(0), awaitsReceiver: true)
        let due3 = queue.nextDue()
        #expect(due3 == date(5))
    }

    @Test func `what tells of one alert keeps its order, whatever its group`() {
        var queue = queue(
            item(1, group: "refused", alerts: [7, 8]), item(2, group: "timeout", alerts: [8, 9]), item(3, group: "x", alerts: [1]))
        _ = queue.take(at: date(0))
        queue.postpone(until: date(300), awaitsReceiver: false)
        let passes = queue.take(at: date(1))
        #expect(passes?.sequence == 3)
        queue.finish(at: date(1), isDelivered: true)
        let due = queue.nextDue()
        #expect(due == date(300))
        _ = queue.take(at: date(300))
        queue.finish(at: date(300), isDelivered: true)
        let next = queue.take(at: date(300))
        #expect(next?.sequence == 2)
    }

    @Test func `what is taken out lets the next of its lines pass`() {
        var queue = queue(item(1, alerts: [1]), item(2, alerts: [1]), item(3, group: "b", alerts: [1]))
        queue.remove(2)
        queue.remove(1)
        let next = queue.take(at: date(0))
        #expect(next?.sequence == 3)
        #expect(queue.idle.isEmpty && queue.count == 1)
    }

    @Test func `what is replayed while its end is noted begins anew and blocks nobody`() {
        var queue = queue(item(1), item(2))
        _ = queue.take(at: date(0))
        queue.put(item(1))
        queue.finish(at: date(0), isDelivered: false)
        var order: [Int] = []
        while let item = queue.take(at: date(0)) {
            order.append(item.sequence)
            queue.finish(at: date(0), isDelivered: true)
        }
        #expect(order == [2, 1])
    }

    @Test func `a receiver that wants no more hears of everything at once`() {
        var queue = queue(item(1), item(2, group: "b"))
        _ = queue.take(at: date(0))
        queue.pause(for: 900, at: date(0))
        queue.postpone(until: date(36_000), awaitsReceiver: true)
        _ = queue.nextDue()
        queue.hurry(at: date(1))
        var order: [Int] = []
        while let item = queue.take(at: date(1)) {
            order.append(item.sequence)
            queue.finish(at: date(1), isDelivered: false)
        }
        #expect(order.sorted() == [1, 2])
    }

    @Test(arguments: [86_400.0, -86_400]) func `a clock that is set moves what is planned, and what was planned by it not twice`(
        jump: Double
    ) {
        var queue = queue(item(1), item(2, group: "b"))
        _ = queue.take(at: date(0))
        queue.postpone(until: date(5), awaitsReceiver: false)
        _ = queue.take(at: date(0))
        // Planned by the new clock, before anybody has noticed that it is one.
        queue.postpone(until: date(5 + jump), awaitsReceiver: false)
        queue.shift(by: jump, to: date(jump))
        var taken: Set<Int> = []
        while let item = queue.take(at: date(jump + 3600)) {
            taken.insert(item.sequence)
            queue.finish(at: date(jump + 3600), isDelivered: false)
        }
        #expect(taken == [1, 2])
    }

    @Test func `ten thousand groups are delivered in their order`() {
        var queue = OutboxQueue()
        for index in 0..<10_000 { queue.put(item(index, group: "g\(index)", alerts: [UInt64(index)])) }
        var order: [Int] = []
        while let item = queue.take(at: date(0)) {
            order.append(item.sequence)
            queue.finish(at: date(0), isDelivered: true)
        }
        #expect(order == Array(0..<10_000))
    }

    @Test func `once it answers again, whatever waited for that is due`() {
        var queue = queue(item(1), item(2, group: "b"))
        _ = queue.take(at: date(0))
        queue.pause(for: nil, at: date(0))
        queue.postpone(until: date(36_000), awaitsReceiver: true)
        let taken5 = queue.take(at: date(5))
        #expect(taken5?.sequence == 2)
        queue.finish(at: date(6), isDelivered: true)
        let taken6 = queue.take(at: date(6))
        #expect(taken6?.sequence == 1)
    }

    @Test func `what a receiver refuses for itself does not hurry when another is taken`() {
        var queue = queue(item(1), item(2, group: "b"))
        _ = queue.take(at: date(0))
        queue.postpone(until: date(300), awaitsReceiver: false)
        _ = queue.take(at: date(1))
        queue.finish(at: date(1), isDelivered: true)
        let due4 = queue.nextDue()
        #expect(due4 == date(300))
    }

    @Test func `an attempt that was none does not count`() {
        var queue = queue(item(1))
        _ = queue.take(at: date(0))
        queue.abandon(retryAt: date(1))
        let taken1 = queue.take(at: date(1))
        #expect(taken1?.attempts == 0)
    }
}

struct RetryScheduleTests {
    @Test func `ten attempts over about 75 hours`() {
        let pauses = (1...12).map { RetrySchedule.pause(afterAttempts: $0, chance: 0.5) }
        let seconds = pauses.map { $0.map { Int($0.inSeconds.rounded()) } }
        #expect(seconds == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, nil, nil, nil])
    }

    @Test(arguments: [(0.0, 4.5), (1.0, 5.5)]) func `jitter spreads by a tenth`(chance: Double, seconds: Double) {
        #expect(RetrySchedule.pause(afterAttempts: 1, chance: chance)?.inSeconds == seconds)
    }

    @Test(
        arguments: [
            (DeliveryOutcome.failed(problem: "x", retryAfter: .seconds(7200), isReceiverWide: true), 3600.0),
            (.failed(problem: "x", retryAfter: .seconds(90), isReceiverWide: true), 90),
            (.failed(problem: "x", retryAfter: .seconds(-3), isReceiverWide: true), 5),
            (.failed(problem: "x", retryAfter: .zero, isReceiverWide: true), 5),
            (.failed(problem: "x", retryAfter: nil, isReceiverWide: false), 5),
        ]) func `a Retry-After is honoured up to an hour`(outcome: DeliveryOutcome, seconds: Double)
    {
        guard case .postponed(let next, _, _) = Verdict(outcome, attempts: 1, at: date(0), chance: 0.5).settlement else {
            Issue.record("it is tried again")
            return
        }
        #expect(next == date(seconds))
    }

    @Test func `the tenth failure is the last`() {
        let outcome = DeliveryOutcome.failed(problem: "HTTP 500", retryAfter: nil, isReceiverWide: false)
        #expect(
            (1...10).map { Verdict(outcome, attempts: $0, at: date(0), chance: 0.5).isDead } == Array(repeating: false, count: 9) + [true])
    }
}
