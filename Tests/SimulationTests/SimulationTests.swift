import Foundation
import Testing

/// Thousands of simulated days: slow, stuck and flapping servers, suspended machines, reloads in mid-flight.
///
/// A failure names its seed. `TENANTWATCH_SIMULATION_SEED=7` replays that one alone, and
/// `TENANTWATCH_SIMULATION_DAYS=1000` makes every life longer.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let seeds: [UInt64] = environment["TENANTWATCH_SIMULATION_SEED"].flatMap { UInt64($0) }.map { [$0] } ?? Array(1...50)
    static let days = environment["TENANTWATCH_SIMULATION_DAYS"].flatMap { Double($0) } ?? 40

    @Test(arguments: seeds)
    func `no overlap, no missed turn, no lost transition, no queue without bound`(seed: UInt64) {
        let world = World(seed: seed)
        world.live(days: Self.days)
        #expect(world.complaints.prefix(3) == [], "seed \(seed)")
        #expect(world.calls > Int(Self.days) * 10)
    }

    @Test(arguments: seeds.prefix(8)) func `the same where calls are as long as the interval`(seed: UInt64) {
        let world = World(seed: seed, intervals: [3, 10, 20])
        world.live(days: Self.days / 50)
        #expect(world.complaints.prefix(3) == [], "seed \(seed)")
    }

    @Test func `a seed repeats its world`() {
        let worlds = [World(seed: 5), World(seed: 5)]
        for world in worlds { world.live(days: 3) }
        #expect(worlds[0].calls == worlds[1].calls)
        // Hashes differ from process to process, and the world must not: this changes with the scheduler alone.
        #expect(worlds[0].calls == 420)
        let other = World(seed: 6)
        other.live(days: 3)
        #expect(other.calls != worlds[0].calls)
    }
}
