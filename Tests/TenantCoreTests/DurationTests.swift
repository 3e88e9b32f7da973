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
        ("PT30S", "Write 30s."), ("1h 30m", "Write 1h30m."), ("30S", "Write 30s."), ("2 days", "Lower it to 1d or less."),
        ("soon", "Write it like"),
        ("-5s", "Write it like"), ("", "Write it like"), ("25h", "Lower it to 1d"), ("1ms", "Raise it to 10ms"),
        ("30", "Write 30s if seconds are meant, or 30ms, 30m."), ("5000", "Write 5000s if seconds are meant, or 5000ms."),
        ("90000", "Write 90000ms."), ("0", "Write it like 500ms, 15s, 5m or 1h30m."), ("1.5", "Write 1s500ms if seconds are meant"),
        ("30.0", "Write 30s if seconds are meant"), ("0.5", "Write 500ms if seconds are meant"), ("1e20", "Write it like"),
        ("0.1 ms", "Raise it to 10ms"), ("36 hours", "Lower it to 1d"), ("1 week", "Lower it to 1d"), ("0 seconds", "Raise it to 10ms"),
        ("99999999999999", "Write it like"), (".", "Write it like"), ("1.2.3", "Write it like"),
    ])
    func `what may be meant by another text is said`(text: String, fix: String) {
        let hint = DurationText(text, in: .milliseconds(10) ... .seconds(86_400))
        #expect(hint.fix.hasPrefix(fix), "\(hint.fix)")
    }

    @Test(arguments: ["0", "5", "90", "5000", "1.5", "2 days", "soon", "0.2h", "100000000"])
    func `what is proposed is taken`(text: String) throws {
        let ranges: [ClosedRange<Duration>] = [
            .milliseconds(10) ... .seconds(86_400), .seconds(60) ... .seconds(87_600 * 3600), .seconds(1) ... .seconds(10),
            .milliseconds(1) ... .milliseconds(5),
        ]
        for range in ranges {
            let words = DurationText(text, in: range).fix.split { " ,".contains($0) }.map { $0.hasSuffix(".") ? $0.dropLast() : $0 }
            let proposed = words.compactMap { Duration(written: String($0)) }
            #expect(!proposed.isEmpty)
            #expect(proposed.allSatisfy(range.contains), "\(words) for \(range)")
        }
    }

    @Test(arguments: [(.integer(90), 90), (.number(30), 30), (.number(1.5), 1)] as [(JSONValue, Int)])
    func `a number in JSON is asked for its unit`(number: JSONValue, seconds: Int) {
        var reader = ObjectReader(object: ["wait": number], path: "", secretReader: SecretReader(environment: [:]))
        #expect(reader.duration("wait", in: .milliseconds(10) ... .seconds(86_400)) == nil)
        #expect(reader.issues.first?.problem.hasPrefix("is a number without a unit") == true)
        #expect(reader.issues.first?.fix.hasPrefix("Write \(seconds)s") == true)
    }

    @Test(arguments: ["500ms", "15s", "1h30m", "1d12h", "0s", "87600h"])
    func `a duration is written so that it can be read`(text: String) throws {
        let duration = try #require(Duration(written: text))
        #expect(Duration(written: duration.written) == duration)
    }
}
