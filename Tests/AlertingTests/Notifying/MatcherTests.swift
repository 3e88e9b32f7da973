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
            (#"tenant=~"(""#, "regular expression"), ("a=\(String(repeating: "x", count: 17_000))", "longer"),
            (#"tenant=~"a[b-""#, "no regular expression: at its character 2 missing ]: [b-"),
            ("tenant=~(x{1000}){1000}", "invalid repetition size"),
            ("tenant=~a(?=b)", "at its character 2 invalid perl operator: (?="), ("tenant==acme", "an operator"),
            ("tenant=!acme", "an operator"),
            ("tenant=~=acme", "an operator"), ("tenant='acme'", "other quotes"), ("tenant=`acme`", "other quotes"),
            ("tenant=\u{201C}acme\u{201D}", "other quotes"), ("tenant={tenant-id}", "brace"), ("tenant=acme}", "brace"),
            ("tenant=~a{2", "brace"),
            ("{tenant=acme", "brace"), ("{", "brace"), ("{}", "empty"), (" ", "empty"), (",", "empty"),
            ("tenant=a severity=critical", "another matcher"),
            ("tenant=a && severity != critical", "another matcher"), ("tenant=a;severity=critical", "another matcher"),
            ("tenant=a and severity=~critical", "another matcher"), (#""a b"="c""#, "no alert can have"), (#""tenant=acme"#, "quote"),
            ("größe=x", "operators"), ("tenant: acme", "operators"), ("tenant=a,severity=b", "more than one"),
        ]) func `what is none says why`(text: String, problem: String)
    {
        let failure = #expect(throws: Matcher.Problem.self) { try Matcher(parsing: text) }
        #expect(failure?.text.contains(problem) == true, "\(failure?.text ?? "")")
    }

    @Test(.timeLimit(.minutes(1)), arguments: [" ", "\t", "\u{A0}", ";", "&", "; ", " x", "= "])
    func `a matcher is read once, however much stands between its words`(filler: String) throws {
        let text = "tenant=a" + String(repeating: filler, count: 100_000) + "b"
        let matchers = try? MatcherParser.all(text, limit: 1 << 20)
        #expect(matchers.map { $0.count == 1 } ?? (filler == "= "))
    }

    private struct ListRow: Sendable, CustomTestStringConvertible {
        var text: String
        var matchers: [String]
        var testDescription: String { text }

        init(_ text: String, _ matchers: String...) { (self.text, self.matchers) = (text, matchers) }
    }

    private static let lists: [ListRow] = [
        ListRow("tenant=a,severity=critical", #"tenant="a""#, #"severity="critical""#),
        ListRow("  tenant = a , severity != critical  ", #"tenant="a""#, #"severity!="critical""#),
        ListRow(#"{a="b",c=~"d"}"#, #"a="b""#, #"c=~"d""#), ListRow(#"{ a="b" , c!~"d" , }"#, #"a="b""#, #"c!~"d""#),
        ListRow("a=b,", #"a="b""#), ListRow(#"a="b,c""#, #"a="b,c""#), ListRow(#"a="b\",c",d=e"#, #"a="b\",c""#, #"d="e""#),
        ListRow(#"a=~"x{1,2}",b=y"#, #"a=~"x{1,2}""#, #"b="y""#), ListRow("a=~x{3}", #"a=~"x{3}""#), ListRow("{a=~x{3}}", #"a=~"x{3}""#),
        ListRow("a=,b=c", #"a="""#, #"b="c""#), ListRow("a=", #"a="""#), ListRow(#"a="""#, #"a="""#), ListRow("a=b=c", #"a="b=c""#),
        ListRow("a=EU west", #"a="EU west""#), ListRow("a=größe", #"a="größe""#), ListRow(#"a="😀, é""#, #"a="😀, é""#),
        ListRow(#""a"="b","c"=~"d""#, #"a="b""#, #"c=~"d""#), ListRow(#"a="line\nend""#, #"a="line\nend""#),
        ListRow(#"a="b\\",c=d"#, #"a="b\\""#, #"c="d""#), ListRow("\ta\t=\tb\t,\tc=d", #"a="b""#, #"c="d""#),
        ListRow(#"a="{b}""#, #"a="{b}""#), ListRow(#"a="'b'""#, #"a="'b'""#), ListRow("a=O'Brien", #"a="O'Brien""#),
        ListRow(#"a=" b ""#, #"a=" b ""#), ListRow("a=b,a=b", #"a="b""#, #"a="b""#), ListRow(#"a=b\.c"#, #"a="b\\.c""#),
    ]

    @Test(arguments: lists) private func `one text may hold several matchers, as in Alertmanager`(row: ListRow) throws {
        #expect(try Matcher.all(parsing: row.text).map(\.description) == row.matchers)
        let written = "{\(row.matchers.joined(separator: ","))}"
        #expect(try Matcher.all(parsing: written) == Matcher.all(parsing: row.text))
    }

    @Test(
        arguments: [
            ("tenant=a,b", "character 10, after a comma, it has none of the operators", "a value with a comma needs double quotes"),
            ("tenant=~a{1,2}", "brace", ""), ("tenant=a,,b=c", "after a comma", "name of a label"), (",tenant=a", "name of a label", ""),
            (#"{a="b"},c=d"#, "begins with a brace", ""),
            ("tenant=a,severity=~(", "character 10, after a comma, it holds no regular expression", ""),
            (#"a="b,c=d"#, "lacks the quote", ""),
        ]) func `a list with one that is none says which`(text: String, problem: String, hint: String)
    {
        let failure = #expect(throws: Matcher.Problem.self) { try Matcher.all(parsing: text) }
        let text = failure?.text ?? ""
        #expect(text.contains(problem) && (hint.isEmpty || text.contains(hint)), "\(text)")
    }

    @Test(
        arguments: [
            ("acme|globex", ["acme", "globex"]), ("acme", ["acme"]), (#"a\.b|c\|d"#, ["a.b", "c|d"]), ("a|", ["", "a"]), ("", [""]),
            ("größe|é", ["größe", "é"]),
            ("a.c|b", []), (#"\d|b"#, []), ("(a|b)", []), ("^a|b$", []), ("a{2}|b", []), (#"a\"#, []), ("[a]|b", []),
        ]) func `alternatives of nothing but values are compared as a set`(expression: String, values: [String])
    {
        // None for what is an expression, or nothing that can be matched.
        #expect((try? Matcher("x", .matches, expression))?.alternatives ?? [] == values.sorted())
        for value in values {
            #expect((try? Matcher("x", .matches, expression))?.matches(value) == true)
            #expect((try? Matcher("x", .differsFromAll, expression))?.matches(value) == false)
        }
    }

    @Test func `thousands of values are asked like one`() throws {
        let values = (0..<400).map { "tenant-\($0).example|\($0)" }
        let matcher = try Matcher(parsing: Matcher("tenant", among: values).description)
        #expect(Set(matcher.alternatives) == Set(values))
        #expect(values.allSatisfy { matcher.matches($0) } && !matcher.matches("tenant-400.example|400"))
    }

    @Test(arguments: ["(a+)+$", "(a*)*b$", "(a|aa)+$", "(.*a){20}"]) func `an expression that others backtrack on answers`(pattern: String)
        throws
    {
        let matcher = try Matcher(parsing: "tier=~\"\(pattern)\"")
        let long = alert("acme", labels: ["tier": String(repeating: "a", count: 50_000) + "!"])
        #expect(!matcher.matches(long))
        #expect(try Matcher(parsing: "tier!~\"\(pattern)\"").matches(long))
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
