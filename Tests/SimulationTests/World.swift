import Alerting
import BlockingIO
import Checking
import Foundation
import Platform
import TenantCore

@testable import Scheduling
@testable import TenantMetrics

/// A fleet under the agent's own pipeline, on a clock that jumps from one event to the next, in weather that a seed makes.
final class World {
    private struct Life {
        var check: Check
        var began: ContinuousClock.Instant
    }

    static let redis = Dependency(rawValue: "redis")

    private var chance: Chance
    private var weather = Weather()
    private(set) var now = ContinuousClock.now
    private let birth: ContinuousClock.Instant
    /// How far the wall clock was set, in seconds.
    private var wallOffset = 0.0
    private let witness = Witness()
    private let book = StatusBook(thresholds: Thresholds())
    private let ledger = MetricsLedger(kinds: [])
    private var lane: SimulatedLane!
    private var pipeline: Pipeline!
    private var plan: Plan?
    private var lives: [CheckID: Life] = [:]
    private let tenants: [TenantID]
    private let backends: [Backend]
    private let intervals: [Int]
    private(set) var complaints: [String] = []

    /// - Parameter intervals: in seconds; each check has one of them.
    init(seed: UInt64, intervals: [Int] = [300, 1800, 3600, 7200, 7200]) {
        self.intervals = intervals
        chance = Chance(seed: seed)
        birth = now
        tenants = (0..<Int.random(in: 2...5, using: &chance)).compactMap { TenantID("tenant-\($0)") }
        backends = (0..<Int.random(in: 1...3, using: &chance)).map { Backend(rawValue: "server:\($0)") }
        let threads = Int.random(in: 1...4, using: &chance)
        lane = SimulatedLane(threads: threads) { [unowned self] check, _ in weather.behaviour(of: check, chance: &chance) }
        pipeline = Pipeline(
            lanes: [Self.redis: lane], book: book, thresholds: Thresholds(),
            fanout: Fanout(observations: [witness, ledger], transitions: [witness]))
        reload(keeping: 1)
    }

    /// How many calls were made.
    var calls: Int { lane.calls }

    /// Lets so many days pass, with an event every few hours, and then an hour of good weather.
    func live(days: Double) {
        let end = now + .seconds(days * 86_400)
        while now < end {
            run(for: chance.seconds(60...20_000))
            happen()
            inspect()
        }
        weather.clear()
        // Longer than any call is stuck, any interval and the way back to health take together.
        run(for: .seconds(6 * 3600))
        inspect()
        inspectPeace()
    }

    private func happen() {
        switch Int.random(in: 0..<11, using: &chance) {
        case 0...4:
            weather.change(
                backends.randomElement(using: &chance) ?? backends[0], to: Weather.Mood.allCases.randomElement(using: &chance) ?? .well)
        case 5: weather.trouble(tenants.randomElement(using: &chance) ?? tenants[0], is: chance.happens(0.5))
        case 6: reload(keeping: 0.7)
        case 7: now = now + chance.seconds(1...20)  // The loop was busy.
        case 8: now = now + chance.seconds(60...200_000)  // The machine was suspended.
        case 9: wallOffset += Double.random(in: -200_000...200_000, using: &chance)
        default: pipeline.noteHangUp(of: backends.randomElement(using: &chance) ?? backends[0])
        }
    }

    /// Another plan: tenants come and go, and some check otherwise or elsewhere.
    private func reload(keeping probability: Double) {
        let directory = TenantDirectory(tenants: [], rejected: [], issues: [], defaultTenant: nil, digest: "", source: "simulation")
        var next = Plan(directory: directory, kinds: [], cadence: Cadence(interval: .seconds(900), timeout: .seconds(5)))
        next.checks = tenants.filter { _ in chance.happens(0.85) }.map { tenant in
            let id = CheckID(subject: Subject(tenant: tenant, dependency: Self.redis), name: CheckName(rawValue: "redis_liveness"))
            if let kept = plan?.checks.first(where: { $0.id == id }), chance.happens(probability) { return kept }
            let interval = Duration.seconds(intervals.randomElement(using: &chance) ?? 900)
            return Check(
                id: id, backend: backends.randomElement(using: &chance) ?? backends[0], interval: interval,
                timeout: min(interval, .seconds(Int.random(in: 1...30, using: &chance))), settings: Secret("\(chance.next())"),
                probe: SilentProbe())
        }
        plan = next
        pipeline.adopt(next)
        round()
        let kept = lives
        lives = [:]
        for check in next.checks {
            let life = kept[check.id]
            lives[check.id] = life?.check === check ? life : Life(check: check, began: now)
        }
    }

    private func run(for time: Duration) {
        let end = now + time
        while now < end {
            round()
            let next = min(pipeline.nextRound(after: now), lane.nextEvent.map { max($0, now + .milliseconds(10)) } ?? end)
            now = min(end, next)
        }
    }

    private func round() {
        witness.tick(at: Date(timeIntervalSince1970: (now - birth) / .seconds(1) + wallOffset), now)
        pipeline.round(at: now)
        lane.start(at: now)
        if lane.load > lives.count * 2 + tenants.count { complain("\(lane.load) jobs in the lane of \(lives.count) checks") }
    }

    private func complain(_ text: String) { complaints.append("after \((now - birth) / .seconds(86_400)) days: \(text)") }

    private func inspect() {
        // What a round finds by itself, such as turns that a suspension swallowed, the next one hands on.
        round()
        now = now + .milliseconds(10)
        round()
        let account = witness.seen
        for text in account.complaints { complain(text) }
        for id in lane.overlaps { complain("\(id.subject) was asked while it was asked") }
        for (id, life) in lives {
            guard let turns = account.turns[id] else {
                complain("nothing is known of \(id.subject)")
                continue
            }
            let first = life.began + Scheduler.offset(of: life.check)
            guard first <= now else { continue }
            // The last turn may still be out.
            let elapsed = Int((now - first) / life.check.interval)
            if turns < elapsed { complain("\(id.subject) had \(elapsed) turns, of which \(turns) are accounted for") }
        }
        guard let snapshot = book.snapshot() else { return complain("the book is empty") }
        for id in lives.keys where snapshot[id.subject]?.status != (account.statuses[id.subject] ?? .unknown) {
            complain("\(id.subject) is \(snapshot[id.subject]?.status as Any), and was said to be \(account.statuses[id.subject] as Any)")
        }
        for subject in account.firing.values {
            guard let tenant = subject.tenant, let dependency = subject.dependency else { continue }
            let subject = Subject(tenant: tenant, dependency: dependency)
            if lives[CheckID(subject: subject, name: CheckName(rawValue: "redis_liveness"))] == nil {
                complain("an alert about \(subject), which is gone")
            }
        }
        let figures = ledger.snapshot().fleet
        if figures.durations.values.map(\.total).reduce(0, +) != account.answered { complain("the ledger missed an answer") }
        if figures.skipped.values.reduce(0, +) != account.skippedTurns { complain("the ledger missed a skipped turn") }
    }

    private func inspectPeace() {
        let account = witness.seen
        let beliefs = witness.beliefs
        if beliefs.told != beliefs.firing { complain("the receiver believes that \(beliefs.told) fire, and \(beliefs.firing) do") }
        if !account.firing.isEmpty { complain("alerts still fire in good weather: \(account.firing.values)") }
        for id in lives.keys where account.statuses[id.subject] != .healthy { complain("\(id.subject) is not healthy in good weather") }
    }
}

struct SilentProbe: Probe {
    func check(before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> Reading { Reading() }
}
