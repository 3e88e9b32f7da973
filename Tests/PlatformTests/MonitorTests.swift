import Platform
import Testing

/// The one timed wait of the house.
struct MonitorTests {
    private static let soon = Duration.seconds(10)

    private func thread(_ body: @escaping @Sendable () -> Void) { #expect(Platform.Thread.start(stackSize: 1 << 19, name: "test", body)) }

    @Test func `an answer that is there is given although the deadline is past`() {
        let monitor = Monitor(1)
        #expect(monitor.wait(until: .now - .seconds(3600)) { $0 == 1 ? $0 : nil } == 1)
    }

    @Test(arguments: [Duration.seconds(-3600), .nanoseconds(-1), .zero, .nanoseconds(1), .milliseconds(1)])
    func `without an answer the wait ends at its deadline, looking at least once`(time: Duration) {
        let monitor = Monitor(0)
        let deadline = ContinuousClock.now + time
        let answer: Int? = monitor.wait(until: deadline) { looks in
            looks += 1
            return nil
        }
        #expect(answer == nil)
        #expect(ContinuousClock.now >= deadline)
        #expect(monitor.withLock { $0 } >= 1)
    }

    @Test func `a deadline far beyond what a timespec takes is no deadline in the past`() {
        let monitor = Monitor(false)
        thread { monitor.withLock(waking: .one) { $0 = true } }
        #expect(monitor.wait(until: .now + .seconds(Int64.max / 4)) { $0 ? true : nil } == true)
    }

    @Test func `what is changed before, while and after somebody begins to wait is seen`() {
        for _ in 0..<2000 {
            let monitor = Monitor(false)
            thread { monitor.withLock(waking: .one) { $0 = true } }
            #expect(monitor.wait(until: .now + Self.soon) { $0 ? true : nil } == true)
        }
    }

    @Test func `of many threads each takes one of what is given one by one`() {
        let (count, turns) = (8, 2000)
        let places = Monitor(0)
        let taken = Monitor(0)
        for _ in 0..<count {
            thread {
                for _ in 0..<turns {
                    let isTaken = places.wait(until: .now + Self.soon) { places -> Bool? in
                        guard places > 0 else { return nil }
                        places -= 1
                        return true
                    }
                    taken.withLock(waking: .all) { $0 += isTaken == true ? 1 : 0 }
                }
            }
        }
        for _ in 0..<count * turns { places.withLock(waking: .one) { $0 += 1 } }
        #expect(taken.wait(until: .now + Self.soon) { $0 == count * turns ? true : nil } == true)
        #expect(places.withLock { $0 } == 0)
    }

    @Test func `a change for all wakes all who wait`() {
        let (gate, passed) = (Monitor(false), Monitor(0))
        for _ in 0..<16 {
            thread {
                let isOpen = gate.wait(until: .now + Self.soon) { $0 ? true : nil }
                passed.withLock(waking: .all) { $0 += isOpen == true ? 1 : 0 }
            }
        }
        gate.withLock(waking: .all) { $0 = true }
        #expect(passed.wait(until: .now + Self.soon) { $0 == 16 ? true : nil } == true)
    }

    @Test func `an error of the body leaves the lock free`() {
        struct Failure: Error {}
        let monitor = Monitor(0)
        #expect(throws: Failure.self) { try monitor.withLock(waking: .all) { _ in throw Failure() } }
        #expect(monitor.withLock { $0 } == 0)
    }
}
