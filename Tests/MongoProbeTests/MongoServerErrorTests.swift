import RealServers
import Testing

@testable import MongoProbe

/// What servers' errors mean.
struct MongoServerErrorTests {
    private func meaning(_ code: Int, _ text: String = "", labels: [String] = []) -> MongoServerError.Meaning {
        MongoServerError(code: code, message: text, labels: labels).meaning
    }

    @Test(
        arguments: [
            (18, "Authentication failed.", .loginRefused), (11, "UserNotFound", .loginRefused),
            (8000, "bad auth : authentication failed", .loginRefused), (8000, "bad auth : Authentication failed.", .loginRefused),
            (0, "auth failed", .loginRefused), (2, "Invalid key", .loginRefused),
            (13, "not authorized on acme_db to execute command { listCollections: 1 }", .unauthorised),
            (13, "command listCollections requires authentication", .unauthorised),
            (8000, "user is not allowed to do action [listCollections] on [acme_db.]", .unauthorised),
            (8000, "(Unauthorized) not authorized on admin to execute command", .unauthorised),
            (334, "Mechanism unavailable", .mechanismUnavailable), (2, "SCRAM-SHA-256 authentication is disabled", .mechanismUnavailable),
            (2, "Received authentication for mechanism PLAIN which is unknown or not enabled", .mechanismUnavailable),
            (303, "Unsupported mechanism [ -301 ]", .mechanismUnavailable), (0, "Unsupported mechanism PLAIN", .mechanismUnavailable),
        ] as [(Int, String, MongoServerError.Meaning)]) func `refused logins and rights are told apart`(
            code: Int, text: String, expected: MongoServerError.Meaning
        )
    {
        #expect(meaning(code, text) == expected)
    }

    @Test(
        arguments: [
            (59, "no such command: 'hello'"), (115, "Command is not supported"), (9, "BSON field 'nameOnly' is an unknown field"),
            (72, "unsupported option"), (303, "Feature not supported: authorizedCollections"), (304, "Unsupported"),
            (238, "not implemented"),
            (322, "Provided apiVersion:1 and the command hello is not in API Version 1"), (323, "APIStrictError"), (40415, "unknown field"),
            (0, "no such cmd: hello"), (8000, "CMD_NOT_ALLOWED: listCollections"), (2, "Unsupported option: filter"),
            (1, "command not found"), (352, "Unsupported OP_QUERY command: ping"), (2, "listCollections is not implemented yet"),
        ]) func `commands and options that a server does not have are known as such`(code: Int, text: String)
    {
        let error = MongoServerError(code: code, message: text)
        #expect(error.meaning == .unsupported)
        #expect(error.isBearable)
    }

    @Test(
        arguments: [
            (16500, "", nil), (16500, "Error=16500, RetryAfterMs=34, Details='Response status code: 429'", 34),
            (1, "Message: {\"Errors\":[\"Request rate is large\"]}", nil),
            (50, "Request timed out. Retries due to rate limiting: True.", nil),
            (429, "TooManyRequests", nil), (8000, "too many requests, retry after 2 s", 2000), (13, "RetryAfterMs: 1.5", 2),
            (0, "Rate limit exceeded; Retry-After: 3", 3000), (0, "Throttled. Retry after 250 ms.", 250), (0, "request throttled", nil),
            (462, "", nil), (16500, "RetryAfterMs=99999999999999999999999", 86_400_000), (16500, "RetryAfterMs=", nil),
            (16500, "RetryAfterMs=-5", nil),
        ] as [(Int, String, Int?)]) func `throttling is known in all spellings, with the wait`(code: Int, text: String, milliseconds: Int?)
    {
        let error = MongoServerError(code: code, message: text)
        #expect(error.meaning == .throttled)
        #expect(!error.isBearable)
        #expect(error.retryAfter == milliseconds.map { .milliseconds($0) })
    }

    @Test func `a label says overload whatever the code`() {
        #expect(meaning(8, "x", labels: ["RetryableError", "SystemOverloadedError"]) == .throttled)
    }

    @Test(
        arguments: [
            (10107, .notPrimary), (13435, .notPrimary), (189, .notPrimary), (10058, .notPrimary), (11602, .notPrimary), (13436, .notReady),
            (94, .unconfigured), (91, .shuttingDown), (11600, .shuttingDown), (6, .partUnreachable), (133, .partUnreachable),
            (202, .partUnreachable), (50, .serverTimeout), (262, .serverTimeout), (24, .serverTimeout), (14031, .diskFull),
            (141, .tlsRequired),
            (26, .noDatabase), (498_870, .versionRequired), (8, .other), (211, .other), (0, .other),
        ] as [(Int, MongoServerError.Meaning)]) func `codes of servers in trouble have their meaning`(
            code: Int, expected: MongoServerError.Meaning
        )
    {
        #expect(meaning(code) == expected)
    }

    @Test(
        arguments: [
            ("connection refused because too many open connections: 819", .tooManyConnections),
            ("The server is configured to only allow SSL connections", .tlsRequired), ("not master and slaveOk=false", .notPrimary),
            ("node is recovering", .notReady), ("you are over your space quota, using 512 MB of 512 MB", .diskFull),
            ("anything else", .other),
        ] as [(String, MongoServerError.Meaning)]) func `texts speak where a code says nothing`(
            text: String, expected: MongoServerError.Meaning
        )
    {
        for code in [0, 8, 8000] { #expect(meaning(code, text) == expected) }
    }

    @Test func `an answer is an error unless it is good, whatever the types of its numbers`() {
        func error(_ members: [(String, BSON)]) -> MongoServerError? { MongoServerError(BSONDocument(BSON.document(members).encoded)) }
        for code in [BSON.int32(13), .int64(13), .double(13)] {
            #expect(error([("ok", .double(0)), ("code", code), ("errmsg", .text("no"))]) == MongoServerError(code: 13, message: "no"))
        }
        #expect(error([("ok", .int32(0)), ("$err", .text("no"))]) == MongoServerError(code: 0, message: "no"))
        for ok in [BSON.double(1), .int32(1), .int64(1), .truth(true)] { #expect(error([("ok", ok), ("code", .int32(13))]) == nil) }
        #expect(error([("ok", .double(0))]) == nil)
    }
}
