import Testing

@testable import RegularExpressions

struct RegularExpressionTests {
    @Test(
        arguments: [
            ("", "", true), ("", "x", false), ("a|b", "a", true), ("a|b", "ab", false), ("a|ab", "ab", true), ("^a$", "a", true),
            ("(?:a|b)+", "abab", true), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true), ("a$", "a\n", false),
            ("(?m)a$\\nb", "a\nb", true),
            ("(?i)ACME", "acme", true), ("[[:alpha:]]+", "acme", true), ("[]a]+", "]a", true), ("[^]a]+", "bc", true),
            (#"\Qa.b(\E"#, "a.b(", true), (#"\Qa.b"#, "a.b", true), (#"\Qa.b\E"#, "axb", false), (#"\pL+"#, "Größe", true),
            (#"\p{Greek}+"#, "λόγος", true), (#"\PN"#, "7", false), (#"\d{3}"#, "123", true), (#"\d"#, "٣", false),
            (#"\x{1F600}"#, "😀", true),
            (".", "😀", true), ("..", "é", false), ("(?P<n>a)b", "ab", true), ("(?<n>a)b", "ab", true), ("(?<a>x)(?<b>y)", "xy", true),
            (#"[(?<n>]+"#, "<n(?>", true), (#"\(?<n>"#, "<n>", true), (#"\Q(?<n>\E"#, "(?<n>", true), ("a{2,3}", "aaa", true),
            ("a{,3}", "a{,3}", true), ("(?U)a+", "aaa", true), (#"\x00"#, "\u{0}", true), (#"\A\ba\b\z"#, "a", true),
            ("a\u{0}b", "a\u{0}b", true),
        ]) func `an expression matches whole texts as in Go`(pattern: String, text: String, expected: Bool) throws
    {
        #expect(try RegularExpression(pattern).matchesWhole(text) == expected)
    }

    @Test(
        arguments: [
            ("(", "missing )", 1), ("a(b(c)", "missing )", 2), ("a)b", "unexpected )", 2), ("a[b-", "missing ]: [b-", 2),
            ("[z-a]", "invalid character class range: z-a", 2), ("a*|*", "no argument for repetition operator: *", 4),
            ("*", "no argument", 1),
            ("a**", "bad repetition operator: **", 2), ("x{1001}", "invalid repetition size: {1001}", 2),
            ("a{2,1}", "invalid repetition size: {2,1}", 2),
            ("(x{1000}){1000}", "invalid repetition size", 0), (#"a\"#, "trailing", nil), (#"a\y"#, #"invalid escape sequence: \y"#, 2),
            (#"(a)\1"#, #"invalid escape sequence: \1"#, 4), ("a(?=b)", "invalid perl operator: (?=", 2),
            ("a(?!b)", "invalid perl operator: (?!", 2),
            ("(?<=a)b", "(?<", 1), ("(?<!a)b", "(?<", 1), ("(?P=n)", "invalid perl operator: (?P", 1),
            ("(?<n", "invalid named capture group", 1),
            (#"b\C"#, #"invalid escape sequence: \C"#, 2), (#"\p{Gréek}"#, "invalid character class range", 1),
            ("(?x)a", "invalid perl operator", 1),
            (#"é\y"#, #"\y"#, 2), (#"(?<n>a)\y"#, #"\y"#, 8), (#"\\y\y"#, #"\y"#, 4), ("a++", "bad repetition operator: ++", 2),
            ("((((x{100}){100}){100}){100})", "invalid repetition size", 0), (#"(\pL{500}){2}"#, "pattern too large", nil),
        ] as [(String, String, Int?)]) func `what is none says what is wrong and where`(pattern: String, text: String, position: Int?)
    {
        let problem = #expect(throws: RegularExpression.Problem.self) { try RegularExpression(pattern) }
        #expect(problem?.text.contains(text) == true, "\(problem?.text ?? "")")
        // 0 stands for any place.
        if position != 0 { #expect(problem?.position == position) }
    }

    @Test(
        arguments: [
            "(a+)+$", "(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "((a?){30}a{30})!", "(.*)(.*)(.*)(.*)(.*)x", "(a|b|ab)*bc",
            "(?:a?){50}a{50}b",
        ]) func `no expression takes long on a long text`(pattern: String) throws
    {
        let expression = try RegularExpression(pattern)
        #expect(!expression.matchesWhole(String(repeating: "a", count: 100_000) + "?"))
    }

    @Test(arguments: ["([a-z0-9_-]?){1000}", "(a?){999}", "(?:[ab]?[cd]?){600}", "a{1000}b{1000}c{1000}", #"(\pL\pN?){20}"#])
    func `an expression with more steps than can be compared in time is refused`(pattern: String) {
        let problem = #expect(throws: RegularExpression.Problem.self) { try RegularExpression(pattern) }
        #expect(problem?.text.hasPrefix("pattern too large: it compiles to ") == true, "\(problem?.text ?? "")")
        #expect(problem?.position == nil)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["([a-z0-9_-]?){390}!", "(?:(?:a|b)?){300}[ab]*a[ab]{300}", "[ab]*a[ab]{600}!"])
    func `the largest that are accepted answer when they outgrow their memory`(pattern: String) throws {
        let expression = try RegularExpression(pattern)
        let texts = Self.texts(1000, length: 63)
        #expect(!texts.contains { expression.matchesWhole($0 + "?") })
    }

    /// Texts of two letters without an order that a machine could learn.
    private static func texts(_ count: Int, length: Int) -> [String] {
        var seed: UInt64 = 7
        return (0..<count).map { _ in
            String(
                (0..<length).map { _ -> Character in
                    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return seed >> 63 == 0 ? "a" : "b"
                })
        }
    }

    @Test func `an expression that outgrows its memory still answers`() throws {
        // Each of the last 13 letters is a bit of the state.
        let expression = try RegularExpression("[ab]*a[ab]{12}")
        var seed: UInt64 = 7
        let letters = (0..<200_000).map { _ -> Character in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return seed >> 63 == 0 ? "a" : "b"
        }
        let text = String(letters)
        #expect(expression.matchesWhole(text + "a" + String(repeating: "b", count: 12)))
        #expect(!expression.matchesWhole(text + "b" + String(repeating: "b", count: 12)))
    }

    @Test func `threads match with one expression at once`() async throws {
        let expression = try RegularExpression("(x|y)+[0-9]{3}")
        let counts = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask { (0..<2000).count { expression.matchesWhole(String(repeating: "xy", count: $0 % 50 + task) + "123") } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.count == 8 && counts.allSatisfy { $0 >= 1960 })
    }
}
