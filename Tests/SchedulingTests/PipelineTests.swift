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
