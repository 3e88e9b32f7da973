import TenantCore
import Testing

@testable import TenantMetrics

struct EscapingTests {
    static let hostile = [
        "", " ", "plain", "\"", "\\", "\n", "\\n", "\\\\n", "\\\"", "a\"} 1\ntenantwatch_up{tenant=\"evil\"} 1", "a,b=\"c\"", "{}",
        "# HELP",
        "tab\there", "cr\rhere", "crlf\r\n", "nul\u{0}", "ünïcödé", "e\u{301}", "é", "😀", "\u{202E}evil", "\u{2028}", "trailing\\",
    ]

    @Test(arguments: hostile)
    func `a hostile name comes back as it was`(name: String) throws {
        let desk = Desk()
        var acme = try tenant("acme")
        acme.name = name
        desk.adopt([acme])
        let samples = try desk.page().samples(of: "tenantwatch_tenant_info")
        try #require(samples.count == 1)
        #expect(samples[0].labels["name"]?.utf8.elementsEqual(name.utf8) == true)
        #expect(samples[0].labels["tenant"] == "acme")
    }

    @Test(arguments: hostile)
    func `a hostile label of a tenant comes back as it was`(value: String) throws {
        let desk = Desk()
        var acme = try tenant("acme")
        acme.labels = try labelled("team", value)
        desk.adopt([acme])
        #expect(try desk.page().samples(of: "tenantwatch_tenant_info").first?.labels["team"]?.utf8.elementsEqual(value.utf8) == true)
    }

    /// The label of a loaded tenant, with a value that loading would refuse.
    private func labelled(_ name: String, _ value: String) throws -> [Tenant.Label] {
        let entry: JSONValue = [
            "tenant_id": "x", "name": "X", "mongo_uri": "mongodb://m", "mongo_database": "d", "redis_addr": "r:1",
            "labels": .object([name: "x"]),
        ]
        let loader = try TenantLoader(environment: ["TENANT_CONFIGS": JSONValue.array([entry]).description], dependencies: [])
        var labels = try #require(try loader.load().tenants.first).labels
        labels[0].value = value
        return labels
    }

    @Test func `no two values become one`() {
        let rendered = Self.hostile.map { TextBuffer.labels([("x", $0)]) }
        #expect(Set(rendered).count == Self.hostile.count)
    }

    @Test(arguments: hostile)
    func `a value takes one line`(value: String) {
        #expect(!TextBuffer.labels([("x", value)]).contains(UInt8(ascii: "\n")))
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-3, "-3"), (0.25, "0.25"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e21, "1e+21"),
            (1_700_000_000, "1700000000"), (0.000001, "1e-06"),
        ] as [(Double, String)])
    func `a number is written as the format spells it`(value: Double, text: String) {
        var buffer = TextBuffer()
        buffer.sample("x", [], [], value)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "x \(text)\n")
    }

    @Test(
        arguments: [
            (.zero, "0"), (.seconds(15), "15"), (.milliseconds(250), "0.25"), (.nanoseconds(1), "0.000000001"),
            (.nanoseconds(1_234_567_891), "1.234567891"), (.seconds(86_400) + .microseconds(10), "86400.00001"),
            (.milliseconds(-250), "-0.25"), (.seconds(-1), "-1"), (Duration(secondsComponent: 0, attosecondsComponent: 500_000_000), "0"),
        ] as [(Duration, String)])
    func `a duration is written in seconds, to the nanosecond`(value: Duration, text: String) {
        var buffer = TextBuffer()
        buffer.sample("x", seconds: value)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "x \(text)\n")
    }

    @Test(arguments: [(0, "0"), (7, "7"), (10, "10"), (-12, "-12"), (.max, "9223372036854775807"), (.min, "-9223372036854775808")])
    func `a count is written in full`(value: Int, text: String) {
        var buffer = TextBuffer()
        buffer.sample("x", count: value)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "x \(text)\n")
    }

    @Test(
        arguments: [
            ("a=\"1\"", "b=\"2\"", "x{a=\"1\",b=\"2\"} "), ("a=\"1\"", "", "x{a=\"1\"} "), ("", "b=\"2\"", "x{b=\"2\"} "), ("", "", "x "),
        ])
    func `the longest values find room beside labels`(labels: String, more: String, start: String) {
        let (labels, more) = (Array(labels.utf8), Array(more.utf8))
        var buffer = TextBuffer()
        buffer.sample("x", labels, more, count: .min)
        buffer.sample("x", labels, more, seconds: Duration(secondsComponent: .max, attosecondsComponent: 999_999_999_999_999_999))
        buffer.sample("x", labels, more, -Double.leastNormalMagnitude * 1.1)
        let values = ["-9223372036854775808", "9223372036854775807.999999999", "\(-Double.leastNormalMagnitude * 1.1)"]
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == values.map { start + $0 + "\n" }.joined())
    }

    @Test func `a help text is one line`() {
        var buffer = TextBuffer()
        buffer.header(Metric(.gauge, "x", [], "a\\b\nc"))
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "# HELP x a\\\\b\\nc\n# TYPE x gauge\n")
    }
}
