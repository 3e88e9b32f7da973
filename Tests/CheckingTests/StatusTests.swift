import Checking
import Testing

struct StatusTests {
    @Test func `down is worse than degraded, which is worse than unknown, which is worse than healthy`() {
        #expect(Status.allCases.sorted() == [.healthy, .unknown, .degraded, .down])
    }

    @Test func `steps are in the order in which they happen`() {
        let phases: [Phase] = [.command, .tls, .resolve, .auth, .connect]
        #expect(phases.sorted() == [.resolve, .connect, .tls, .auth, .command])
    }

    @Test func `a step of a probe's own comes last`() {
        #expect([Phase(rawValue: "fetch"), .command, .resolve].sorted().last == Phase(rawValue: "fetch"))
    }
}
