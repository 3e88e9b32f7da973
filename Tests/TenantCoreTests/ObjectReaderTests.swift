import TenantCore
import Testing

/// What other rooms read their settings with.
struct ObjectReaderTests {
    private enum Size: String, CaseIterable {
        case small, large
    }

    private func reader(_ object: JSONObject, path: String = "", environment: [String: String] = [:]) -> ObjectReader {
        ObjectReader(object: object, path: path, secretReader: SecretReader(environment: environment))
    }

    @Test func `a path leads through objects and lists`() {
        var reader = reader(["a": ["b": [["c": 5]]]], path: "top")
        _ = reader.nested("a") { reader in reader.each("b") { reader in reader.string("c") } }
        #expect(reader.issues.map(\.path) == ["top.a.b[0].c"])
    }

    @Test func `at the top of a file a path is a key`() {
        var reader = reader(["a": 5])
        _ = reader.string("a")
        #expect(reader.issues.map(\.path) == ["a"])
    }

    @Test func `a key that is not asked for is an issue, with a suggestion where one is close`() {
        var reader = reader(["a": ["receivers": [], "recivers": [], "other": 1]])
        _ = reader.nested("a") { reader in reader.strings("receivers") }
        reader.noteUnread()
        #expect(reader.issues.map(\.path) == ["a.recivers", "a.other"])
        #expect(reader.issues.map(\.problem) == ["is not a key here", "is not a key here"])
        #expect(reader.issues.map(\.fix) == ["Did you mean \"receivers\"?", "Remove it; known here: receivers."])
    }

    @Test func `the good elements of a list are read although others are wrong`() {
        var reader = reader(["texts": ["a", 5, "", "b"], "objects": [["x": "1"], 5, ["x": "2"]]])
        #expect(reader.strings("texts") == ["a", "b"])
        #expect(reader.each("objects") { $0.string("x") } == ["1", "2"])
        #expect(reader.issues.map(\.path) == ["texts[1]", "texts[2]", "objects[1]"])
    }

    @Test func `what is no list or object is an issue and reads as nil`() {
        var reader = reader(["a": "x", "b": ["x"]])
        #expect(reader.strings("a") == nil)
        #expect(reader.nested("b") { $0.string("c") } == nil)
        #expect(reader.issues.map(\.problem) == ["is a string, not a list", "is an array, not an object"])
    }

    @Test func `a choice is one of the names`() {
        var reader = reader(["a": "small", "b": "lage", "c": "x"])
        #expect(reader.choice("a") == Size.small)
        #expect(reader.choice("b") == Size?.none)
        #expect(reader.choice("c") == Size?.none)
        #expect(reader.issues.map(\.problem) == ["is not one of small, large", "is not one of small, large"])
        #expect(reader.issues.map(\.fix) == ["Did you mean \"large\"?", "Choose one of them."])
    }

    @Test func `secrets of lists and inner objects are known to the outer reader, and shown by none`() {
        var reader = reader(["a": ["b": ["s3cret", ["env": "OTHER"]]]], environment: ["OTHER": "s3cond"])
        let read = reader.nested("a") { $0.secrets("b") }
        #expect(read?.map(\.opened) == ["s3cret", "s3cond"])
        #expect(reader.secrets == read)
        var shown = ""
        dump(reader, to: &shown)
        #expect(!shown.contains("s3c"))
    }

    @Test func `only what is missing without another reason is said to be missing`() {
        var reader = reader(["a": 5])
        #expect(reader.require("a") { $0.strings("a") } == nil)
        #expect(reader.require("b") { $0.strings("b") } == nil)
        #expect(reader.issues.map(\.problem) == ["is a number, not a list", "is missing; it is required"])
    }
}
