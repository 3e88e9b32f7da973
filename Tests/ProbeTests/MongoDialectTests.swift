import Checking
import MongoProbe
import RealServers
import TenantCore
import Testing

/// Servers that speak MongoDB's protocol and not all of it, over more than one check.
@Suite(.serialized) struct MongoDialectTests {
    private func check(_ server: ScriptedServer) throws -> Check {
        try #require(try checks(MongoProbeKind(), ["mongo_uri": .string("mongodb://127.0.0.1:\(server.port)/")]).first)
    }

    private func count(_ server: ScriptedServer, _ text: String) -> Int { server.requests.count { $0.contains(text) } }

    @Test func `what a server does not have is found out once for a session`() throws {
        let server = try ScriptedMongo.answering { name, request in
            if name == "hello", !ScriptedMongo.isQuery(request) { return ScriptedMongo.refusal(59, "no such command") }
            let isRefused = name == "listCollections" && ScriptedMongo.asks(request, "filter")
            return isRefused ? ScriptedMongo.refusal(72, "unknown option filter") : nil
        }
        let check = try check(server)
        for _ in 0..<3 { #expect(word(outcome(of: check)) == "healthy") }
        #expect(count(server, "\u{02}filter\0") + count(server, "\u{03}filter\0") == 1)
        #expect(count(server, "listCollections\0") == 4)
    }

    @Test(
        arguments: [
            (9, "FailedToParse"), (59, "no such command"), (72, "InvalidOptions"), (115, "CommandNotSupported"),
            (303, "Feature not supported"),
            (322, "not in API Version 1"), (323, "APIStrictError"), (238, "not implemented"), (13, "not authorized"),
            (8000, "CMD_NOT_ALLOWED: ping"), (40415, "unknown field"),
        ]) func `a refusal of hello, ping or an option says nothing of the tenant`(code: Int, text: String) throws
    {
        let server = try ScriptedMongo.answering { name, request in
            let isRefused =
                ["hello", "ping"].contains(name)
                || name == "listCollections" && ScriptedMongo.asks(request, "filter")
                    && !(code == 13 && ScriptedMongo.asks(request, "authorizedCollections"))
            return isRefused && !ScriptedMongo.isQuery(request) ? ScriptedMongo.refusal(Int32(code), text) : nil
        }
        #expect(try word(outcome(of: check(server))) == "healthy")
    }

    @Test func `a cursor that is left open is closed`() throws {
        let server = try ScriptedMongo.answering { name, _ in
            guard name == "listCollections" else { return nil }
            return [("cursor", .document([("id", .int64(4711)), ("firstBatch", .list([]))])), ("ok", .double(1))]
        }
        #expect(try word(outcome(of: check(server))) == "healthy")
        #expect(count(server, "killCursors\0") == 1)
    }

    @Test func `more names than a check reads are an answer, and the next check is good too`() throws {
        let server = try ScriptedMongo.answering { name, _ in
            guard name == "listCollections" else { return nil }
            let names = BSON.list((0..<40_000).map { .document([("name", .text("orders_of_the_year_\($0)"))]) })
            return [("cursor", .document([("id", .int64(0)), ("firstBatch", names)])), ("ok", .double(1))]
        }
        let check = try check(server)
        for _ in 0..<3 { #expect(word(outcome(of: check)) == "healthy") }
    }

    @Test(arguments: ["hello", "ping", "listCollections"]) func `a server that asks to wait is waited for`(command: String) throws {
        let server = try ScriptedMongo.answering { name, request in
            let isAsked = name == command && !ScriptedMongo.isQuery(request)
            return isAsked ? ScriptedMongo.refusal(16500, "Error=16500, RetryAfterMs=1234, Details=''") : nil
        }
        let result = try outcome(of: check(server))
        guard case .failure(let failure) = result else { return #expect(Bool(false), "\(result)") }
        #expect(failure.reason.rawValue == "rate_limited")
        #expect(failure.isUndecided)
        #expect(failure.retryAfter == .milliseconds(1234))
    }

    @Test func `the text of a server is never shown`() throws {
        let server = try ScriptedMongo.answering { name, _ in
            name == "listCollections" ? ScriptedMongo.refusal(8000, "c4n4ry-p4ssw0rd is wrong") : nil
        }
        #expect(!"\(try outcome(of: check(server)))".contains("c4n4ry"))
    }
}
