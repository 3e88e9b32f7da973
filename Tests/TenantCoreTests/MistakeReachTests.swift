import Foundation
import TenantCore
import Testing

/// A mistake reaches no further than the entry, file or dependency that it stands in.
struct MistakeReachTests {
    private let good = isolatedEntry("good").description

    @Test(
        arguments: [
            (#"{"tenant_id": "bad", "name": "a", "name": "b"}"#, "[0].name:1:36: this key occurs twice in one object"),
            (#"{"tenant_id": "bad", "redis_db": 01}"#, "[0].redis_db"), (#"{"tenant_id": "bad", "redis_tls": True}"#, "[0].redis_tls"),
            (#"{"tenant_id": "bad", "labels": {"a": 1 "b": 2}}"#, "[0].labels"), (#"{"tenant_id": "bad", 'name': "x"}"#, "[0]:1:23"),
            (#"{"tenant_id": "bad", "name": "a "b" c"}"#, "[0]"), (#"{"tenant_id": "bad",}"#, "[0]:1:22"),
            ("{\"tenant_id\": \"bad\", \"name\": \"a\nb\"}", "[0].name"), ("{\"tenant_id\": \"bad\", \"name\": \"a\n}", "[0].name"),
            (#"{"tenant_id": "bad", "labels": ["a"}"#, "[0].labels"), (#"/* x */ {"tenant_id": "bad"}"#, "[0]:1:2"),
            ("{\"tenant_id\": \"bad\", \"name\":\u{A0}\"x\"}", "[0].name"), ("{“tenant_id”: “bad”}", "[0]:1:3"),
            (#"{"tenant_id": "bad", "name": "\x"}"#, "[0].name"), (#"{tenant_id: "bad"}"#, "[0]:1:3"),
            (#"{"tenant_id": "bad"} {"name": "x"}"#, "[0]"), (#"{"tenant_id": "bad"}}"#, "[0]"),
        ] as [(String, String)])
    func `one entry that is not JSON is rejected by its name, and the others are watched`(row: (text: String, place: String)) throws {
        let directory = try load(environment: ["TENANT_CONFIGS": "[\(row.text), \(good)]"])
        #expect(directory.tenants.map(\.id) == [id("good")])
        #expect(directory.rejected.map(\.name) == ["bad"])
        #expect(directory.rejected.first?.breaksGuide == false)
        let issue = try #require(directory.rejected.first?.issues.first)
        #expect(issue.description.contains("tenant bad: TENANT_CONFIGS\(row.place)"), "\(issue)")
        #expect(issue.description.contains("the tenant is not watched"))
    }

    @Test(arguments: ["[\(isolatedEntry("good").description),]", "[,\(isolatedEntry("good").description)]"])
    func `a comma too many is an issue and spoils no entry`(text: String) throws {
        let directory = try load(environment: ["TENANT_CONFIGS": text])
        #expect(directory.tenants.map(\.id) == [id("good")])
        #expect(directory.rejected.isEmpty)
        #expect(directory.issues.map(\.fix) == ["Remove the comma too many."])
    }

    @Test func `an entry without its end is bad, and those before it are watched`() throws {
        let text = "[\(good), {\"tenant_id\": \"bad\", \"name\": \"x\"]"
        let directory = try load(environment: ["TENANT_CONFIGS": text])
        #expect(directory.tenants.map(\.id) == [id("good")])
        #expect(directory.rejected.map(\.name) == ["bad"])
        #expect(throws: ConfigurationRejected.self) { try load(environment: ["TENANT_CONFIGS": "[{]"]) }
    }

    @Test(
        arguments: [
            ("{\"tenant_id\": \"bad\", \"name\"", "bad"), ("", nil), ("  \n", nil), ("null", nil), ("5", nil), ("\"x\"", nil),
            ("nonsense", nil),
            ("\u{FEFF}{\"tenant_id\": \"bad\"}", "bad"), ("{\"acme\": {\"name\": \"x\"}}", nil), ("[{\"tenant_id\": \"bad\"", "bad"),
            ("- tenant_id: bad\n", "bad"), ("tenant_id: bad\n", "bad"),
        ] as [(String, String?)])
    func `one file that cannot be read is named, and the others are watched`(row: (text: String, name: String?)) throws {
        let folder = try Folder()
        try folder.write(good, to: "a.json")
        let file = try folder.write(row.text, to: "b.json")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.tenants.map(\.id) == [id("good")])
        #expect(directory.rejected.map(\.name) == [row.name])
        #expect(directory.issues.count == 1)
        #expect(directory.issues.first?.path.hasPrefix(file) == true)
        #expect(directory.issues.first?.tenant == row.name)
    }

    @Test func `what is no file is named, and nothing waits for a pipe`() throws {
        let folder = try Folder()
        try folder.write(good, to: "a.json")
        try FileManager.default.createDirectory(atPath: "\(folder.path)/b.json", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/c.json", withDestinationPath: "nowhere")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/d.json", withDestinationPath: "d.json")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/e.json", withDestinationPath: "/dev/null")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.tenants.map(\.id) == [id("good")])
        let problems = directory.issues.map(\.problem)
        try #require(problems.count == 4)
        #expect(problems[0].contains("is a directory"))
        #expect(problems[1].contains("no such file"))
        #expect(problems[3].contains("is not a regular file"))
    }

    @Test(
        arguments: [[0xFF, 0xFE, 0x7B, 0x00], [0x7B, 0x00, 0x7D, 0x00], [0x00, 0x00, 0x00], [0x5B, 0x22, 0xE9, 0x22, 0x5D]] as [[UInt8]])
    func `another encoding is named`(bytes: [UInt8]) throws {
        let folder = try Folder()
        try folder.write(good, to: "a.json")
        try folder.write(bytes, to: "b.json")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.tenants.map(\.id) == [id("good")])
        let problem = try #require(directory.issues.first).problem
        #expect(problem.contains("UTF-8") || problem.contains("NUL bytes"), "\(problem)")
    }

    @Test func `a directory in which nothing can be read stops the start`() throws {
        let folder = try Folder()
        try folder.write("{", to: "a.json")
        #expect(throws: ConfigurationRejected.self) { try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path]) }
    }

    @Test func `files are read through the version that Kubernetes has mounted`() throws {
        let folder = try Folder()
        let manager = FileManager.default
        for (version, name) in [("..1", "Old"), ("..2", "New")] {
            try manager.createDirectory(atPath: "\(folder.path)/\(version)", withIntermediateDirectories: false)
            try folder.write(isolatedEntry("acme", ["name": .string(name)]).description, to: "\(version)/acme.json")
        }
        try folder.write(isolatedEntry("gone").description, to: "..1/gone.json")
        for name in ["acme.json", "gone.json"] {
            try manager.createSymbolicLink(atPath: "\(folder.path)/\(name)", withDestinationPath: "..data/\(name)")
        }
        try manager.createSymbolicLink(atPath: "\(folder.path)/..data", withDestinationPath: "..2")
        let directory = try load(environment: ["TENANTWATCH_TENANTS_DIR": folder.path])
        #expect(directory.tenants.map(\.name) == ["New"])
        #expect(directory.issues.isEmpty, "a link that is left behind for a moment is no mistake")
    }

    @Test(
        arguments: [
            (["mongo_uri": "mongodb://mongo/?authMechanism=MONGODB-AWS"], "mongo", .warning),
            (["mongo_uri": "mongodb://u:p@mongo/?authMechanism=GSSAPI"], "mongo", .warning),
            (["mongo_uri": "mongodb://mongo/?authMechanism=MONGODB-OIDC"], "mongo", .warning),
            (["mongo_uri": "mongodb://mongo/?tls=true&tlsInsecure=true"], "mongo", .warning),
            (["mongo_uri": "mongodb://mongo/?loadBalanced=true&replicaSet=rs0"], "mongo", .error),
            (["mongo_uri": "mongodb://mongo/?proxyHost=p"], "mongo", .warning),
            (["mongo_uri": "mongodb://%2Ftmp%2Fmongodb-27017.sock/"], "mongo", .warning),
            (["mongo_uri": "mongodb://u:p@mongo/?authMechanism=NEW"], "mongo", .error), (["mongo_uri": "mongo:27017"], "mongo", .error),
            (["mongo_uri": ["env": "UNSET"]], "mongo", .error), (["mongo_database": "a b"], "mongo", .error),
            (["mongo_ca_file": "/a"], "mongo", .error), (["mongo_uri": "mongodb://0.0.0.0/"], "mongo", .error),
            (["mongo_uri": "mongodb://a,169.254.169.254/"], "mongo", .error), (["mongo_uri": "mongodb://{host}/"], "mongo", .error),
            (["redis_addr": "redis://redis?db=1"], "redis", .warning), (["redis_addr": "redis"], "redis", .error),
            (["redis_addr": "redis:0"], "redis", .error), (["redis_db": 16], "redis", .error), (["redis_db": "0"], "redis", .error),
            (["redis_password": ["file": "/nonexistent"]], "redis", .error), (["redis_addr": "224.0.0.1:6379"], "redis", .error),
            (["redis_addr": "255.255.255.255:6379"], "redis", .error), (["redis_addr": "[fe80::1]:6379"], "redis", .error),
            (["redis_addr": "2852039166:6379"], "redis", .error), (["redis_addr": "${REDIS}:6379"], "redis", .error),
            (["oidc_issuer": "https://idp/.well-known/openid-configuration"], "oidc", .error), (["oidc_issuer": 5], "oidc", .error),
            (["oidc_issuer": "https://0.0.0.0/"], "oidc", .error), (["oidc_issuer": "https://idp/?a=b"], "oidc", .error),
            (["oidc_issuer": "https://login.microsoftonline.com/{tenant-id}/v2.0"], "oidc", .error),
        ] as [([String: JSONValue], String, ConfigurationIssue.Severity)])
    func `what is wrong with one dependency leaves that one alone unchecked`(
        row: (changes: [String: JSONValue], dependency: String, severity: ConfigurationIssue.Severity)
    ) throws {
        guard case .object(var object) = ssoEntry() else { return }
        for (key, value) in row.changes { object[key] = value }
        let directory = try load([.object(object)])
        let tenant = try #require(directory.tenants.first)
        #expect(directory.rejected.isEmpty)
        #expect(tenant.notChecked.map(\.dependency) == [row.dependency])
        #expect(tenant.notChecked.first?.issue.severity == row.severity)
        #expect([tenant.mongo == nil, tenant.redis == nil, tenant.oidc == nil] == ["mongo", "redis", "oidc"].map { $0 == row.dependency })
        let shown = directory.issues.filter { $0.effect == "\(row.dependency) is not checked" }
        #expect(shown == tenant.notChecked.map(\.issue))
        #expect(shown.first?.tenant == "acme_corp")
    }

    @Test(
        arguments: [
            ["oidc_client_secret": ["env": "UNSET"]], ["oidc_redirect_url": "x"], ["oidc_client_id": "{client}"], ["labels": ["le": "x"]],
            ["mongo_interval": 30], ["redis_timeout": "soon"], ["name": "${NAME}"], ["name": "a\nb"],
        ] as [[String: JSONValue]])
    func `what no check needs is an error and leaves nothing unchecked`(changes: [String: JSONValue]) throws {
        guard case .object(var object) = ssoEntry() else { return }
        for (key, value) in changes { object[key] = value }
        let directory = try load([.object(object)])
        #expect(directory.issues.map(\.severity) == [.error])
        #expect(directory.tenants.first?.notChecked.isEmpty == true)
    }
}
