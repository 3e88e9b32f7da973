import BlockingIO
import Checking
import Scheduling
import Testing

/// The way of a datum, on a clock that the test turns.
struct PipelineTests {
    private let recorder = Recorder()
    private let book = StatusBook(thresholds: Thresholds())

    private func pipeline() -> Pipeline {
        Pipeline(
            lanes: [redis: InlineLane()], book: book, thresholds: Thresholds(),
            fanout: Fanout(observations: [recorder], transitions: [recorder]))
    }

    private func run(_ pipeline: Pipeline, from first: Double, to last: Double) {
        for step in 0...Int((last - first) * 2) { pipeline.round(at: after(first + Double(step) / 2)) }
    }

    private func scripted(_ answers: [Result<Reading, ProbeFailure>]) -> Check {
        check(checkID("acme"), probe: ScriptedProbe(answers))
    }

    @Test func `a healthy check is asked once in each interval and changes its status once`() {
        let pipeline = pipeline()
        pipeline.adopt(plan([check(checkID("acme"))]))
        run(pipeline, from: 0, to: 3600)
        #expect((119...121).contains(recorder.observations.count))
        #expect(recorder.transitions.map(\.to) == [.healthy])
    }

    @Test func `an outage is told when it is certain and when it is over`() throws {
        let pipeline = pipeline()
        pipeline.adopt(plan([scripted(Array(repeating: .failure(failure()), count: 5))]))
        run(pipeline, from: 0, to: 300)
        #expect(recorder.transitions.map(\.to) == [.down, .healthy])
        #expect(recorder.transitions.first?.cause?.reason == failure().reason)
    }

    @Test func `a suspicion is settled within seconds instead of whole intervals`() throws {
        let pipeline = pipeline()
        pipeline.adopt(plan([scripted(Array(repeating: .failure(failure()), count: 3))]))
        run(pipeline, from: 0, to: 60)
        let instants = recorder.observations.prefix(3).map(\.instant)
        try #require(instants.count == 3)
        #expect(instants[2] - instants[0] <= .seconds(6))
    }

    @Test func `a single failure is told to nobody`() {
        let pipeline = pipeline()
        pipeline.adopt(plan([scripted([.success(Reading()), .failure(failure())])]))
        run(pipeline, from: 0, to: 300)
        #expect(recorder.transitions.map(\.to) == [.healthy])
        #expect(recorder.observations.count { $0.outcome == .bad } == 1)
    }

    @Test func `the book and the sinks are of one mind`() throws {
        let pipeline = pipeline()
        let tenants = ["a", "b", "c"].map { name in
            check(checkID(name), probe: FixedProbe(answer: name == "b" ? .failure(failure()) : .success(Reading())))
        }
        pipeline.adopt(plan(tenants))
        run(pipeline, from: 0, to: 120)
        let states = try #require(book.snapshot())
        for subject in tenants.map(\.id.subject) {
            #expect(recorder.transitions.last { $0.subject == subject }?.to == states[subject]?.status)
        }
        #expect(states[checkID("b").subject]?.status == .down)
        #expect(states[checkID("a").subject]?.status == .healthy)
    }

    @Test(
        arguments: [
            ("one check", 1, 1, 2), ("few", 100, 1, 30), ("more", 400, 1, 34), ("many", 2000, 1, 34), ("many, seldom", 2000, 7, 31),
            ("often", 100, 0.1, 300),
        ] as [(String, Int, Double, Int)], [true, false])
    func `turns that are close together share a round, and none starts late or far ahead of its own`(
        fleet: (name: String, checks: Int, interval: Double, rounds: Int), isDisturbed: Bool
    ) {
        let lane = HandLane()
        let pipeline = Pipeline(
            lanes: [redis: lane], book: book, thresholds: Thresholds(), fanout: Fanout(observations: [recorder], transitions: []))
        pipeline.adopt(
            plan(
                (0..<fleet.checks).map {
                    check(checkID("tenant-\($0)"), backend: "server:\($0 % 50)", interval: .seconds(fleet.interval))
                }))
        var distances: [Duration] = []
        var (now, rounds) = (start, 0)
        while now < after(fleet.interval * 6) {
            pipeline.round(at: now)
            // Disturbed is who still finds a queue after a round, or is woken by a connection that was closed.
            if isDisturbed, rounds % 3 == 1 { pipeline.noteHangUp(of: Backend(rawValue: "server:0")) }
            let next = isDisturbed ? min(pipeline.nextRound(after: now), now + .milliseconds(rounds % 7)) : nil
            for job in lane.takeSubmitted() {
                lane.land(.finished(observation(of: job, .good, at: now)))
                distances.append(now - job.due)
            }
            now = next ?? pipeline.nextRound(after: now)
            rounds += 1
        }
        #expect(distances.count >= fleet.checks * 5)
        #expect(isDisturbed || rounds <= Int(Double(fleet.rounds) * fleet.interval * 6) + 1, "\(rounds) rounds")
        let ahead = min(.milliseconds(30), Duration.seconds(fleet.interval) / 30)
        #expect(distances.allSatisfy { (.zero - ahead...(.zero)).contains($0) })
    }

    @Test func `one hurried check wakes the pipeline for its own turns and for no others`() {
        let lane = HandLane()
        let pipeline = Pipeline(
            lanes: [redis: lane], book: book, thresholds: Thresholds(), fanout: Fanout(observations: [recorder], transitions: []))
        let hurried = check(checkID("hurried"), interval: .milliseconds(20))
        pipeline.adopt(plan((0..<500).map { check(checkID("tenant-\($0)"), interval: .seconds(1)) } + [hurried]))
        var (now, rounds) = (start, 0)
        while now < after(4) {
            pipeline.round(at: now)
            for job in lane.takeSubmitted() { lane.land(.finished(observation(of: job, .good, at: now))) }
            now = pipeline.nextRound(after: now)
            rounds += 1
        }
        #expect(rounds <= 4 * 55)
        #expect(recorder.observations.count { $0.check == hurried.id && $0.outcome == .good } >= 198)
        #expect(!recorder.observations.contains { $0.outcome == .skipped })
    }

    @Test func `nothing is observed before the first plan`() {
        run(pipeline(), from: 0, to: 10)
        #expect(recorder.observations.isEmpty)
    }

    @Test func `a removed tenant is observed no more`() {
        let pipeline = pipeline()
        pipeline.adopt(plan([check(checkID("acme")), check(checkID("globex"))]))
        run(pipeline, from: 0, to: 100)
        pipeline.adopt(plan([check(checkID("globex"))]))
        let before = recorder.observations.count { $0.check == checkID("acme") }
        run(pipeline, from: 100, to: 400)
        #expect(recorder.observations.count { $0.check == checkID("acme") } == before)
        #expect(book.snapshot()?[checkID("acme").subject] == nil)
    }

    @Test func `two runs over the same answers tell the same story`() {
        let stories = (0..<2).map { _ in
            let recorder = Recorder()
            let pipeline = Pipeline(
                lanes: [redis: InlineLane()], book: StatusBook(thresholds: Thresholds()), thresholds: Thresholds(),
                fanout: Fanout(observations: [recorder], transitions: [recorder]))
            pipeline.adopt(plan([scripted([.success(Reading())] + Array(repeating: .failure(failure()), count: 4))]))
            run(pipeline, from: 0, to: 200)
            return recorder.observations.map { "\($0.instant - start) \($0.outcome)" }
        }
        #expect(stories[0] == stories[1])
        #expect(!stories[0].isEmpty)
    }
}
