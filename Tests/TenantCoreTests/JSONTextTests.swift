import TenantCore
import Testing

struct JSONTextTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (-7, "-7"), (.number(0.5), "0.5"), ([], "[]"), ([1, "a"], #"[1,"a"]"#), ([:], "{}"),
            (["b": 1, "a": [.null]], #"{"b":1,"a":[null]}"#), (.number(.infinity), "null"), (.number(.nan), "null"),
        ] as [(JSONValue, String)])
    func `a value is written on one line`(value: JSONValue, text: String) {
        #expect(value.description == text)
    }

    @Test(arguments: [
        ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{1B}\u{7F}", #""\u0000\u001b\u007f""#), ("\u{85}", #""\u0085""#),
        ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("\u{202E}\u{2066}\u{200F}\u{FEFF}", #""\u202e\u2066\u200f\ufeff""#), ("ü😀", #""ü😀""#),
        ("\r\n", #""\r\n""#), ("e\u{301}", "\"e\u{301}\""),
    ])
    func `what would end a line or reorder it is escaped`(text: String, written: String) {
        #expect(JSONValue.string(text).description.utf8.elementsEqual(written.utf8))
    }

    @Test(arguments: [
        "", "plain", "\"quoted\" \\ \u{0}\u{1F}\u{7F}", "line\nend\r\n", "\u{202E}evil", "e\u{301}é", "😀\u{1F468}\u{200D}\u{1F469}",
    ])
    func `what is written can be read again`(text: String) throws {
        let value: JSONValue = ["key \(text)": .array([.string(text), 1, .null])]
        #expect(try JSONValue.parse(value.serialized) == value)
    }

    @Test func `of ASCII alone, only controls, quotes and backslashes are escaped`() throws {
        for code in UInt8.min..<0x80 {
            let isEscaped = code < 0x20 || code == 0x7F || code == UInt8(ascii: "\"") || code == UInt8(ascii: "\\")
            // Beside what is not ASCII, and beside nothing of the kind.
            for text in ["a" + String(UnicodeScalar(code)) + "z", "é" + String(UnicodeScalar(code)) + "z"] {
                #expect((JSONValue.string(text).description == "\"\(text)\"") == !isEscaped)
                #expect(try JSONValue.parse(JSONValue.string(text).serialized) == .string(text))
            }
        }
    }

    @Test func `a set member replaces an earlier one in its place`() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["a"] = 4
        object["b"] = nil
        object["d"] = 5
        #expect(JSONValue.object(object).description == #"{"a":4,"c":3,"d":5}"#)
    }
}
