import Checking
import MongoProbe
import RealServers
import TenantCore
import Testing

/// The section MongoDB of the server matrix.
@Suite struct MongoMatrix {
    @Test func `every answer of the table comes from a server as its row describes it`() throws {
        try ServerMatrix(section: "MongoDB").verify(Self.scenarios, with: MongoServers()) { MongoProbeKind() }
    }

    typealias Row = Scenario<MongoServers>

    static var scenarios: [Row] { logins + collectionRights + certificates + mutual + members + sets + dialects + refusals + strangers }

    private static func mongo(_ uri: String, _ more: JSONObject = [:]) -> JSONObject {
        var keys = more
        keys["mongo_uri"] = .string("mongodb://\(uri)")
        return keys
    }

    private static var logins: [Row] {
        let server = "logins, SCRAM-SHA-256"
        func keys(_ servers: MongoServers, _ login: String, _ rest: String) throws -> JSONObject {
            mongo("\(login)127.0.0.1:\(try servers.logins.get().port)/\(rest)")
        }
        return [
            Row("open") { mongo("127.0.0.1:\(try $0.open.get().port)/") },
            Row("open", "a `mongo_database` that does not exist yet") {
                mongo("localhost:\(try $0.open.get().port)/?appName=acme", ["mongo_database": "not_there_yet"])
            },
            Row(server, "a user of the tenant's database") { try keys($0, "acme:p%40ss%3Aw%2Frd@", "acme_db") },
            Row(server, "the same, with `authSource` and `authMechanism`") {
                try keys($0, "acme:p%40ss%3Aw%2Frd@", "?authSource=acme_db&authMechanism=SCRAM-SHA-256")
            },
            Row(server, "a wrong password") { try keys($0, "acme:wrong@", "acme_db") },
            Row(server, "an unknown user") { try keys($0, "nobody:secret@", "acme_db") },
            Row(server, "the right password, another `authSource`") { try keys($0, "acme:p%40ss%3Aw%2Frd@", "?authSource=admin") },
            Row(server, "no login") { try keys($0, "", "") },
            Row(server, "a user of another database") { try keys($0, "other:secret@", "other_db") },
            Row("logins, SCRAM-SHA-1", "its user") { try keys($0, "old:secret@", "acme_db") },
            Row("logins, SCRAM-SHA-1", "its user, `authMechanism=SCRAM-SHA-256`") {
                try keys($0, "old:secret@", "acme_db?authMechanism=SCRAM-SHA-256")
            },
        ]
    }

    private static var certificates: [Row] {
        func keys(_ servers: MongoServers, host: String = "localhost", authority: String? = "ca.pem") throws -> JSONObject {
            let file = try authority.map { $0.hasPrefix("/") ? $0 : try Ground.certificate($0) }
            return mongo(
                "acme:secret@\(host):\(try servers.secure.get().port)/acme_db?tls=true", file.map { ["mongo_ca_file": .string($0)] } ?? [:])
        }
        func proxy(_ servers: MongoServers, _ certificate: String) throws -> JSONObject {
            let proxy = servers.keep(try TLSProxy(to: try servers.open.get().port, certificate: certificate))
            return mongo("localhost:\(proxy.port)/?tls=true", ["mongo_ca_file": .string(try Ground.certificate("ca.pem"))])
        }
        return [
            Row("TLS", "its authority in `mongo_ca_file`") { try keys($0) },
            Row("TLS", "its authority in `tlsCAFile`") {
                mongo("acme:secret@localhost:\(try $0.secure.get().port)/acme_db?ssl=true&tlsCAFile=\(try Ground.certificate("ca.pem"))")
            },
            Row("TLS", "the system's authorities") { try keys($0, authority: nil) },
            Row("TLS", "another authority in `mongo_ca_file`") { try keys($0, authority: "evil-ca.pem") },
            Row("TLS", "a `mongo_ca_file` that is not there") { try keys($0, authority: "/nowhere/ca.pem") },
            Row("TLS", "a host that is not in its certificate") { try keys($0, host: "127.0.0.2") },
            Row("TLS", "no `tls=true`") { mongo("acme:secret@localhost:\(try $0.secure.get().port)/acme_db") },
            Row("TLS by a proxy") { try proxy($0, "server") },
            Row("TLS by a proxy, expired certificate") { try proxy($0, "expired") },
            Row("TLS by a proxy, certificate of another host") { try proxy($0, "wrong") },
            Row("open", "`tls=true`") { mongo("localhost:\(try $0.open.get().port)/?tls=true") },
            Row("logins by certificate, MONGODB-X509", "`tlsCertificateKeyFile` of a user") {
                try byCertificate($0, "client")
            },
            Row("logins by certificate, MONGODB-X509", "`tlsCertificateKeyFile` of nobody") {
                try byCertificate($0, "server")
            },
        ]
    }

    private static func byCertificate(_ servers: MongoServers, _ name: String) throws -> JSONObject {
        let file = try Ground.certificate("\(name).pem")
        return mongo(
            "localhost:\(try servers.secure.get().port)/?tls=true&authSource=$external&authMechanism=MONGODB-X509"
                + "&tlsCertificateKeyFile=\(file)", ["mongo_ca_file": .string(try Ground.certificate("ca.pem"))])
    }

    private static var mutual: [Row] {
        func row(_ settings: String, _ certificate: String? = nil, key: String? = nil) -> Row {
            Row("mutual TLS", settings) { servers in
                var keys: JSONObject = ["mongo_ca_file": .string(try Ground.certificate("ca.pem"))]
                if let certificate { keys["mongo_cert_file"] = .string(try Ground.certificate(certificate)) }
                if let key { keys["mongo_key_file"] = .string(key.hasPrefix("/") ? key : try Ground.certificate(key)) }
                return mongo("localhost:\(try servers.mutual.get().port)/?tls=true", keys)
            }
        }
        return [
            row("`mongo_cert_file` and `mongo_key_file`", "client.crt", key: "client.key"),
            row("both in one `mongo_cert_file`", "client.pem"),
            row("no certificate"),
            row("a certificate of an authority that it does not trust", "evil-client.pem"),
            row("an expired certificate", "expired-client.pem"),
            row("a `mongo_key_file` that is not there", "client.crt", key: "/nowhere/client.key"),
            row("the key of another certificate", "client.crt", key: "server.key"),
            row("a key with a passphrase", "client.crt", key: "locked.key"),
        ]
    }
}
