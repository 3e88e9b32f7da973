import Testing

@testable import RedisProbe

struct RedisCommandTests {
    @Test(
        arguments: [
            (["PING"], "*1\r\n$4\r\nPING\r\n"), (["SELECT", "15"], "*2\r\n$6\r\nSELECT\r\n$2\r\n15\r\n"),
            (["AUTH", "app", "hunter2"], "*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$7\r\nhunter2\r\n"),
            (["AUTH", ""], "*2\r\n$4\r\nAUTH\r\n$0\r\n\r\n"),
            (["", ""], "*2\r\n$0\r\n\r\n$0\r\n\r\n"), (["AUTH", "a b"], "*2\r\n$4\r\nAUTH\r\n$3\r\na b\r\n"),
            (["AUTH", "a\r\nFLUSHALL\r\n"], "*2\r\n$4\r\nAUTH\r\n$13\r\na\r\nFLUSHALL\r\n\r\n"),
            (["AUTH", "%s%n$*"], "*2\r\n$4\r\nAUTH\r\n$6\r\n%s%n$*\r\n"),
            (["AUTH", "nul\u{0}l"], "*2\r\n$4\r\nAUTH\r\n$5\r\nnul\u{0}l\r\n"),
            (["AUTH", "pässwörd"], "*2\r\n$4\r\nAUTH\r\n$10\r\npässwörd\r\n"),
            (["AUTH", "😀\u{7F}\u{1}"], "*2\r\n$4\r\nAUTH\r\n$6\r\n😀\u{7F}\u{1}\r\n"),
        ] as [([String], String)])
    func `words go over the wire with their lengths in bytes`(words: [String], wire: String) {
        #expect(RedisCommand.encode(words) == Array(wire.utf8))
    }

    @Test func `a long word is not cut`() {
        let password = String(repeating: "x", count: 100_000)
        #expect(RedisCommand.encode(["AUTH", password]).count == "*2\r\n$4\r\nAUTH\r\n$100000\r\n\r\n".utf8.count + 100_000)
    }
}
