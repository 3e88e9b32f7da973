import TenantCore
import Testing

struct MongoAddressTests {
    @Test(
        arguments: [
            // The formats of the platform's guide.
            ("mongodb://mongo:27018", ["mongo:27018"]),
            ("mongodb://app:hunter2@mongo:27018", ["mongo:27018"]),
            ("mongodb://mongo:27018/acme", ["mongo:27018"]),
            ("mongodb://a:1,b:2/?replicaSet=rs0", ["a:1", "b:2"]),
            ("mongodb://mongo:27018/?ssl=true", ["mongo:27018"]),
            // What drivers take besides.
            ("mongodb://mongo", ["mongo:27017"]),
            ("mongodb://b,a:2,[::1]/", ["b:27017", "a:2", "[::1]:27017"]),
        ] as [(String, [String])])
    func `the hosts are read in their order, with the default port`(text: String, hosts: [String]) throws {
        let address = try MongoAddress.parse(text)
        #expect(address.hosts.map(\.description) == hosts)
        #expect(!address.isService)
        #expect(address.connectionString.opened == text)
    }

    @Test(
        arguments: [
            ("mongodb://mongo", nil, nil), ("mongodb://app:hunter2@mongo", "app", "hunter2"),
            ("mongodb://app%40acme:p%2F%3A%40%3Fs@mongo", "app@acme", "p/:@?s"), ("mongodb://app@mongo", "app", nil),
            ("mongodb://app:@mongo", "app", ""),
        ] as [(String, String?, String?)])
    func `the credentials are read and decoded`(text: String, username: String?, password: String?) throws {
        let address = try MongoAddress.parse(text)
        #expect(address.username == username)
        #expect(address.password?.opened == password)
    }

    @Test(
        arguments: [
            ("mongodb://mongo", nil), ("mongodb://mongo/", nil), ("mongodb://mongo/acme", "acme"),
            ("mongodb://mongo/acme?tls=true", "acme"), ("mongodb://mongo/a%63me", "acme"),
        ] as [(String, String?)])
    func `the database is read`(text: String, database: String?) throws {
        #expect(try MongoAddress.parse(text).database == database)
    }

    @Test func `option names do not depend on case and the last of a name counts`() throws {
        let address = try MongoAddress.parse("mongodb://a/?REPLICASET=rs0&replicaSet=rs%30&w=1&W=majority")
        #expect(address.options == ["replicaset": "rs0", "w": "majority"])
        #expect(address.replicaSet == "rs0")
    }

    @Test(arguments: [
        ("mongodb://a", false), ("mongodb://a/?tls=true", true), ("mongodb://a/?ssl=true", true), ("mongodb://a/?tls=false", false),
        ("mongodb://a/?tls=true&ssl=true", true), ("mongodb+srv://cluster0.acme.com", true),
        ("mongodb+srv://cluster0.acme.com/?tls=false", false), ("mongodb://a/?tlsCAFile=/etc/ca.pem", true),
    ])
    func `TLS is used when the string asks for it`(text: String, usesTLS: Bool) throws {
        #expect(try MongoAddress.parse(text).usesTLS == usesTLS)
    }

    @Test func `a service name stands for hosts that the DNS names`() throws {
        let address = try MongoAddress.parse("mongodb+srv://app:hunter2@Cluster0.acme.com/acme?retryWrites=true&w=majority")
        #expect(address.isService)
        #expect(address.hosts.map(\.host) == ["cluster0.acme.com"])
        #expect(address.backend == "srv:cluster0.acme.com")
    }

    @Test func `a backend has one name, whoever logs in and in whatever order the seeds are written`() throws {
        let one = try MongoAddress.parse("mongodb://app:hunter2@B:2,a:1/acme?replicaSet=rs0")
        let other = try MongoAddress.parse("mongodb://globex:swordfish@a:1,b:2/globex?replicaSet=rs0")
        #expect(one.backend == "a:1,b:2")
        #expect(one.backend == other.backend)
    }

    @Test(arguments: [
        "", "mongodb://mongo?tls=true", "mongo:27017", "http://mongo", "mongodb:/mongo", "MONGODB://mongo", "mongodb://", "mongodb:///acme",
        "mongodb://mongo:0",
        "mongodb://mongo:65536", "mongodb://mongo:port", "mongodb://a,,b", "mongodb://%2Ftmp%2Fmongodb.sock",
        "mongodb+srv://a.acme.com,b.acme.com", "mongodb+srv://a.acme.com:27017", "mongodb://mongo/a/b", "mongodb://mongo/a%20b",
        "mongodb://mongo/a.b", "mongodb://mongo/a$b", "mongodb://mongo/%zz", "mongodb://mongo/?tls", "mongodb://mongo/?=true",
        "mongodb://mongo/?tls=", "mongodb://mongo/?tls=maybe", "mongodb://mongo/?tls=true&ssl=false", "mongodb://mongo/?appName=%f",
    ])
    func `a malformed string is refused`(text: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
    }

    @Test(arguments: [
        "mongodb://:hunter2@mongo", "mongodb://app:p@ss@mongo", "mongodb://app:p:ss@mongo", "mongodb://app:p%ss@mongo",
        "mongodb://app:p%@mongo", "mongodb://app:p/ss@mongo", "mongodb://app:p%FFss@mongo",
    ])
    func `credentials that are not percent-encoded are refused`(text: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
    }

    @Test(arguments: ["mongodb://app:12345/hunter2@mongo", "mongodb://app:12345/hunter2@mongo:27017"])
    func `a password with a bare slash does not become a port and a database`(text: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
    }

    @Test(arguments: ["mongodb://app:hunter\u{0}2@mongo", "mongodb://a\u{0}pp:hunter2@mongo", "mongodb://app:p\nss@mongo"])
    func `a control character is refused, for C would end the string there`(text: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
    }
}
