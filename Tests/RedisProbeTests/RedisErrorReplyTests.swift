import Checking
import TenantCore
import Testing

@testable import RedisProbe

struct RedisErrorReplyTests {
    // What servers of the versions 5 to 7 answer.
    @Test(arguments: [
        ("NOAUTH Authentication required.", "noauth"),
        ("WRONGPASS invalid username-password pair or user is disabled.", "wrongpass"),
        ("ERR invalid password", "wrongpass"),
        ("NOPERM this user has no permissions to run the 'select' command", "noperm"),
        ("NOPERM User app has no permissions to run the 'ping' command", "noperm"),
        ("LOADING Redis is loading the dataset in memory", "loading"),
        ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "masterdown"),
        ("ERR DB index is out of range", "index_out_of_range"),
        ("ERR SELECT is not allowed in cluster mode", "index_out_of_range"),
        ("ERR max number of clients reached", "maximum_clients"),
        ("ERR max number of clients + cluster connections reached", "maximum_clients"),
        ("DENIED Redis is running in protected mode because protected mode is enabled", "protected_mode"),
        ("ERR AUTH <password> called without any password configured for the default user. Are you sure?", "password_unexpected"),
        ("ERR Client sent AUTH, but no password is set", "password_unexpected"),
    ])
    func `a known reply has a reason of its own`(text: String, reason: String) {
        let failure = RedisErrorReply.failure(text, from: "redis:6379")
        #expect(failure.reason.rawValue == reason)
        #expect(failure.detail.contains("redis:6379"))
        #expect(!failure.remedy.isEmpty)
    }

    @Test(arguments: [
        ("MOVED 3999 127.0.0.1:6381", "MOVED"),
        ("ERR unknown command 'c4n4ry'", "ERR"), ("CROSSSLOT Keys in request c4n4ry", "CROSSSLOT"), ("NOREPLICAS Not enough", "NOREPLICAS"),
    ])
    func `of an unknown reply only the code is shown`(text: String, code: String) {
        let failure = RedisErrorReply.failure(text, from: "redis:6379")
        #expect(failure.reason.rawValue == "error_reply")
        #expect(failure.detail.contains(code))
        #expect(!failure.detail.contains("c4n4ry"))
        #expect(!failure.detail.contains("127.0.0.1"))
    }

    @Test(arguments: [("HUNTER2", "HUNTER2 x"), ("HUNTER2", "XHUNTER2X"), ("HUNTER2AND3", "HUNTER2"), ("a-HUNTER2", "HUNTER2-")])
    func `a server that echoes the password as its code shows nothing`(login: String, text: String) {
        let failure = RedisErrorReply.failure(text, from: "redis:6379", hiding: Secret(login))
        #expect(!failure.detail.contains("HUNTER2"))
        #expect(RedisErrorReply.failure("MOVED 1", from: "redis:6379", hiding: Secret(login)).detail.contains("MOVED"))
    }

    @Test(arguments: ["", " ", "c4n4ry", "\u{1B}[31mc4n4ry", "\u{202E}c4n4ry", "err invalid password c4n4ry"])
    func `a reply without a code shows nothing of itself`(text: String) {
        let failure = RedisErrorReply.failure(text, from: "redis:6379")
        #expect(failure.reason.rawValue == "error_reply")
        #expect(!failure.detail.contains("c4n4ry"))
        #expect(!failure.detail.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
    }

    @Test func `an endless code is cut`() {
        #expect(RedisErrorReply.failure(String(repeating: "X", count: 10_000), from: "redis:6379").detail.count < 200)
    }

    @Test(arguments: RedisErrorReply.known.map(\.prefix))
    func `the catalogue knows the reason`(prefix: String) {
        let failure = RedisErrorReply.failure("\(prefix) and more", from: "redis:6379")
        #expect(RedisProbeKind().catalogue.values.allSatisfy { $0.contains(failure.reason) })
    }

    @Test(arguments: RedisErrorReply.known.map(\.prefix))
    func `what a server answers is this tenant's alone, for it is no verdict about the connection`(prefix: String) {
        #expect(RedisErrorReply.failure(prefix, from: "redis:6379").scope == .subject)
    }
}
