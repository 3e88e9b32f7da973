import Checking
import Testing

struct PhaseTests {
    @Test func `a table has a place for every step, and no other`() {
        #expect(Phase.Table(repeating: 0).count == Phase.all.count)
        #expect(Phase.all.map(\.position) == Array(0..<Phase.all.count))
        #expect(Phase(rawValue: "unheard of").position == nil)
    }

    @Test func `steps are in the order in which they happen`() {
        #expect(Phase.all.reversed().sorted() == Phase.all)
        #expect(Phase.command < Phase(rawValue: "unheard of"))
    }
}
