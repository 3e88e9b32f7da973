import RealServers
import TenantCore

extension MongoMatrix {
    private static func mongo(_ uri: String) -> JSONObject { ["mongo_uri": .string("mongodb://\(uri)")] }

    /// Members of sets that are not what a client looks for, and sets whose names lead nowhere from here.
    static var members: [Row] {
        func arbiter(_ servers: MongoServers, _ login: String, _ query: String) throws -> JSONObject {
            mongo("\(login)127.0.0.1:\(try servers.pair.get().arbiter.port)/\(query)")
        }
        return [
            Row("an arbiter") { try arbiter($0, "", "") },
            Row("an arbiter", "a login") { try arbiter($0, "acme:secret@", "acme_db") },
            Row("an arbiter", "`replicaSet`") { try arbiter($0, "", "?replicaSet=pair") },
            Row("a set that was never initiated") { mongo("127.0.0.1:\(try $0.unconfigured.get().port)/") },
            Row("a set that was never initiated", "`replicaSet`") { mongo("127.0.0.1:\(try $0.unconfigured.get().port)/?replicaSet=rs0") },
            Row("a recovering member") {
                let member = try $0.set.get().members[2]
                try member.execute(#"{"replSetMaintenance": 1}"#)
                return mongo("127.0.0.1:\(member.port)/?directConnection=true")
            } end: {
                try $0.set.get().members[2].execute(#"{"replSetMaintenance": 0}"#)
                try $0.set.get().members[2].execute(#"{"hello": 1}"#, until: "secondary")
            },
            Row("a secondary", "`directConnection=true` and `replicaSet`") {
                mongo("127.0.0.1:\(try $0.set.get().members[1].port)/?directConnection=true&replicaSet=rs0")
            },
            Row("a secondary", "`directConnection=true` and another name in `replicaSet`") {
                mongo("127.0.0.1:\(try $0.set.get().members[1].port)/?directConnection=true&replicaSet=other")
            },
            advertising("a name that nobody knows", "mongo1.invalid:27017"),
            advertising("a port on which nobody listens", "127.0.0.1:\(Ground.freePort())"),
            advertising("a link-local address", "169.254.169.254:27017"),
            Row("a secondary that names a primary which nobody knows", "`replicaSet`", within: .seconds(20)) {
                let server = $0.keep(
                    try ScriptedMongo.answering(
                        hello: ScriptedMongo.description([
                            ("ismaster", .truth(false)), ("isWritablePrimary", .truth(false)), ("secondary", .truth(true)),
                            ("setName", .text("rs0")), ("hosts", .list([.text("mongo1.invalid:27017"), .text("mongo2.invalid:27017")])),
                            ("primary", .text("mongo1.invalid:27017")), ("me", .text("mongo2.invalid:27017")),
                        ])
                    ) { _, _ in nil })
                return mongo("127.0.0.1:\(server.port)/?replicaSet=rs0")
            },
        ]
    }

    /// A set of one whose primary can be reached under the configured name and not under its own.
    private static func advertising(_ name: String, _ host: String) -> Row {
        Row("a set whose primary advertises \(name)", "`replicaSet`", within: .seconds(20)) {
            let server = $0.keep(
                try ScriptedMongo.answering(
                    hello: ScriptedMongo.description([
                        ("setName", .text("rs0")), ("hosts", .list([.text(host)])), ("primary", .text(host)), ("me", .text(host)),
                    ])
                ) { _, _ in nil })
            return mongo("127.0.0.1:\(server.port)/?replicaSet=rs0")
        }
    }

    /// Users with rights on collections and none on their database.
    static var collectionRights: [Row] {
        func keys(_ servers: MongoServers, _ user: String) throws -> JSONObject {
            mongo("\(user):secret@127.0.0.1:\(try servers.roles.get().port)/acme_db")
        }
        return [
            Row("logins, SCRAM-SHA-256", "a user with rights on one collection") { try keys($0, "clerk") },
            Row("logins, SCRAM-SHA-256", "a user without rights on the database") { try keys($0, "guest") },
            Row("asks for a version of the stable API") { mongo("127.0.0.1:\(try $0.versioned.get().port)/") },
        ]
    }
}
