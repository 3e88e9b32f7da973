import Testing

@testable import TenantCore

/// How a connection string is cut into parts: where the driver cuts it, or not at all.
struct MongoTextTests {
    /// Marks that make one character with the sign before them, and signs that Swift holds equal to another one.
    private static let disguises = [
        "\u{301}", "\u{200D}", "\u{FE0F}", "\u{37E}", "\u{212A}", "é", "\u{FEFF}", "\u{0}", "\n", "\r\n", "\u{7F}",
    ]

    private static let places: [(String, String)] = [
        ("mongodb://user:PW@127.0.0.1:1/db?", "x=1&authMechanism=PLAIN&z=1"), ("mongodb://user:PW@127.0.0.1:1/", "@h:2/"),
        ("mongodb://user:", "PW@h/"), ("mongodb://user@", "h/"), ("mongodb://a,", "b/"), ("mongodb://h:", "1/"), ("mongodb://", "h/"),
        ("mongodb://h/?appName=x&", "tls=true"), ("mongodb://h/?tls=", "true"), ("mongodb://h/?tlsCertificate", "eyFile=/c.pem"),
        ("mongodb://h/d", ""), ("", "mongodb://h/"),
    ]

    @Test(arguments: places, disguises)
    func `a character that is no printable ASCII is refused wherever it stands`(place: (String, String), disguise: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse(place.0 + disguise + place.1) }
        #expect(problem == .notASCII)
    }

    @Test(arguments: [
        "alice:12/?c4n4ry=x@h.example/db", "alice:12/x?c4n4ry=y@h.example/", "u:12/?a=c4n4ry&c4n4ry2=@h.example/", "u:12?c4n4ry=x@h/db",
        "u:p/c4n4ry@h/", "u:p?c4n4ry@h/", "u:p@ss/?c4n4ry=x@h/", "u:p@ss/c4n4ry@h/", "u@12/?tls=true&c4n4ry=1@h/",
        "u:12/?c4n4ry&tls@x=1@h/",
    ])
    func `a password with a bare slash or question mark is named as such and not shown`(rest: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://\(rest)") }
        #expect(problem?.text.contains("has a character in its user name or password that must be percent-encoded (@ as %40") == true)
        #expect(problem?.text.contains("c4n4ry") == false)
    }

    @Test(arguments: ["alice:secret@example.com/admin?replicaset=my@replicaset", "example.com/?replicaSet=my@replicaset"])
    func `an at-sign may stand in the value of an option that is known`(rest: String) throws {
        #expect(try MongoAddress.parse("mongodb://\(rest)").replicaSet == "my@replicaset")
    }

    @Test(arguments: [
        "mongodb://12/?replicaSet=x@h&c4n4ry=1", "mongodb://h/?c4n4ry_with_a_sign=1",
        "mongodb://h/?\(String(repeating: "c4n4ry", count: 7))=1",
        "mongodb://h/?c4n4ry%20=1", "mongodb://h/?c4n4ry&w=1", "mongodb://h/?w=1?c4n4ry=2", "mongodb://h/?w=1=c4n4ry",
        "mongodb://h/?=c4n4ry",
        "mongodb://h/?ssl_c4n4ry=1",
    ])
    func `a name that may be a piece of a password is not shown`(text: String) {
        let found = issues(in: [entry(["mongo_uri": .string(text)])])
        #expect(!found.isEmpty)
        #expect(!found.contains { $0.description.contains("c4n4ry") }, "\(found)")
    }

    @Test(arguments: [
        ("appName=x?tls=true", "? or ="), ("replicaSet=rs0?tls=true", "? or ="), ("replicaSet=rs0,tls=true", "? or ="),
        ("tls=true=false", "? or ="), ("foo=x?tls=true", "? or ="), ("replicaSet=rs0&amp;tls=true", "name=value"),
    ])
    func `what may be a second option is no part of a value`(options: String, word: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(options)") }
        #expect(problem?.text.contains(word) == true)
    }

    @Test(arguments: ["appName=x%3Ftls", "appName=x%26tls", "replicaSet=rs%3D0", ";", "&&", "&tls=true;"])
    func `what is escaped or empty is nothing to stumble over`(options: String) throws {
        #expect(try MongoAddress.parse("mongodb://mongo/?\(options)").warnings.isEmpty)
    }

    @Test(arguments: [
        ("mongodb:///tmp/x.sock/", "Unix socket"), ("mongodb://%2Ftmp%2Fx.sock/", "Unix socket"),
        ("mongodb://localhost::27017", "more than one colon"),
        ("mongodb://::1/", "brackets"), ("mongodb://h?tls=true", "needs a /"), ("mongodb://?tls=true", "empty host"),
        ("mongodb://", "empty host"),
        ("mongodb+srv://127.0.0.1/", "IP address"), ("mongodb+srv://[::1]/", "IP address"), ("mongodb+srv://a.b.1/", "IP address"),
        ("mongodb+srv://a..b.example.com/", "malformed host name"), ("mongodb+srv://c.example.com:1/", "takes none"),
        ("mongodb://u:p@h/?authMechanism=GSSAPI", "GSSAPI, which is not supported"), ("mongodb://u:%00@h/", "NUL"),
        ("mongodb://u%00:p@h/", "NUL"),
        ("mongodb://h/a%0Ab", "database name"), ("mongodb://h/a.%CC%81b", "database name"),
    ])
    func `the problem says what to mend`(text: String, word: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
        #expect(problem?.text.contains(word) == true, "\(problem?.text ?? "")")
    }

    @Test func `every part has its problem named`() {
        let problem = #expect(throws: AddressProblem.self) {
            try MongoAddress.parse("mongodb://:p@h:x/a.b?tls=maybe&tlsInsecure=true&proxyHost=a&useTLS=true&replicaSet=")
        }
        for word in ["empty user name", "port", "database name", "tls", "tlsInsecure", "3 more problems"] {
            #expect(problem?.text.contains(word) == true, "\(word)")
        }
    }

    @Test(arguments: [
        ("50 hosts", 50, ","), ("200 options", 200, "&"), ("32768 bytes", 32_768, "p"),
    ])
    func `a string has its limits`(what: String, most: Int, sign: String) throws {
        func text(_ size: Int) -> String {
            switch sign {
            case ",": "mongodb://" + (1...size).map { "h\($0)" }.joined(separator: ",")
            case "&": "mongodb://h/?" + (1...size).map { "q\($0)=1" }.joined(separator: "&")
            default: "mongodb://u:" + String(repeating: "p", count: size - "mongodb://u:@h".count) + "@h"
            }
        }
        _ = try MongoAddress.parse(text(most))
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse(text(most + 1)) }
        #expect(problem?.text.contains(what) == true)
    }

    @Test(arguments: [
        "mongodb://h/?" + String(repeating: "replicaXet=1&", count: 2000), "mongodb://h/?" + String(repeating: "x=1&", count: 7000),
    ])
    func `a flood of options is refused before any is looked at`(text: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
        #expect(problem == AddressProblem("has more than 200 options"))
    }
}
