import Testing

@testable import StatusServer

/// What the ages of beats mean.
struct LoopWatchdogTests {
    /// Ages of the last beats in seconds, nil for a loop that does not run, and what is answered.
    struct Row: CustomTestStringConvertible, Sendable {
        var scheduler: Double?
        var alerts: Double?
        var ready: String
        var live: String
        var testDescription: String { "\(scheduler.map { "\($0)" } ?? "-")/\(alerts.map { "\($0)" } ?? "-")" }

        var watchdog: LoopWatchdog {
            LoopWatchdog([
                .init(name: "scheduler", beatAge: scheduler.map { .seconds($0) }),
                .init(name: "alerts", beatAge: alerts.map { .seconds($0) }),
            ])
        }
    }

    private static let rows = [
        Row(scheduler: nil, alerts: nil, ready: "ready\n", live: "ok\n"),
        Row(scheduler: 0, alerts: 1, ready: "ready\n", live: "ok\n"),
        Row(scheduler: 30, alerts: 30, ready: "ready\n", live: "ok\n"),
        Row(scheduler: 30.5, alerts: 0, ready: "stuck\nthe scheduler loop has been stuck for 30 s\n", live: "ok\n"),
        Row(scheduler: nil, alerts: 31, ready: "stuck\nthe alerts loop has been stuck for 31 s\n", live: "ok\n"),
        Row(
            scheduler: 60, alerts: 59,
            ready: "stuck\nthe scheduler loop has been stuck for 60 s\nthe alerts loop has been stuck for 59 s\n",
            live: "ok\n"),
        Row(
            scheduler: 0, alerts: 61, ready: "stuck\nthe alerts loop has been stuck for 61 s\n",
            live: "the alerts loop has been stuck for 61 s: restart the agent\n"),
        Row(
            scheduler: 90, alerts: 3600,
            ready: "stuck\nthe scheduler loop has been stuck for 90 s\nthe alerts loop has been stuck for 3600 s\n",
            live:
                "the scheduler loop has been stuck for 90 s: restart the agent\nthe alerts loop has been stuck for 3600 s: restart the agent\n"
        ),
    ]

    @Test(arguments: rows)
    func `a loop without a beat makes the agent unready, and later dead`(row: Row) {
        let readiness = Readiness(startLimit: .seconds(-1), loops: { row.watchdog }, parts: { [] })
        #expect(readiness.answer(isVerbose: false) == (row.ready == "ready\n", row.ready))
        #expect(readiness.liveness == (row.live == "ok\n", row.live))
    }

    @Test func `the verbose answer names the loops, and asks no other part while one is stuck`() {
        func text(_ row: Row) -> String {
            Readiness(startLimit: .seconds(-1), loops: { row.watchdog }, parts: { [.init(name: "state", problem: "full")] })
                .answer(isVerbose: true).text
        }
        #expect(text(Self.rows[1]) == "ready\nok   loop scheduler\nok   loop alerts\nFAIL state: full\n")
        #expect(
            text(Self.rows[3]) == "stuck\nFAIL loop scheduler: the scheduler loop has been stuck for 30 s\nok   loop alerts\n")
    }

    @Test func `an agent that starts or stops is not ready, whatever its loops do`() {
        let starting = Readiness(startLimit: .seconds(3600), loops: { Self.rows[4].watchdog }, parts: { [] })
        #expect(starting.answer(isVerbose: false).text.hasPrefix("starting\n"))
        starting.beginDraining()
        #expect(starting.answer(isVerbose: false).text.hasPrefix("draining\n"))
        #expect(!starting.answer(isVerbose: false).isReady)
    }
}
