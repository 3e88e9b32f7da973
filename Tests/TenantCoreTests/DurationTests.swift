import TenantCore
import Testing

struct DurationTests {
    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("15s", .seconds(15)), ("5m", .seconds(300)), ("2h", .seconds(7200)), ("0s", .zero),
            ("5d", .seconds(432_000)), ("2w", .seconds(1_209_600)), ("1y", .seconds(31_536_000)), ("1h30m", .seconds(5400)),
            ("1d12h", .seconds(129_600)), ("1m30s500ms", .milliseconds(90_500)), ("1w2d3h4m5s6ms", .milliseconds(788_645_006)),
        ] as [(String, Duration)])
    func `a duration is whole numbers with units, as in Prometheus`(text: String, duration: Duration) {
        #expect(Duration(written: text) == duration)
    }

    @Test(arguments: [
        "", "15", "s", "-5s", "+5s", "1.5s", " 5s", "5 s", "5s ", "5S", "5us", "5sm", "1m1h", "1s1s", "1h30", "h", "1h 30m", "1.5h", "1M",
        "０5s", "５s", "99999999999999999999s",
        "1000000001s",
    ])
    func `anything else is no duration`(text: String) {
        #expect(Duration(written: text) == nil)
    }

    @Test(
        arguments: [
            (.milliseconds(1500), 1.5, 1_500_000), (.zero, 0, 0), (.seconds(86400), 86400, 86_400_000_000),
            (.microseconds(1), 0.000001, 1), (.nanoseconds(999), 0.000000999, 0),
        ] as [(Duration, Double, Int64)])
    func `a duration has a number of seconds and of whole microseconds`(duration: Duration, seconds: Double, microseconds: Int64) {
        #expect(duration.inSeconds == seconds)
        #expect(duration.inMicroseconds == microseconds)
    }

    @Test(arguments: [
        ("30", "Write 30s"), ("30 s", "Write 30s."), ("30 seconds", "Write 30s."), ("5min", "Write 5m."), ("1.5h", "Write 1h30m."),
        ("PT30S", "Write 30s."), ("1h 30m", "Write 1h30m."), ("30S", "Write 30s."), ("2 days", "Write 2d."), ("soon", "Write it like"),
        ("-5s", "Write it like"), ("", "Write it like"), ("25h", "Lower it to 1d"), ("1ms", "Raise it to 10ms"),
    ])
    func `what may be meant by another text is said`(text: String, fix: String) {
        let hint = DurationText(text, in: .milliseconds(10) ... .seconds(86_400))
        #expect(hint.fix.hasPrefix(fix), "\(hint.fix)")
    }

    @Test(arguments: ["500ms", "15s", "1h30m", "1d12h", "0s", "87600h"])
    func `a duration is written so that it can be read`(text: String) throws {
        let duration = try #require(Duration(written: text))
        #expect(Duration(written: duration.written) == duration)
    }
}
