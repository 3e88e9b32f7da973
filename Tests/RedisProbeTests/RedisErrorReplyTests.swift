import Checking
import TenantCore
import Testing

@testable import RedisProbe

struct RedisErrorReplyTests {
    // What servers of the versions 5 to 7 answer.
    @Test(arguments: [
        ("NOAUTH Authentication required.", "noauth"),
        ("ERR operation not permitted", "noauth"),
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
        (
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option",
            "noauth"
        ),
        ("CLUSTERDOWN The cluster is down", "cluster_down"), ("OOM command not allowed when used memory > 'maxmemory'.", "out_of_memory"),
        ("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", "unsaved"),
        ("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", "busy"),
        ("LOADING Dragonfly is loading the dataset in memory", "loading"), ("LOADING KeyDB is loading the dataset in memory", "loading"),
        ("ERR invalid DB index", "index_out_of_range"), ("no upstream host", "upstream_unavailable"),
        ("upstream failure", "upstream_unavailable"), ("ERR Connection refused", "upstream_unavailable"),
        ("ERR no server connection avaliable", "upstream_unavailable"),
    ])
    func `a known reply has a reason of its own`(text: String, reason: String) {
        let failure = RedisErrorReply.failure(text, from: "redis:6379")
        #expect(failure.reason.rawValue == reason)
        #expect(failure.detail.contains("redis:6379"))
        #expect(!failure.remedy.isEmpty)
    }

    @Test(arguments: [
        "ERR max daily request limit exceeded. Limit: 10000, Usage: 10001. See https://example.com for details",
        "ERR max requests limit exceeded. Limit: 500000, Usage: 500000.", "THROTTLED please retry later",
        "ERR Too many requests, please slow down", "ERR rate limit exceeded", "ERR this request was throttled", "RATELIMIT",
        "ERR max commands per second exceeded",
    ])
    func `a request to slow down says nothing about the tenant`(text: String) {
        let failure = RedisErrorReply.failure(text, from: "redis:6379")
        #expect(failure.reason.rawValue == "rate_limited")
        #expect(failure.isUndecided)
        #expect(!failure.detail.contains("500"))
    }

    @Test(
        arguments: [
            ("ERR unknown command 'SELECT', with args beginning with: '3' ", .selection, "select_unavailable"),
            ("ERR unknown command `SELECT`, with args beginning with: `3`, ", .selection, "select_unavailable"),
            ("unsupported command 'select'", .selection, "select_unavailable"), ("invalid request", .selection, "select_unavailable"),
            ("NOPERM User app has no permissions to run the 'select' command", .selection, "noperm"),
            ("ERR wrong number of arguments for 'auth' command", .login(withUsername: true), "username_unsupported"),
            ("ERR wrong number of arguments for 'auth' command", .login(withUsername: false), "error_reply"),
            ("ERR wrong number of arguments for 'ping' command", .liveness, "error_reply"),
            ("ERR unknown command 'AUTH'", .login(withUsername: false), "password_unexpected"),
            ("ERR unknown command 'AUTH'", .login(withUsername: true), "password_unexpected"),
            ("ERR unknown command 'PING'", .liveness, "error_reply"),
        ] as [(String, RedisStep, String)])
    func `what an error means depends on what was asked`(text: String, step: RedisStep, reason: String) {
        #expect(RedisErrorReply.failure(text, from: "redis:6379", to: step).reason.rawValue == reason)
    }

    @Test(arguments: [
        ("MISCONF Redis is configured to save RDB snapshots", "unsaved"), ("MISCONF Errors writing to the AOF file", "unsaved"),
        ("OOM command not allowed when used memory > 'maxmemory'.", "out_of_memory"), ("LOADING Redis is loading", nil),
        ("NOAUTH Authentication required.", nil), ("BUSY Redis is busy", nil), ("", nil),
    ])
    func `what a server says of writes does not decide about reads`(text: String, reason: String?) {
        #expect(RedisErrorReply.writeRefusal(text, from: "redis:6379")?.reason.rawValue == reason)
    }

    @Test(arguments: ["BUSYKEY Target key name already exists.", "BUSYGROUP Consumer Group name already exists"])
    func `a code that begins like another is not taken for it`(text: String) {
        #expect(RedisErrorReply.failure(text, from: "redis:6379").reason.rawValue == "error_reply")
    }

    @Test(arguments: [
        ("ERR unknown command 'PING'", true), ("ERR unknown command `ping`, with args beginning with: ", true),
        ("NOPERM this user has no permissions to run the 'ping' command or its subcommand", true), ("ERR Command is not available", true),
        ("LOADING Redis is loading the dataset in memory", false), ("NOAUTH Authentication required.", false), ("", false),
    ])
    func `only what the server lacks, or the user may not do, is a refusal`(text: String, isRefusal: Bool) {
        #expect(RedisErrorReply.isRefusal(text) == isRefusal)
    }

    @Test(arguments: [
        ("ERR unknown command 'c4n4ry'", "ERR"), ("MOVED 3999 127.0.0.1:6381", "MOVED"),
        ("CROSSSLOT Keys in request c4n4ry", "CROSSSLOT"), ("NOREPLICAS Not enough", "NOREPLICAS"),
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
