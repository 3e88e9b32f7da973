import Checking
import Testing

@testable import Scheduling

struct TimelineTests {
    private func turn(_ seconds: Double, ahead: Duration = .zero) -> Timeline.Turn {
        Timeline.Turn(due: after(seconds), slot: 0, version: 1, isRegular: true, ahead: ahead)
    }

    @Test func `an empty timeline has nothing next and nothing due`() {
        var timeline = Timeline()
        #expect(timeline.next == nil)
        #expect(timeline.takeDue(at: after(1000)).isEmpty)
    }

    @Test(arguments: [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 1, 5, 2, 4], [2, 2, 1, 2, 1]] as [[Double]])
    func `turns come earliest first, in whatever order they were added`(seconds: [Double]) {
        var timeline = Timeline()
        for second in seconds { timeline.add(turn(second)) }
        #expect(timeline.next == after(1))
        #expect(timeline.takeDue(at: after(10)).map(\.due) == seconds.sorted().map { after($0) })
        #expect(timeline.count == 0)
    }

    @Test func `only what is due is taken, the very moment included`() {
        var timeline = Timeline()
        for second in [1.0, 2, 3] { timeline.add(turn(second)) }
        #expect(timeline.takeDue(at: after(2)).map(\.due) == [after(1), after(2)])
        #expect(timeline.next == after(3))
    }

    @Test(
        arguments: [
            ("nothing is due, and so nothing is taken ahead", 0.99, []),
            ("what is due takes with it what soon will be", 1.0, [1, 1.02, 1.029]),
            ("a late round takes those from its own moment on", 1.02, [1, 1.02, 1.029, 1.04]),
            ("up to one that may not be taken ahead", 1.06, [1, 1.02, 1.029, 1.04, 1.06]),
        ] as [(String, Double, [Double])]) func `turns ahead of time`(name: String, now: Double, taken: [Double])
    {
        var timeline = Timeline()
        for second in [1.0, 1.02, 1.029, 1.04, 1.06, 1.08] { timeline.add(turn(second, ahead: .milliseconds(30))) }
        timeline.add(turn(1.07))
        #expect(timeline.takeDue(at: after(now)).map(\.due) == taken.map { after($0) }, "\(name)")
    }

    @Test func `thousands of turns come out in order while others are added`() {
        var timeline = Timeline()
        var seed: UInt64 = 1
        var taken: [Timeline.Turn] = []
        for second in 0..<1000 {
            for _ in 0..<3 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                timeline.add(turn(Double(second) + 1 + Double(seed >> 40) / 1000))
            }
            taken += timeline.takeDue(at: after(Double(second)))
        }
        taken += timeline.takeDue(at: after(1_000_000))
        #expect(taken.count == 3000)
        #expect(zip(taken, taken.dropFirst()).allSatisfy { $0.due <= $1.due })
    }

    @Test(
        arguments: [
            ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
        ] as [(String, UInt64)])
    func `the hash that spreads the turns is FNV-1a, the same in every process`(text: String, hash: UInt64) {
        #expect(stableHash(text) == hash)
    }
}
