import Testing

@testable import Alerting

/// Texts are cut between characters and never within an escape.
struct TextLimitTests {
    private static let html: @Sendable (Unicode.Scalar) -> String = { $0 == "&" ? "&amp;" : String($0) }

    @Test(
        arguments: [
            ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("abcd", 0, ""), ("", 0, ""), ("a&b", 7, "a&amp;b"),
            ("a&b", 6, "a…"[...]),
            ("a&b", 5, "a…"), ("😀😀", 4, "😀😀"), ("😀😀", 3, "😀…"), ("😀😀", 2, "…"), ("👩‍👩‍👧‍👦x", 11, "…"), ("e\u{301}e\u{301}", 3, "e\u{301}…"),
        ].map { (text: $0.0, length: $0.1, cut: String($0.2)) })
    func `a text is cut between characters`(row: (text: String, length: Int, cut: String)) {
        let cut = TextLimit(length: row.length, escape: Self.html).cut(row.text)
        #expect(cut == row.cut)
        #expect(cut.utf16.count <= max(row.length, 0))
    }

    @Test(
        arguments: [
            (["a"], 1, 100, "New: a"), (["a", "b"], 2, 100, "New (2): a, b"),
            (["a", "b"], 10_000, 100, "New (10,000): a, b and 9,998 more"),
            (["aaaa", "bbbb", "cccc"], 3, 23, "New (3): aaaa and 2 more"[...]),
            (["aaaa", "bbbb", "cccc"], 3, 30, "New (3): aaaa, bbbb and 1 more"),
            (["aaaa", "bbbb", "cccc"], 3, 10, "New (3)"), (["&"], 1, 10, "New: &amp;"), (["&&"], 1, 10, "New: …"),
        ].map { (names: $0.0, count: $0.1, length: $0.2, list: String($0.3)) })
    func `a list names as many as there is room for and counts the others`(row: (names: [String], count: Int, length: Int, list: String)) {
        let limit = TextLimit(length: row.length, escape: Self.html)
        let list = limit.list("New", GroupChanges.Names(names: row.names, count: row.count))
        #expect(list == row.list || (list.utf16.count <= row.length && list.hasPrefix("New")))
        #expect(list.utf16.count <= row.length)
    }

    @Test(arguments: 0...80)
    func `no length is exceeded, whatever the escapes`(length: Int) {
        let limit = TextLimit(length: length, escape: Self.html)
        let names = GroupChanges.Names(names: (0..<30).map { "&\($0)😀" }, count: 4000)
        #expect(limit.list("New", names).utf16.count <= length)
        let text = limit.cut("a&&😀&b&c&d&e&f&g&h&i&j&k&l")
        #expect(text.utf16.count <= length)
        // What begins as an escape ends as one.
        #expect(text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { $0.hasPrefix("amp;") })
    }

    @Test func `a count says what the service counts, and not what is written`() {
        let limit = TextLimit(length: 5, counted: Self.html)
        #expect(limit.count("&") == 5 && limit.cut("&") == "&" && limit.cut("&&") == "…")
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (9970, "9,970"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func `large numbers are grouped`(number: Int, text: String) { #expect(number.grouped == text) }
}
