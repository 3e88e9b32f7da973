import Testing

@testable import Alerting

struct MatcherTests {
    @Test(
        arguments: [
            (#"tenant="acme""#, true), ("tenant=acme", true), ("tenant = acme", true), (#"tenant!="acme""#, false),
            (#"tenant=~"ac.*""#, true), (#"tenant=~"c.*""#, false), (#"tenant!~"c.*""#, true), (#"tenant=~"acme|globex""#, true),
            (#"absent="""#, true), (#"absent!="x""#, true), (#"backend="redis:6379""#, true), (#"reason=refused"#, true),
            (#"scope="backend""#, true), (#"team=~"bl\.ue|blue""#, true), (#"team="bl\"ue""#, false),
        ]) func `a matcher asks what it says`(text: String, expected: Bool) throws
    {
        let matcher = try Matcher(parsing: text)
        #expect(matcher.matches(alert("acme", labels: ["team": "blue"])) == expected)
        #expect(try Matcher(parsing: matcher.description) == matcher)
    }

    @Test(
        arguments: [
            ("", "name"), ("=x", "name"), ("9a=x", "name"), ("a b=x", "operators"), ("tenant", "operators"), ("tenant>x", "operators"),
            (#"tenant="acme"#, "quote"), (#"tenant="a"b""#, "quote"), (#"tenant=a"b"#, "quote"), (#"tenant="a\"#, "quote"),
            (#"tenant=~"(""#, "regular expression"), ("a=\(String(repeating: "x", count: 1100))", "longer"),
        ]) func `what is none says why`(text: String, problem: String)
    {
        let failure = #expect(throws: Matcher.Problem.self) { try Matcher(parsing: text) }
        #expect(failure?.text.contains(problem) == true, "\(failure?.text ?? "")")
    }

    @Test func `a label that a tenant chose cannot pose as a pseudo label`() {
        #expect(!Matcher("backend", equals: "fake").matches(alert("acme", labels: ["backend": "fake"])))
    }

    @Test func `any of some values, whatever characters they have`() throws {
        let values = ["a.b", "c|d", "e\\f", "[g]"]
        let matcher = try Matcher(parsing: Matcher("x", among: values).description)
        #expect(values.allSatisfy { matcher.matches($0) })
        #expect(!["aXb", "c", "d", "g", ""].contains { matcher.matches($0) })
    }
}
