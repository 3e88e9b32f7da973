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

    /// Takes what is due and lets it end; the number of the item, or nil when nothing was due.
    private func attempt(_ queue: inout OutboxQueue, _ outcome: DeliveryOutcome, at seconds: Double) -> Int? {
        guard let item = queue.take(at: date(seconds)) else { return nil }
        queue.apply(queue.verdict(on: outcome, of: item, at: date(seconds), chance: 0), at: date(seconds), chance: 0)
        return item.sequence
    }

    private static let refused = DeliveryOutcome.failed(problem: "refused", retryAfter: nil, isReceiverWide: true)
    private static let tooLarge = DeliveryOutcome.failed(problem: "HTTP 400", retryAfter: nil, isReceiverWide: false)

    @Test func `while a receiver fails one request tries it, and all that waits is told once it answers`() {
        var queue = OutboxQueue()
        for index in 0..<100 { queue.put(item(index, group: "g\(index)")) }
        var tries: [Double] = []
        for second in 0..<120 where attempt(&queue, Self.refused, at: Double(second)) != nil { tries.append(Double(second)) }
        #expect(tries == [0, 1, 3, 8, 18, 38, 68, 98])
        var told: [Int] = []
        var now = 120.0
        while queue.count > 0, now < 150 {
            while let number = attempt(&queue, .delivered, at: now) { told.append(number) }
            now += 1
        }
        #expect(now <= 150 && told.count == 100)
        // After the one that found it back, the oldest first.
        #expect(told.dropFirst() == (0..<100).filter { $0 != told[0] }[...])
    }

    @Test func `what comes while a receiver fails waits like the rest, and its own group stays in order`() {
        var queue = queue(item(1), item(2))
        #expect(attempt(&queue, Self.refused, at: 0) == 1)
        queue.put(item(3, group: "b", at: 0.5))
        #expect(attempt(&queue, Self.refused, at: 0.5) == nil)
        #expect(attempt(&queue, Self.refused, at: 1) == 3)
        #expect(attempt(&queue, Self.refused, at: 2.5) == nil)
        #expect(attempt(&queue, .delivered, at: 3) == 1)
        #expect(attempt(&queue, .delivered, at: 3) == 2)
        #expect(attempt(&queue, .delivered, at: 3) == 3)
    }

    @Test func `the next 429 stops what a success released`() {
        var queue = OutboxQueue()
        for index in 1...4 { queue.put(item(index, group: "g\(index)")) }
        let throttled = DeliveryOutcome.failed(problem: "HTTP 429", retryAfter: .seconds(60), isReceiverWide: true)
        #expect(attempt(&queue, throttled, at: 0) == 1)
        #expect(attempt(&queue, .delivered, at: 59) == nil)
        #expect(attempt(&queue, .delivered, at: 60) == 2)
        #expect(attempt(&queue, .delivered, at: 60) == 1)
        #expect(attempt(&queue, throttled, at: 60) == 3)
        #expect(attempt(&queue, .delivered, at: 60) == nil)
        #expect(attempt(&queue, .delivered, at: 120) == 4)
        #expect(attempt(&queue, .delivered, at: 120) == 3)
    }

    @Test func `one that fails by itself does not pass for its receiver's failure`() {
        var queue = queue(item(1, group: "a"), item(2, group: "b"))
        #expect(attempt(&queue, Self.refused, at: 0) == 1)
        #expect(attempt(&queue, .delivered, at: 1) == 2)
        #expect(attempt(&queue, Self.refused, at: 1) == 1)
        #expect(queue.schedule.isFailing == false)
        queue.put(item(3, group: "c", at: 2))
        #expect(attempt(&queue, .delivered, at: 2) == 3)
        // By the schedule for what is refused: its first pause, less a tenth.
        #expect(queue.nextDue() == date(5.5))
    }

    private static let unreachable = DeliveryOutcome.unreachable(problem: "refused")
    private static let throttled = DeliveryOutcome.failed(problem: "HTTP 429", retryAfter: .seconds(60), isReceiverWide: true)

    /// Five have failed in two minutes and the receiver has just taken one of them; then it fails by these outcomes.
    @Test(arguments: [
        [unreachable], [refused, unreachable], [refused, refused], [unreachable, unreachable, refused, refused], [throttled],
    ])
    private func `whoever flaps once more while it returns has everything once it stays`(flaps: [DeliveryOutcome]) {
        var queue = OutboxQueue()
        for index in 0..<5 { queue.put(item(index, group: "g\(index)")) }
        for second in 0..<120 { _ = attempt(&queue, Self.unreachable, at: Double(second)) }
        #expect(attempt(&queue, .delivered, at: 130) != nil)
        var now = 130.0
        for outcome in flaps {
            while attempt(&queue, outcome, at: now) == nil, now < 300 { now += 1 }
        }
        #expect(queue.schedule.isFailing && queue.count == 4)
        let end = now + (flaps == [Self.throttled] ? 60 : 30)
        while queue.count > 0, now <= end {
            while attempt(&queue, .delivered, at: now) != nil {}
            now += 1
        }
        #expect(queue.count == 0)
    }

    @Test func `one that fails by itself again and again delays no other for long`() {
        var queue = queue(item(1, group: "a"))
        var taken: [Int] = []
        for second in 0..<600 {
            if second.isMultiple(of: 20) { queue.put(item(second + 2, group: "g\(second)", at: Double(second))) }
            var isDue = true
            while isDue {
                var ahead = queue
                let next = ahead.take(at: date(Double(second)))
                let number = attempt(&queue, next?.sequence == 1 ? Self.refused : .delivered, at: Double(second))
                if let number, number != 1 { taken.append(number) }
                isDue = number != nil
            }
        }
        #expect(taken.count >= 29)
    }

    @Test func `what alone fails lets another try soon, however long it has failed`() {
        var queue = queue(item(1))
        var now = 0.0
        while now < 20_000 {
            #expect(attempt(&queue, Self.refused, at: now) == 1)
            now = queue.nextDue()?.timeIntervalSince(date(0)) ?? .infinity
        }
        let last = now - 3600
        queue.put(item(2, group: "b", at: last + 5))
        #expect(queue.nextDue() == date(last + 30))
        #expect(attempt(&queue, .delivered, at: last + 30) == 2)
        #expect(attempt(&queue, .delivered, at: last + 30) == 1)
    }

    @Test func `a refusal of one shows that the receiver is back`() {
        var queue = queue(item(1, group: "a"), item(2, group: "b"), item(3, group: "c"))
        #expect(attempt(&queue, Self.refused, at: 0) == 1)
        #expect(attempt(&queue, Self.tooLarge, at: 1) == 2)
        #expect(attempt(&queue, .delivered, at: 1) == 1)
        #expect(attempt(&queue, .delivered, at: 1) == 3)
    }

    @Test func `what its receiver could not take for 75 hours is given up, and not before`() {
        var queue = queue(item(1, group: "a"), item(2, group: "b", at: 3600))
        let end = 75.0 * 3600
        #expect(queue.expired(at: date(end - 1)).isEmpty)
        #expect(queue.expired(at: date(end)).map(\.sequence) == [1])
        #expect(queue.expired(at: date(end + 3600)).map(\.sequence) == [1, 2])
        #expect(attempt(&queue, Self.refused, at: end - 1) == 1)
        #expect(queue.count == 2)
        #expect(attempt(&queue, Self.refused, at: end) == 2)
        #expect(attempt(&queue, Self.refused, at: end + 2) == 1)
        #expect(queue.count == 1)
    }

    @Test func `a Retry-After counts for all that waits`() {
        var queue = queue(item(1), item(2, group: "b"))
        let busy = DeliveryOutcome.failed(problem: "HTTP 503", retryAfter: .seconds(90), isReceiverWide: true)
        #expect(attempt(&queue, busy, at: 0) == 1)
        #expect(attempt(&queue, .delivered, at: 89) == nil)
        #expect(attempt(&queue, .delivered, at: 90) == 2)
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
        queue.pause(for: .seconds(900), at: date(0), chance: 0.5)
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
        queue.pause(for: nil, at: date(0), chance: 0.5)
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
    private static let refused = DeliveryOutcome.failed(problem: "HTTP 400", retryAfter: nil, isReceiverWide: false)

    private func verdict(
        _ outcome: DeliveryOutcome, refusals: Int = 0, at seconds: Double = 0, kind: Alerting.Notification.Kind = .change
    ) -> Verdict {
        var item = item(1, kind: kind)
        (item.attempts, item.refusals) = (refusals, refusals)
        return Verdict(outcome, of: item, under: ReceiverSchedule(), at: date(seconds), chance: 0.5)
    }

    @Test func `a refused notification is tried ever more seldom`() {
        let seconds = (1...12).map { Int(RetrySchedule.pause(afterRefusals: $0, chance: 0.5).inSeconds.rounded()) }
        #expect(seconds == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400, 86_400, 86_400])
    }

    @Test(arguments: [(0.0, 4.5), (1.0, 5.5)]) func `jitter spreads by a tenth`(chance: Double, seconds: Double) {
        #expect(RetrySchedule.pause(afterRefusals: 1, chance: chance).inSeconds == seconds)
    }

    @Test(
        arguments: [
            (DeliveryOutcome.failed(problem: "x", retryAfter: .seconds(7200), isReceiverWide: true), 3600.0),
            (.failed(problem: "x", retryAfter: .seconds(90), isReceiverWide: true), 90),
            (.failed(problem: "x", retryAfter: .seconds(-3), isReceiverWide: true), 1),
            (.failed(problem: "x", retryAfter: .zero, isReceiverWide: true), 1),
            (.failed(problem: "x", retryAfter: nil, isReceiverWide: true), 0.95),
            (.failed(problem: "x", retryAfter: nil, isReceiverWide: false), 5),
            (.failed(problem: "x", retryAfter: .seconds(90), isReceiverWide: false), 90),
            (.failed(problem: "x", retryAfter: .seconds(2), isReceiverWide: false), 5),
        ]) func `a Retry-After is honoured up to an hour`(outcome: DeliveryOutcome, seconds: Double)
    {
        guard case .postponed(let next, _, _, _) = verdict(outcome).settlement else {
            Issue.record("it is tried again")
            return
        }
        #expect(abs(next.timeIntervalSince(date(seconds))) < 1e-6)
    }

    @Test func `it is given up 75 hours after its commit with a last attempt then, whatever the attempts`() {
        var (now, refusals, moments) = (0.0, 0, [0.0])
        while case .postponed(let next, _, _, _) = verdict(Self.refused, refusals: refusals, at: now).settlement, refusals < 100 {
            (now, refusals) = (next.timeIntervalSince(date(0)), refusals + 1)
            moments.append(now)
        }
        #expect(moments.count == 10 && moments.last == 75 * 3600)
        #expect(verdict(Self.refused, refusals: 50, at: 10).isDead == false)
        #expect(verdict(Self.refused, refusals: 0, at: 75 * 3600).isDead)
        #expect(verdict(.failed(problem: "refused", retryAfter: nil, isReceiverWide: true), at: 75 * 3600).isDead)
        #expect(verdict(Self.refused, at: 75 * 3600, kind: .heartbeat).isDead == false)
    }
}
