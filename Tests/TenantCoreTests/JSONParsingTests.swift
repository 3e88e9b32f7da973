import TenantCore
import Testing

struct JSONParsingTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue.parse(text.utf8) }

    @Test(
        arguments: [
            ("null", .null), ("true", true), (" false\n", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)),
            ("1.5", .number(1.5)), ("1e3", .number(1000)), ("-2.5E-1", .number(-0.25)),
            ("9223372036854775808", .number(9223372036854775808)),
            ("[]", []), ("[ 1 , [2] ]", [1, [2]]), ("{}", [:]), ("{\"a\": {\"b\": \"c\"}}", ["a": ["b": "c"]]),
        ] as [(String, JSONValue)])
    func `a value is read`(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        (#""""#, ""), (#""ü€😀""#, "ü€😀"), (#""\u00fc\u20AC\ud83d\ude00""#, "ü€😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0000""#, "\u{0}"), ("\"\u{7F}\"", "\u{7F}"),
    ])
    func `a string is read`(text: String, value: String) throws {
        #expect(try parse(text).text == value)
    }

    @Test func `the members keep their order`() throws {
        #expect(try parse(#"{"b": 1, "a": 2, "c": 3}"#).object?.keys == ["b", "a", "c"])
    }

    @Test(arguments: [
        #"{"tenant_id": "a", "tenant_id": "b"}"#, #"{"tenant_id": "a", "tenant\u005fid": "b"}"#,
        #"{"tenant_id": "a", "\u0074enant_id": "a"}"#, #"[{"x": {"y": 1, "z": 2, "y": 3}}]"#, #"{"": 1, "": 2}"#,
    ])
    func `a key that occurs twice is refused, also when it is spelt with escapes`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func `one key in two objects is no repetition`() throws {
        #expect(try parse(#"[{"a": {"a": 1}}, {"a": 2}]"#) == [["a": ["a": 1]], ["a": 2]])
    }

    @Test(arguments: ["[1,]", "[,1]", "[1,,2]", #"{"a": 1,}"#, "{,}", "[", "]", "{", "[1", #"{"a"}"#, #"{"a": }"#, "[1 2]", #"{"a" 1}"#])
    func `stray and missing punctuation is refused`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(arguments: [
        "", "  ", "nul", "TRUE", "None", "NaN", "Infinity", "'a'", "{a: 1}", "// x\n1", "/* x */ 1", "1 2", "{} {}", "\u{A0}1", "0x10",
        "01", "-01", "+1", "-", ".5", "1.", "1.e3", "1e", "1e+", "1e999", "-1e999",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(arguments: [
        "\"", "\"a", "\"a\nb\"", "\"a\tb\"", "\"a\u{0}b\"", "\"\u{1F}\"", #""\x41""#, #""\u12""#, #""\u12G4""#, #""\"#,
        #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ude00\ud83d""#, #""\ud800\ud800""#, #""\ud83d\n""#,
    ])
    func `a broken string, a control character or a lone surrogate is refused`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22]] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }

    @Test(arguments: [[0xEF, 0xBB, 0xBF, 0x31], [0xFE, 0xFF, 0x00, 0x31], [0x31, 0x00]] as [[UInt8]])
    func `a byte order mark or another encoding is refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `values nest 32 deep and no deeper`(open: String, close: String) throws {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + (open == "[" ? "" : "1") + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(32)) }
        #expect(throws: JSONError.self) { try parse(nested(33)) }
        #expect(throws: JSONError.self) { try parse(nested(100_000)) }
    }

    @Test(arguments: [("[1,\n  x]", 2, 3), ("x", 1, 1), ("{\"a\": 1,\n\"a\": 2}", 2, 1), ("[1]]", 1, 4), ("\n\n[tru]", 3, 2)])
    func `an error says where it is`(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: JSONError.self) { try parse(text) }
        #expect(error.line == line)
        #expect(error.column == column)
        #expect(!error.problem.isEmpty)
    }

    @Test func `an error never quotes the text`() throws {
        let error = try #require(throws: JSONError.self) { try parse(#"{"password": "hunter2", hunter2}"#) }
        #expect(!"\(error)".contains("hunter2"))
    }
}
