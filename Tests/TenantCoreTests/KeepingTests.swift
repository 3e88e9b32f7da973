import Foundation
import TenantCore
import Testing

/// What a reload keeps of a directory of tenants while a part of it cannot be read.
struct KeepingTests {
    private let folder: Folder
    private let loader: TenantLoader
    private let before: TenantDirectory

    init() throws {
        folder = try Folder()
        try folder.write(isolatedEntry("a").description, to: "a.json")
        try folder.write(JSONValue.array([isolatedEntry("b"), isolatedEntry("c")]).description, to: "bc.json")
        loader = try TenantLoader(environment: ["TENANTWATCH_TENANTS_DIR": folder.path], dependencies: ["mongo", "redis", "oidc"])
        before = try loader.load()
    }

    private func ids(_ directory: TenantDirectory) -> Set<String> { Set(directory.tenants.map(\.id.rawValue)) }

    @Test(arguments: ["", "{", "[{\"tenant_id\": \"b\", \"na", "nonsense", "5"])
    func `the tenants of a file that became unreadable stay until it can be read`(text: String) throws {
        try folder.write(text, to: "bc.json")
        try folder.write(isolatedEntry("a", ["name": "New"]).description, to: "a.json")
        var directory = try loader.load(after: before)
        #expect(ids(directory) == ["a", "b", "c"])
        #expect(directory[id("a")]?.name == "New", "the other files take effect")
        #expect(Set(directory.rejected.map(\.name)) == ["b", "c"], "the file is named by its tenants")
        #expect(directory.issues.first?.description.contains("watched as before") == true)
        directory = try loader.load(after: directory)
        #expect(ids(directory) == ["a", "b", "c"], "they stay over any number of reloads")
        try folder.write(isolatedEntry("c").description, to: "bc.json")
        directory = try loader.load(after: directory)
        #expect(ids(directory) == ["a", "c"])
        #expect(directory.rejected.isEmpty && directory.issues.isEmpty)
    }

    @Test func `the tenants of a file that is gone are gone, also after it was unreadable`() throws {
        try folder.write("{", to: "bc.json")
        let broken = try loader.load(after: before)
        try FileManager.default.removeItem(atPath: "\(folder.path)/bc.json")
        #expect(try ids(loader.load(after: broken)) == ["a"])
    }

    @Test func `an empty array removes its tenants`() throws {
        try folder.write("[]", to: "bc.json")
        #expect(try ids(loader.load(after: before)) == ["a"])
    }

    @Test func `an entry that is no JSON keeps its tenant as it was, and the entry beside it takes effect`() throws {
        let text = "[{\"tenant_id\": \"b\", \"name\": \"x\", \"name\": \"y\"}, \(isolatedEntry("c", ["name": "New"]).description)]"
        try folder.write(text, to: "bc.json")
        let directory = try loader.load(after: before)
        #expect(ids(directory) == ["a", "b", "c"])
        #expect(directory[id("b")] == before[id("b")])
        #expect(directory[id("c")]?.name == "New")
    }

    @Test func `all files may be unreadable at a reload`() throws {
        for name in ["a.json", "bc.json"] { try folder.write("{", to: name) }
        #expect(try ids(loader.load(after: before)) == ["a", "b", "c"])
    }

    @Test func `an empty directory is refused, for it is a mount that failed`() throws {
        for name in ["a.json", "bc.json"] { try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)") }
        #expect(throws: ConfigurationRejected.self) { try loader.load(after: before) }
    }

    @Test func `a tenant that a readable file has is taken from there`() throws {
        try folder.write("{", to: "bc.json")
        try folder.write(isolatedEntry("b", ["name": "Moved"]).description, to: "d.json")
        let directory = try loader.load(after: before)
        #expect(directory.tenants.filter { $0.id == id("b") }.map(\.name) == ["Moved"])
    }

    @Test func `one id in two files keeps what was watched, whichever of them is read first`() throws {
        try folder.write(isolatedEntry("a", ["name": "Other"]).description, to: "0.json")
        var directory = before
        for _ in 1...3 {
            directory = try loader.load(after: directory)
            #expect(directory[id("a")] == before[id("a")])
            #expect(directory.rejected.map(\.breaksGuide) == [true, true])
        }
    }

    @Test func `a dependency with a mistake is checked as before, and the others take effect`() throws {
        try folder.write(isolatedEntry("a", ["mongo_uri": "nonsense", "redis_db": 7]).description, to: "a.json")
        let directory = try loader.load(after: before)
        let tenant = try #require(directory[id("a")])
        #expect(tenant.mongo == before[id("a")]?.mongo)
        #expect(tenant.redis?.index == 7)
        #expect(tenant.notChecked.isEmpty)
        #expect(directory.issues.map(\.effect) == ["mongo is checked as before"])
    }

    @Test func `a dependency that a check cannot ask is not checked as before`() throws {
        try folder.write(isolatedEntry("a", ["mongo_uri": "mongodb://mongo/?authMechanism=MONGODB-AWS"]).description, to: "a.json")
        let tenant = try #require(loader.load(after: before)[id("a")])
        #expect(tenant.mongo == nil)
        #expect(tenant.notChecked.map(\.dependency) == ["mongo"])
    }

    @Test func `a tenant whose file is gone is gone beside a file that has never been readable`() throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/a.json")
        try folder.write("{", to: "broken.json")
        #expect(try ids(loader.load(after: before)) == ["b", "c"])
        let kept = try loader.load(after: before)
        try FileManager.default.removeItem(atPath: "\(folder.path)/bc.json")
        let directory = try loader.load(after: kept)
        #expect(directory.tenants.isEmpty)
        #expect(directory.rejected.count == 1)
    }

    @Test func `of a file with one tenant it is said that this one is not watched`() throws {
        try folder.write("{\"tenant_id\": \"d\", ", to: "d.json")
        let directory = try loader.load()
        #expect(directory.issues.map(\.effect) == ["the tenant is not watched"])
        #expect(directory.rejected.flatMap(\.issues).map(\.effect) == ["the tenant is not watched"])
    }
}
