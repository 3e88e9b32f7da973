import Checking
import RealServers
import RedisProbe
import TenantCore
import Testing

/// The section Redis of the server matrix.
@Suite struct RedisMatrix {
    @Test func `every answer of the table comes from a server as its row describes it`() throws {
        try ServerMatrix(section: "Redis").verify(Self.scenarios, with: RedisServers()) { RedisProbeKind() }
    }

    typealias Row = Scenario<RedisServers>

    static var scenarios: [Row] { logins + certificates + mutual + states + commands + proxies + answers + strangers }

    static func redis(_ server: RedisServer, _ more: JSONObject = [:]) -> JSONObject {
        var keys = more
        keys["redis_addr"] = .string(server.address)
        return keys
    }

    private static var logins: [Row] {
        func user(_ settings: String, _ name: JSONValue?, _ password: JSONValue?, more: JSONObject = [:]) -> Row {
            Row("logins of an ACL", settings) {
                var keys = more
                keys["redis_username"] = name
                keys["redis_password"] = password
                return redis(try $0.logins.get(), keys)
            }
        }
        let password = "`requirepass`"
        return [
            Row("open") { redis(try $0.open.get()) },
            Row("open", "an address as URL, `redis_db`") {
                ["redis_addr": .string("redis://localhost:\(try $0.open.get().port)"), "redis_db": 15]
            },
            Row("open", "a password") { redis(try $0.open.get(), ["redis_password": "secret"]) },
            Row("open", "a user and a password") { redis(try $0.open.get(), ["redis_username": "acme", "redis_password": "secret"]) },
            Row(password, "the password") { redis(try $0.locked.get(), ["redis_password": "letmein"]) },
            Row(password, "a wrong password") { redis(try $0.locked.get(), ["redis_password": "wrong"]) },
            Row(password, "no password") { redis(try $0.locked.get()) },
            user("a user with all rights", "acme", "secret"),
            user("a user with `+ping +select` alone, who may not ask INFO", "modest", "secret", more: ["redis_db": 3]),
            user("a wrong password", "acme", "wrong"),
            user("an unknown user", "nobody", "secret"),
            user("a user who is switched off", "former", "secret"),
            user("a user without `+ping`", "mute", "secret"),
            user("a user without `+select`", "tied", "secret"),
            user("a user without `+select`, `redis_db` 3", "tied", "secret", more: ["redis_db": 3]),
            user("a user without `+ping`, `redis_db` 3", "mute", "secret", more: ["redis_db": 3]),
            user("a user with `+get` and `+set` on its keys alone", "narrow", "secret"),
            user("no login, the default user switched off", nil, nil),
        ]
    }

    private static var certificates: [Row] {
        func keys(_ server: RedisServer, host: String = "localhost", authority: String? = "ca.pem") throws -> JSONObject {
            let file = try authority.map { $0.hasPrefix("/") ? $0 : try Ground.certificate($0) }
            var keys: JSONObject = ["redis_addr": .string("rediss://\(host):\(server.port)")]
            keys["redis_ca_file"] = file.map { .string($0) }
            return keys
        }
        return [
            Row("TLS", "its authority in `redis_ca_file`") { try keys($0.secure.get()) },
            Row("TLS", "`redis_tls` and its authority") {
                redis(try $0.secure.get(), ["redis_tls": true, "redis_ca_file": .string(try Ground.certificate("ca.pem"))])
            },
            Row("TLS", "the system's authorities") { try keys($0.secure.get(), authority: nil) },
            Row("TLS", "another authority in `redis_ca_file`") { try keys($0.secure.get(), authority: "evil-ca.pem") },
            Row("TLS", "a `redis_ca_file` that is not there") { try keys($0.secure.get(), authority: "/nowhere/ca.pem") },
            Row("TLS", "no `redis_tls`") { redis(try $0.secure.get()) },
            Row("TLS, expired certificate", "its authority") { try keys($0.keep(try RedisServer(certificate: "expired"))) },
            Row("TLS, certificate of another host", "its authority") { try keys($0.keep(try RedisServer(certificate: "wrong"))) },
            Row("open", "`rediss://`", within: .seconds(2)) { try keys($0.open.get()) },
        ]
    }

    private static var mutual: [Row] {
        func row(_ settings: String, _ certificate: String? = nil, key: String? = nil, version: String = "TLSv1.3") -> Row {
            Row(version == "TLSv1.3" ? "mutual TLS" : "mutual TLS 1.2", settings) { servers in
                let server = version == "TLSv1.3" ? servers.mutual : servers.mutualBefore
                var keys: JSONObject = [
                    "redis_addr": .string("rediss://localhost:\(try server.get().port)"),
                    "redis_ca_file": .string(try Ground.certificate("ca.pem")),
                ]
                if let certificate { keys["redis_cert_file"] = .string(try Ground.certificate(certificate)) }
                if let key { keys["redis_key_file"] = .string(key.hasPrefix("/") ? key : try Ground.certificate(key)) }
                return keys
            }
        }
        return [
            row("`redis_cert_file` and `redis_key_file`", "client.crt", key: "client.key"),
            row("both in one `redis_cert_file`", "client.pem"),
            row("no certificate"),
            row("a certificate of an authority that it does not trust", "evil-client.pem"),
            row("an expired certificate", "expired-client.pem"),
            row("a `redis_key_file` that is not there", "client.crt", key: "/nowhere/client.key"),
            row("the key of another certificate", "client.crt", key: "server.key"),
            row("`redis_cert_file` and `redis_key_file`", "client.crt", key: "client.key", version: "TLSv1.2"),
            row("no certificate", version: "TLSv1.2"),
            row("a certificate of an authority that it does not trust", "evil-client.pem", version: "TLSv1.2"),
            row("an expired certificate", "expired-client.pem", version: "TLSv1.2"),
        ]
    }
}

/// The servers of the section Redis.
final class RedisServers: SharedServers {
    /// Also the master of replicas, which it is not to keep waiting.
    lazy var open = Result { try RedisServer(options: ["--repl-diskless-sync-delay", "0"]) }
    lazy var locked = Result { try RedisServer(options: ["--requirepass", "letmein"]) }
    lazy var logins = Result {
        try RedisServer(users: [
            "user default off", "user acme on >secret ~* &* +@all", "user modest on >secret ~acme:* -@all +ping +select",
            "user former off >secret ~* &* +@all", "user mute on >secret ~* &* +@all -ping", "user tied on >secret ~* &* +@all -select",
            "user narrow on >secret ~acme:* -@all +get +set",
        ])
    }
    lazy var secure = Result { try RedisServer(certificate: "server") }
    lazy var mutual = Result { try RedisServer(certificate: "server", isMutual: true) }
    lazy var mutualBefore = Result {
        try RedisServer(certificate: "server", isMutual: true, options: ["--tls-protocols", "TLSv1.2"])
    }
    lazy var cluster = Result {
        try RedisServer(options: ["--cluster-enabled", "yes", "--cluster-port", "\(Ground.freePort())"])
    }
}
