import Foundation
import TenantCore
import Testing

struct TenantSourceTests {
    @Test(
        arguments: [
            ("TENANT_CONFIGS", .environment(Secret("x"))), ("TENANTWATCH_TENANTS_FILE", .file("x")),
            ("TENANTWATCH_TENANTS_DIR", .directory("x")),
        ] as [(String, TenantSource)])
    func `the one variable that is set names the source`(variable: String, source: TenantSource) throws {
        #expect(try TenantSource.find(in: [variable: "x", "PATH": "/bin"]) == source)
    }

    @Test(arguments: [[:], ["TENANT_CONFIGS": ""], ["TENANTWATCH_TENANTS_FILE": "", "TENANTWATCH_TENANTS_DIR": ""]])
    func `without a source the error names all three variables`(environment: [String: String]) throws {
        let rejected = try #require(throws: ConfigurationRejected.self) { try TenantSource.find(in: environment) }
        for name in ["TENANT_CONFIGS", "TENANTWATCH_TENANTS_FILE", "TENANTWATCH_TENANTS_DIR"] {
            #expect(rejected.description.contains(name))
        }
    }

    @Test(arguments: [
        ["TENANT_CONFIGS", "TENANTWATCH_TENANTS_FILE"], ["TENANT_CONFIGS", "TENANTWATCH_TENANTS_DIR"],
        ["TENANTWATCH_TENANTS_FILE", "TENANTWATCH_TENANTS_DIR"],
        ["TENANT_CONFIGS", "TENANTWATCH_TENANTS_FILE", "TENANTWATCH_TENANTS_DIR"],
    ])
    func `more than one source is refused and the error names those that are set`(variables: [String]) throws {
        let environment = Dictionary(uniqueKeysWithValues: variables.map { ($0, "[]") })
        let rejected = try #require(throws: ConfigurationRejected.self) { try TenantSource.find(in: environment) }
        #expect(rejected.issues.count == 1)
        for name in variables { #expect(rejected.description.contains(name)) }
    }

    @Test func `a file may hold one tenant or an array of tenants`() throws {
        let folder = try Folder()
        let one = try folder.write(entry().description, to: "one.json")
        let many = try folder.write(JSONValue.array([entry(["tenant_id": "a"]), entry(["tenant_id": "b"])]).description, to: "many.json")
        #expect(try load(environment: ["TENANTWATCH_TENANTS_FILE": one]).tenants.map(\.id) == [id("acme_corp")])
        #expect(try load(environment: ["TENANTWATCH_TENANTS_FILE": many]).tenants.map(\.id) == [id("a"), id("b")])
    }

    @Test func `a file may be a pipe, as a shell makes one for a process substitution`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(entry().description.utf8))
        try pipe.fileHandleForWriting.close()
        let directory = try load(environment: ["TENANTWATCH_TENANTS_FILE": "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"])
        #expect(directory.tenants.map(\.id) == [id("acme_corp")])
    }

    @Test func `a directory holds tenants in every JSON file, in the order of the files' names`() throws {
        let folder = try Folder()
        try folder.write(entry(["tenant_id": "c"]).description, to: "20-c.json")
        try folder.write(JSONValue.array([entry(["tenant_id": "a"]), entry(["tenant_id": "b"])]).description, to: "10-ab.json")
        try folder.write("not a configuration", to: "README.md")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.tenants.map(\.id) == [id("a"), id("b"), id("c")])
        #expect(directory.source == folder.path)
    }

    @Test func `an issue of a file names the file`() throws {
        let folder = try Folder()
        try folder.write(entry(["tenant_id": "a"]).description, to: "a.json")
        let file = try folder.write(JSONValue.array([entry(["tenant_id": "b", "name": nil])]).description, to: "b.json")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.issues.map(\.path) == ["\(file)[0].name"])
    }

    @Test func `one id in two files is an issue of both`() throws {
        let folder = try Folder()
        try folder.write(entry().description, to: "a.json")
        try folder.write(entry().description, to: "b.json")
        try folder.write(entry(["tenant_id": "other"]).description, to: "c.json")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.tenants.map(\.id) == [id("other")])
        #expect(directory.rejected.count == 2)
    }

    @Test(arguments: ["TENANTWATCH_TENANTS_FILE", "TENANTWATCH_TENANTS_DIR"])
    func `a source that cannot be read is rejected by its path`(variable: String) throws {
        let missing = try Folder().path + "/missing"
        let rejected = try #require(throws: ConfigurationRejected.self) { try load(environment: [variable: missing]) }
        #expect(rejected.issues.map(\.path) == [missing])
    }

    @Test func `a file in the place of a directory, and what is no file, are called that`() throws {
        let folder = try Folder()
        let file = try folder.write("[]", to: "tenants.json")
        let rejected = try #require(throws: ConfigurationRejected.self) { try load(environment: ["TENANTWATCH_TENANTS_DIR": file]) }
        #expect(rejected.issues.map(\.problem) == ["the directory cannot be read: is not a directory"])
        for (path, words) in [
            ("/dev/null", "is not a regular file"), (folder.path, "is a directory"), ("\(file)/x", "no such file or directory"),
        ] {
            let found = issues(in: [entry(["redis_password": ["file": .string(path)]])])
            #expect(found.first?.problem.hasSuffix("cannot be read: \(words)") == true, "\(found)")
        }
    }

    @Test(arguments: ["", "[", "[{}", "{", "null", "[]", "\"text\"", "5"])
    func `a file that holds no tenants is rejected`(text: String) throws {
        let folder = try Folder()
        let file = try folder.write(text, to: "tenants.json")
        #expect(throws: ConfigurationRejected.self) { try load(environment: ["TENANTWATCH_TENANTS_FILE": file]) }
    }

    @Test(arguments: ["[1, 2]", "[null]", "[[]]", "[{}]", "[\"acme\"]"])
    func `what is no tenant is rejected by itself`(text: String) throws {
        let directory = try load(environment: ["TENANT_CONFIGS": text])
        #expect(directory.tenants.isEmpty)
        #expect(!directory.rejected.isEmpty)
    }

    @Test(arguments: ["[]", "  ", "null", "{}", "\"acme\"", "[{}", "[{},", "[{}]]", "{\"acme\": {}}"])
    func `the variable must hold an array`(text: String) throws {
        let rejected = try #require(throws: ConfigurationRejected.self) { try load(environment: ["TENANT_CONFIGS": text]) }
        #expect(!rejected.issues.isEmpty)
    }

    @Test func `an empty directory is rejected`() throws {
        let folder = try Folder()
        #expect(throws: ConfigurationRejected.self) { try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path]) }
    }

    @Test(arguments: [("[\n{},\n", ":3:1"), ("\u{FEFF}[]", ":1:1"), ("[] x", ":1:4")])
    func `what is not strict JSON is rejected with its place`(text: String, place: String) throws {
        let rejected = try #require(throws: ConfigurationRejected.self) { try load(environment: ["TENANT_CONFIGS": text]) }
        #expect(rejected.issues.first?.path.hasSuffix(place) == true)
    }
}
