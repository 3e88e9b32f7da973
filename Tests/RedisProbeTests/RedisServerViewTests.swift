import Testing

@testable import RedisProbe

struct RedisServerViewTests {
    private let start = ContinuousClock.now

    private func answers(_ text: String, unreadable: [RedisSection] = [], wasCutOff: Bool = false) -> RedisServerAnswers {
        var answers = RedisServerAnswers()
        (answers.text, answers.answered, answers.unreadable, answers.wasCutOff) = (text, 1, unreadable, wasCutOff)
        return answers
    }

    @Test func `a first end at PING is tried again after half a minute, a second after ten minutes`() {
        let view = RedisServerView()
        view.avoidPing(at: start)
        #expect(!view.mayPing(at: start + .seconds(29)))
        #expect(view.mayPing(at: start + .seconds(30)))
        view.avoidPing(at: start + .seconds(30))
        #expect(!view.mayPing(at: start + .seconds(629)))
        #expect(view.mayPing(at: start + .seconds(630)))
    }

    @Test func `many checks that saw the same end count once, and an answer to PING ends the count`() {
        let view = RedisServerView()
        for _ in 0..<100 { view.avoidPing(at: start) }
        #expect(view.mayPing(at: start + .seconds(30)))
        view.recordPing()
        view.avoidPing(at: start + .seconds(31))
        #expect(view.mayPing(at: start + .seconds(61)))
    }

    @Test func `new sessions ask until the server has answered everything, and then one each half minute`() {
        let view = RedisServerView()
        #expect(!view.isKnown(at: start))
        view.note(answers("role:master", unreadable: [.memory]), at: "redis:6379", now: start)
        #expect(!view.isKnown(at: start))
        view.note(answers("role:master", wasCutOff: true), at: "redis:6379", now: start)
        #expect(!view.isKnown(at: start))
        view.note(answers("role:master"), at: "redis:6379", now: start)
        #expect(view.isKnown(at: start))
        #expect(!view.claim(at: start + .seconds(29)))
        #expect(view.claim(at: start + .seconds(30)))
        #expect(!view.isKnown(at: start + .seconds(120)))
    }

    @Test func `a Sentinel in the place of a Redis is asked by each session`() {
        let view = RedisServerView()
        view.note(answers("role:master"), at: "redis:6379", now: start)
        view.reset()
        #expect(!view.isKnown(at: start))
        #expect(view.claim(at: start))
    }
}
