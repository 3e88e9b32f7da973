import RealServers
import TenantCore

extension MongoMatrix {
    private static func mongo(_ port: Int) -> JSONObject { ["mongo_uri": .string("mongodb://127.0.0.1:\(port)/")] }

    /// A reply of MongoDB whose head claims so many bytes.
    private static func head(claiming length: Int32) -> [UInt8] {
        withUnsafeBytes(of: length.littleEndian, Array.init) + [1, 0, 0, 0, 1, 0, 0, 0] + [0xDD, 0x07, 0, 0]
    }

    /// What is no MongoDB, or does not answer like one.
    static var strangers: [Row] {
        func scripted(_ name: String, greeting: [UInt8] = [], _ answer: ScriptedServer.Answer) -> Row {
            Row(name, within: .seconds(10)) { mongo($0.keep(try ScriptedServer(greeting: greeting) { _ in answer }).port) }
        }
        func answering(
            _ name: String, _ configuration: String = "", login: String = "", query: String = "",
            _ server: @escaping () throws -> ScriptedServer
        ) -> Row {
            Row("answers \(name)", configuration, within: .seconds(10)) {
                ["mongo_uri": .string("mongodb://\(login)127.0.0.1:\($0.keep(try server()).port)/\(query)")]
            }
        }
        return [
            Row("frozen", within: .milliseconds(500)) {
                try $0.open.get().process.freeze()
                return mongo(try $0.open.get().port)
            } end: {
                try $0.open.get().process.thaw()
            },
            Row("nobody listens") { _ in mongo(Ground.freePort()) },
            Row("nobody listens", "`replicaSet`") { _ in ["mongo_uri": .string("mongodb://127.0.0.1:\(Ground.freePort())/?replicaSet=rs0")]
            },
            Row("a host that nobody knows", within: .seconds(20)) { _ in ["mongo_uri": "mongodb://no-such-host.invalid/"] },
            Row("a host that leads to a link-local address") { _ in ["mongo_uri": "mongodb://169.254.169.254/"] },
            scripted("hangs up at once", .close),
            scripted("a web server", ScriptedServer.http(400, "Bad Request")),
            scripted("a mail server", greeting: Array("220 mail.example ESMTP\r\n".utf8), .silence),
            scripted("answers random bytes", .send((0..<512).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 167 &+ 89) })),
            scripted("claims an answer of 47 MB", .send(head(claiming: 47_000_000))),
            scripted("claims an answer of 2 GB", .send(head(claiming: .max))),
            scripted("claims an answer of -1 bytes", .send(head(claiming: -1))),
            scripted("answers without end", .endless(head(claiming: 900_000), [UInt8](repeating: 0xA5, count: 4096))),
            scripted("answers half and hangs up", .sendAndClose(head(claiming: 200))),
            scripted("answers half and no more", .send(head(claiming: 200))),
            answering("an error with the code 0") {
                try ScriptedMongo.saying([("ok", .double(0)), ("code", .int32(0)), ("errmsg", .text("x"))])
            },
            answering("an error whose code is 0 in 32 bits") {
                try ScriptedMongo.saying([("ok", .double(0)), ("code", .int64(1 << 32)), ("errmsg", .text("x"))])
            },
            answering("a write concern error with the code 0") {
                try ScriptedMongo.afterHello([("ok", .double(1)), ("writeConcernError", .document([("code", .int32(0))]))])
            },
            answering("compression that nobody asked for") { try ScriptedMongo.saying([("compression", .list([.text("zlib")]))]) },
            answering("all about a collection whose validator holds a regular expression") {
                let validator = BSON.document([("sku", .document([("$regex", .expression("^[A-Z]+$", "i"))]))])
                let collection = BSON.document([("name", .text("orders")), ("options", .document([("validator", validator)]))])
                return try ScriptedMongo.afterHello([
                    ("cursor", .document([("id", .int64(0)), ("firstBatch", .list([collection]))])), ("ok", .double(1)),
                ])
            },
            answering("300 members", "`replicaSet`", query: "?replicaSet=rs0") {
                try ScriptedMongo.saying([
                    ("setName", .text("rs0")), ("hosts", .list((0..<300).map { .text("127.0.0.1:\(20_000 + $0)") })),
                ])
            },
            answering("a password check of two billion rounds", "a login", login: "acme:secret@") {
                try ScriptedServer.binary({ request in
                    let isHello = ["hello", "isMaster", "ismaster"].contains { ScriptedMongo.asks(request, $0) }
                    guard !isHello else { return .send(ScriptedMongo.answer(to: request, ScriptedMongo.primary)) }
                    let payload = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2147483647"
                    return .send(
                        ScriptedMongo.answer(
                            to: request,
                            [
                                ("conversationId", .int32(1)), ("done", .truth(false)), ("payload", .bytes(Array(payload.utf8))),
                                ("ok", .double(1)),
                            ]))
                })
            },
            answering("no, without an error") { try ScriptedMongo.afterHello([("ok", .double(0))]) },
            answering("a text for yes") { try ScriptedMongo.afterHello([("ok", .text("no"))]) },
            Row("garbage over TLS", "its authority in `mongo_ca_file`") {
                let server = $0.keep(try ScriptedServer { _ in ScriptedServer.http(200) })
                let proxy = $0.keep(try TLSProxy(to: server.port))
                return [
                    "mongo_uri": .string("mongodb://localhost:\(proxy.port)/?tls=true"),
                    "mongo_ca_file": .string(try Ground.certificate("ca.pem")),
                ]
            },
        ]
    }
}

/// The servers of the section MongoDB.
final class MongoServers: SharedServers {
    lazy var open = Result { try MongoServer() }
    lazy var logins = Result {
        try MongoServer(users: [
            .init("acme", password: "p@ss:w/rd", database: "acme_db"), .init("other", password: "secret", database: "other_db"),
            .init("old", password: "secret", database: "acme_db", mechanism: "SCRAM-SHA-1"),
        ])
    }
    /// Lets clients without a certificate in too.
    lazy var secure = Result {
        try MongoServer(
            addresses: ["127.0.0.1", "127.0.0.2"],
            users: [
                .init("acme", password: "secret", database: "acme_db"),
                .init("CN=client", database: "acme_db", mechanism: "MONGODB-X509"),
            ], certificate: "server")
    }
    lazy var mutual = Result { try MongoServer(certificate: "server", isMutual: true) }
    lazy var set = Result { try MongoReplicaSet(name: "rs0") }
    lazy var pair = Result { try MongoPair() }
    lazy var unconfigured = Result { try MongoServer(options: ["--replSet", "rs0"]) }
    lazy var versioned = Result {
        let server = try MongoServer(options: ["--setParameter", "enableTestCommands=1"])
        try server.execute(#"{"setParameter": 1, "requireApiVersion": true}"#)
        return server
    }
    lazy var roles = Result {
        let server = try MongoServer(users: [.init("acme", password: "secret", database: "acme_db")])
        try server.execute(
            #"{"createRole": "clerk", "roles": [], "privileges": [{"resource": {"db": "acme_db", "collection": "orders"}, "#
                + #""actions": ["find", "insert"]}]}"#, on: "acme_db")
        try server.execute(#"{"createRole": "guest", "roles": [], "privileges": []}"#, on: "acme_db")
        for name in ["clerk", "guest"] {
            try server.execute(
                #"{"createUser": "\#(name)", "pwd": "secret", "roles": [{"role": "\#(name)", "db": "acme_db"}]}"#, on: "acme_db")
        }
        return server
    }
}
