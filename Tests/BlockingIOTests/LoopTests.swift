import Platform
import Testing

@testable import BlockingIO

/// The one kind of loop: woken, stopped, joined.
struct LoopTests {
    private static let soon = Duration.seconds(10)
    private static let late = Duration.seconds(3600)

    /// Counts what a loop does, and waits for it.
    private final class Counter: Sendable {
        private let count = Monitor(0)
        func add() { count.withLock(waking: .all) { $0 += 1 } }
        func reaches(_ number: Int) -> Bool { count.wait(until: .now + LoopTests.soon) { $0 >= number ? true : nil } == true }
        var value: Int { count.withLock { $0 } }
    }

    @Test func `no wake-up is lost, whenever it comes`() throws {
        let (loop, rounds) = (Loop("test"), Counter())
        try loop.start { while loop.wait(for: Self.late) { rounds.add() } }
        for number in 1...5000 {
            loop.wake()
            #expect(rounds.reaches(number))
        }
        loop.stop()
        #expect(loop.join(within: Self.soon))
    }

    @Test func `wake-ups before a wait are one`() {
        let loop = Loop("test")
        for _ in 0..<3 { loop.wake() }
        let start = ContinuousClock.now
        #expect(loop.wait(for: Self.late))
        #expect(loop.wait(for: .milliseconds(1)))
        #expect(ContinuousClock.now < start + Self.late)
    }

    @Test(arguments: [Duration.seconds(-3600), .zero, .milliseconds(1)])
    func `a wait without a wake-up ends at its deadline, one in the past at once`(time: Duration) {
        let loop = Loop("test")
        let deadline = ContinuousClock.now + time
        #expect(loop.wait(until: deadline))
        #expect(loop.pause(for: time))
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func `a stop ends a wait without a deadline, and every wait after it`() throws {
        let (loop, ends) = (Loop("test"), Counter())
        try loop.start {
            while loop.wait(until: nil) {}
            ends.add()
            for _ in 0..<1000 where !loop.wait(for: Self.late) && !loop.pause(for: Self.late) { ends.add() }
        }
        loop.stop()
        loop.stop()
        #expect(loop.join(within: Self.soon))
        #expect(loop.join(within: .zero))
        #expect(loop.isStopping)
        #expect(ends.value == 1001)
    }

    @Test func `a stop ends the pauses of all threads`() throws {
        let loop = Loop("test")
        let workers = (0..<8).map { _ in Worker(name: "test") { loop.pause(for: Self.late) } }
        loop.stop()
        for worker in workers { #expect(worker.join(within: Self.soon)) }
    }

    @Test func `a pause leaves a wake-up for the next wait`() {
        let loop = Loop("test")
        loop.wake()
        #expect(loop.pause(for: .milliseconds(1)))
        #expect(loop.wait(for: Self.late))
    }

    @Test func `a loop that is stopped before its start runs nothing`() throws {
        let (loop, rounds) = (Loop("test"), Counter())
        loop.stop()
        try loop.start { rounds.add() }
        #expect(loop.join(within: Self.soon))
        #expect(rounds.value == 0)
    }

    @Test func `a join waits for the body, and says when it does not end in time`() throws {
        let (loop, gate) = (Loop("test"), Monitor(false))
        #expect(loop.join(within: .zero), "nothing runs yet")
        try loop.start { _ = gate.wait(until: .now + Self.soon) { $0 ? true : nil } }
        loop.stop()
        #expect(!loop.join(within: .milliseconds(1)))
        gate.withLock(waking: .all) { $0 = true }
        #expect(loop.join(within: Self.soon))
    }
}

/// The queue in front of a worker.
struct MailboxTests {
    @Test func `what is posted from many threads is taken once, in the order of each`() {
        let box = Mailbox<Int>(capacity: 100_000)
        let workers = (0..<4).map { index in
            Worker(name: "test") { for number in 0..<1000 { box.post([index * 1000 + number]) } }
        }
        var taken: [Int] = []
        while taken.count < 4000, let some = box.take(waiting: .seconds(10)), !some.isEmpty { taken += some }
        for worker in workers { #expect(worker.join(within: .seconds(10))) }
        #expect(taken.sorted() == Array(0..<4000))
        for index in 0..<4 { #expect(taken.filter { $0 / 1000 == index } == Array(index * 1000..<(index + 1) * 1000)) }
    }

    @Test func `a closed box ends waits and pauses, after what is in it was taken`() {
        let box = Mailbox<Int>(capacity: 2)
        let worker = Worker(name: "test") {
            box.pause(for: .seconds(3600))
            box.post([3])
        }
        box.post([1, 2, 3])
        box.close()
        #expect(worker.join(within: .seconds(10)))
        #expect(box.take() == [1, 2])
        #expect(box.take() == nil)
        #expect(box.droppedCount == 2)
    }

    @Test func `a take in vain ends in time with nothing`() {
        #expect(Mailbox<Int>(capacity: 1).take(waiting: .milliseconds(1)) == [])
        #expect(Mailbox<Int>(capacity: 1).take(waiting: .seconds(-1)) == [])
    }
}
