import Testing

@testable import RedisProbe

struct RedisReplyGuardTests {
    /// Whether the whole of an answer is let through, in one piece and byte by byte.
    private func admits(_ text: String, withText: Bool) -> [Bool] {
        var whole = RedisReplyGuard()
        var pieces = RedisReplyGuard()
        return [
            whole.admit(Array(text.utf8), withText: withText) == text.utf8.count,
            text.utf8.allSatisfy { pieces.admit([$0], withText: withText) == 1 },
        ]
    }

    @Test(arguments: ["+OK\r\n", "+OK\r\n+PONG\r\n", "$4\r\nPONG\r\n", "$2\r\nOK\r\n+PONG\r\n", "-ERR $5 *7 inside\r\n", "+", ""])
    func `statuses, also as short texts, and errors pass`(text: String) {
        #expect(admits(text, withText: false) == [true, true])
    }

    @Test(arguments: [
        "$65\r\nhello\r\n", "$-1\r\n", ":1\r\n", "*1\r\n", "%1\r\n", "+OK\n", "-a\n$6\r\n*20000\r\n", "$2\r\nOK\r\n*1\r\n", "+OK\r+OK\r\n",
        "HTTP/1.1 400\r\n",
        "+OK\r\n*536870912\r\n", "\r\n",
    ])
    func `nothing else does while no text is awaited`(text: String) {
        #expect(admits(text, withText: false) == [false, false])
    }

    @Test func `what stands before the first byte that is refused can still be read`() {
        var guarding = RedisReplyGuard()
        #expect(guarding.admit(Array("$2\r\nhi\r\n*3\r\n".utf8), withText: true) == 8)
    }

    @Test(arguments: [
        "$5\r\nhello\r\n", "$0\r\n\r\n", "$7\r\n*9\r\n$9\n\r\n+OK\r\n", "$65536\r\nhalf", "-NOPERM\r\n", "$-1\r\n+OK\r\n", ":0\r\n",
    ])
    func `a text passes where one is awaited, whatever is in it`(text: String) {
        #expect(admits(text, withText: true) == [true, true])
    }

    @Test(arguments: [
        "$65537\r\n", "$-2\r\n", "$5-1\r\n", "*-1\r\n", "%1\r\n", "_\r\n", "=7\r\ntxt:a:1\r\n", "$99999999999999999999\r\n", "$5x\r\n",
        "$5\nhello\r\n", "$5\r5hello\r\n", "$5\r\nhello\r\n*1\r\n",
    ])
    func `a text too long, without a length or followed by something else does not`(text: String) {
        #expect(admits(text, withText: true) == [false, false])
    }
}
