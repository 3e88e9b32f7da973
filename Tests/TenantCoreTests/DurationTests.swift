import TenantCore
import Testing

struct DurationTests {
    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("15s", .seconds(15)), ("5m", .seconds(300)), ("2h", .seconds(7200)), ("0s", .zero),
        ] as [(String, Duration)])
    func `a duration is a whole number with a unit`(text: String, duration: Duration) {
        #expect(Duration(written: text) == duration)
    }

    @Test(arguments: [
        "", "15", "s", "-5s", "+5s", "1.5s", " 5s", "5 s", "5s ", "5S", "5d", "5us", "5sm", "０5s", "５s", "99999999999999999999s",
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
}
