import Foundation
import TenantCore
import Testing

/// What a mistake in one entry of an array does to the entries beside it, and what is said of it.
struct EntryMistakeTests {
    private let a = isolatedEntry("a").description
    private let c = isolatedEntry("c").description

    private func loaded(_ text: String) throws -> TenantDirectory { try load(environment: ["TENANT_CONFIGS": text]) }

    @Test(arguments: [
        #"{"tenant_id": "b", "labels": {"parent_tenant_id": "a"}, "x" 1}"#, #"{"tenant_id": "b", "labels": {"tenant_id": "a"}, "x" 1}"#,
        #"{"tenant_id": "b", "name": "copied from tenant_id: a", "x" 1}"#, #"{"tenant_id": "b", "parent_tenant_id": "a", "x" 1}"#,
    ])
    func `an id inside a bad entry rejects no good one`(bad: String) throws {
        let directory = try loaded("[\(a), \(bad)]")
        #expect(directory.tenants.map(\.id) == [id("a")])
        #expect(directory.rejected.map(\.name) == ["b"])
    }

    @Test func `an id that only seems to stand twice rejects no good entry`() throws {
        let directory = try loaded("[\(a), {\"tenant_id\": \"a\", \"x\" 1}]")
        #expect(directory.tenants.map(\.id) == [id("a")])
        #expect(directory.issues.map(\.severity) == [.error])
    }

    @Test(arguments: [
        (#"{"tenant_id": "b", "name": "x", "#, "the } at the end of this tenant is missing"),
        (#"{"tenant_id": "b", "labels": {"x": "y"}, "#, "the } at the end of this tenant is missing"),
        (#"{"tenant_id": "b", "labels": {"x": "y"} "#, "the } at the end of this tenant is missing"),
        (#"{"tenant_id": "b", "name": "x}, "#, ""), (#"{"tenant_id": "b, "name": "x"}, "#, ""),
        (#"{"tenant_id": "b", "labels": {"x": "y, "#, ""),
    ])
    func `an entry without its end spoils neither of its neighbours`(row: (bad: String, words: String)) throws {
        let directory = try loaded("[\(a), \(row.bad)\(c)]")
        #expect(directory.tenants.map(\.id) == [id("a"), id("c")])
        #expect(directory.rejected.map(\.path).allSatisfy { $0 == "TENANT_CONFIGS[1]" })
        #expect(
            directory.issues.contains { $0.severity == .error && (row.words.isEmpty || $0.problem.contains(row.words)) },
            "\(directory.issues)")
    }

    @Test func `a comma that is missing between two entries spoils neither`() throws {
        let directory = try loaded("[\(a)\n\(c)]")
        #expect(directory.tenants.map(\.id) == [id("a"), id("c")])
        #expect(
            directory.issues.map(\.description) == [
                "error: TENANT_CONFIGS[1]:2:1: a comma is missing between two tenants. Add a comma before this {."
            ])
    }

    @Test func `an object inside an entry begins no other`() throws {
        let nested = #"{"tenant_id": "b", "links": [{"tenant_id": "x"}, {"tenant_id": "y"}], "x" 1}"#
        let directory = try loaded("[\(a), \(nested), \(c)]")
        #expect(directory.tenants.map(\.id) == [id("a"), id("c")])
        #expect(directory.rejected.map(\.name) == ["b"])
    }

    @Test func `each bad entry of a long text has its own line and column`() throws {
        let bad = (1...2000).map { "{\"tenant_id\": \"t\($0)\",\n \"x\" 1}" }.joined(separator: ",\n")
        let directory = try loaded("[\(a),\n\(bad)]")
        #expect(directory.tenants.count == 1)
        #expect(directory.rejected.count == 2000)
        #expect(directory.rejected.last?.issues.first?.path.hasSuffix(":4001:6") == true, "\(String(describing: directory.rejected.last))")
    }

    @Test(arguments: ["redis_password", "name", "oidc_client_secret"])
    func `bytes that were replaced are refused with their place`(key: String) throws {
        let directory = try loaded("[\n{\"\(key)\": \"p\u{FFFD}ss\"}, \(c)]")
        #expect(directory.tenants.map(\.id) == [id("c")])
        let issue = try #require(directory.issues.first)
        #expect(issue.path == "TENANT_CONFIGS[0].\(key):2:\(key.utf8.count + 8)")
        #expect(issue.problem.contains("U+FFFD"))
    }

    @Test func `a replacement character that is written as an escape is one`() throws {
        #expect(try loaded("[\(a.replacing("Acme Corporation", with: "A\\ufffd"))]").tenants.first?.name == "A\u{FFFD}")
    }

    @Test func `a text in a key's place is not shown`() throws {
        let text = "[{\"tenant_id\": \"b\", \"redis_password\": \"x\", \"correcthorsebattery\"}, \(c)]"
        let issue = try #require(loaded(text).issues.first)
        #expect(issue.path == "TENANT_CONFIGS[0].…:1:65")
        #expect(!issue.description.contains("correcthorse"))
    }

    @Test(
        arguments: [
            ["mongo_database": ""], ["mongo_database": .null, "redis_db": 99], ["redis_addr": .null],
            ["name": "", "mongo_uri": "nonsense"],
        ] as [[String: JSONValue]])
    func `of a tenant that is rejected nothing is said to be checked`(changes: [String: JSONValue]) {
        guard case .object(var object) = entry() else { return }
        for (key, value) in changes { object[key] = value }
        let errors = issues(in: [.object(object)]).filter { $0.severity == .error }
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0.effect == "the tenant is not watched" }, "\(errors)")
    }

    @Test func `an id that occurs twice leaves no dependency checked`() {
        let found = issues(in: [isolatedEntry("x", ["redis_db": 99]), isolatedEntry("x")])
        #expect(!found.contains { $0.effect == "redis is not checked" })
    }

    @Test(arguments: [("name\u{200B}", "name\\u{200B}"), ("name\u{A0}", "name\\u{A0}"), ("name ", "name\\u{20}"), ("na me", "na me")])
    func `an unknown key is shown with what nobody sees in it`(row: (key: String, shown: String)) {
        #expect(issues(in: [entry([row.key: "x"])]).map(\.path) == ["TENANT_CONFIGS[0].\(row.shown)"])
    }
}
