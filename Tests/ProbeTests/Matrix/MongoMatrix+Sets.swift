import RealServers
import TenantCore

extension MongoMatrix {
    private static func mongo(_ uri: String) -> JSONObject { ["mongo_uri": .string(uri)] }

    /// One set all along: in this order each leaves it as the next needs it.
    static var sets: [Row] { wellSet + troubledSet }

    private static var wellSet: [Row] {
        func one(_ servers: MongoServers, _ index: Int, _ options: String) throws -> JSONObject {
            mongo("mongodb://127.0.0.1:\(try servers.set.get().members[index].port)/\(options)")
        }
        return [
            Row("replica set", "all members and `replicaSet`") { mongo(try $0.set.get().uri) },
            Row("replica set", "one member and `replicaSet`") { try one($0, 1, "?replicaSet=rs0") },
            Row("replica set", "one member, `replicaSet` and `readPreference=nearest`") {
                try one($0, 1, "?replicaSet=rs0&readPreference=nearest")
            },
            Row("replica set", "the primary alone") { try one($0, 0, "") },
            Row("replica set", "a secondary alone") { try one($0, 1, "") },
            Row("replica set", "a secondary and `directConnection=true`") { try one($0, 1, "?directConnection=true") },
            Row("replica set", "another name in `replicaSet`") { try one($0, 0, "?replicaSet=other") },
            Row("open, in no set", "`replicaSet`") { mongo("\(try $0.open.get().uri)?replicaSet=rs0") },
        ]
    }

    private static var troubledSet: [Row] {
        func uri(_ servers: MongoServers) throws -> JSONObject { mongo(try servers.set.get().uri) }
        func living(_ servers: MongoServers) throws -> [MongoServer] { try servers.set.get().members.filter(\.process.isRunning) }
        return [
            Row("replica set, a secondary frozen", "all members and `replicaSet`") {
                try $0.set.get().members[2].process.freeze()
                return try uri($0)
            } end: {
                try $0.set.get().members[2].process.thaw()
            },
            Row("replica set, the primary frozen", "all members and `replicaSet`", within: .seconds(1)) {
                try $0.set.get().members[0].process.freeze()
                return try uri($0)
            } end: {
                try $0.set.get().members[0].process.thaw()
            },
            Row("replica set, the primary has just been killed", "all members and `replicaSet`") {
                try $0.set.get().primary().process.crash()
                return try uri($0)
            },
            Row("replica set, the primary has been killed and another elected", "all members and `replicaSet`") {
                _ = try $0.set.get().primary()
                return try uri($0)
            },
            Row("replica set, a member killed", "the other members and `replicaSet`") {
                let ports = try living($0).map { "127.0.0.1:\($0.port)" }
                return mongo("mongodb://\(ports.joined(separator: ","))/?replicaSet=rs0")
            },
            Row("replica set, a member killed", "another member and `replicaSet`") {
                mongo("mongodb://127.0.0.1:\(try living($0)[0].port)/?replicaSet=rs0")
            },
            Row("replica set, the primary has just stepped down and none is elected", "all members and `replicaSet`") {
                try $0.set.get().stepDown()
                return try uri($0)
            },
            Row("replica set, the primary has stepped down and another been elected", "all members and `replicaSet`") {
                _ = try $0.set.get().primary()
                return try uri($0)
            },
            Row("replica set without a majority", "all members and `replicaSet`") {
                try $0.set.get().primary().process.crash()
                return try uri($0)
            },
            Row("replica set without a majority", "all members, `replicaSet` and `readPreference=secondaryPreferred`", within: .seconds(10))
            {
                try living($0)[0].execute(#"{"hello": 1}"#, until: "secondary")
                return mongo(try $0.set.get().uri + "&readPreference=secondaryPreferred")
            },
        ]
    }
}
