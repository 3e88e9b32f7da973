import Foundation

/// A real MongoDB on loopback.
public final class MongoServer: Sendable {
    /// On 127.0.0.1.
    public let port: Int
    /// The `mongod`, for tests that freeze or crash it.
    public let process: ServerProcess
    private let hasUsers: Bool

    /// Starts `mongod`.
    ///
    /// - Parameters:
    ///   - addresses: of the loopback interface; the first must be 127.0.0.1.
    ///   - users: each gets a role on its own database; with any, a login is required.
    ///   - certificate: the name of a certificate to serve TLS with instead of clear text.
    ///   - isMutual: over TLS, clients must show a certificate too.
    public init(
        port: Int? = nil, addresses: [String] = ["127.0.0.1"], users: [User] = [], certificate: String? = nil, isMutual: Bool = false,
        options: [String] = []
    ) throws {
        self.port = port ?? Ground.freePort()
        let directory = try Ground.directory()
        var arguments = [
            "--port", "\(self.port)", "--bind_ip", addresses.joined(separator: ","), "--dbpath", directory.path, "--nounixsocket",
            "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false",
        ]
        if let certificate {
            arguments += [
                "--tlsMode", "requireTLS", "--tlsCertificateKeyFile", try Ground.certificate("\(certificate).pem"),
                "--tlsCAFile", try Ground.certificate("ca.pem"),
            ]
            if !isMutual { arguments.append("--tlsAllowConnectionsWithoutCertificates") }
        }
        hasUsers = !users.isEmpty
        if hasUsers { arguments.append("--auth") }
        process = try ServerProcess(Ground.mongod, arguments + options, in: directory)
        var tls = certificate == nil ? "" : "&tls=true&tlsCAFile=\(try Ground.certificate("ca.pem"))"
        if isMutual { tls += "&tlsCertificateKeyFile=\(try Ground.certificate("client.pem"))" }
        do {
            try Self.administer("wait", "mongodb://localhost:\(self.port)/?directConnection=true\(tls)")
            if !users.isEmpty { try create(users, tls: tls) }
        } catch {
            throw ServerProblem(description: "mongod did not start: \(error) \(process.output.suffix(500))")
        }
    }

    /// A user who lives in the database that the role is about, or in `$external` when a certificate proves who it is.
    public struct User: Sendable {
        /// As it stands in a connection string.
        public var name: String
        /// In clear text.
        public var password: String
        /// A built-in role, for example `readWrite`.
        public var role: String
        /// Also the `authSource` of the login.
        public var database: String
        /// How the user logs in, as in `authMechanism`.
        public var mechanism: String

        /// A user who, by default, may read and write.
        public init(
            _ name: String, password: String = "", role: String = "readWrite", database: String, mechanism: String = "SCRAM-SHA-256"
        ) {
            self.name = name
            self.password = password
            self.role = role
            self.database = database
            self.mechanism = mechanism
        }
    }

    private func create(_ users: [User], tls: String) throws {
        try Self.administer(
            "create-user", "mongodb://localhost:\(port)/?directConnection=true\(tls)", "root", "root", "admin",
            environment: ["PASSWORD": "root"])
        for user in users {
            try Self.administer(
                "create-user", "mongodb://root:root@localhost:\(port)/?authSource=admin\(tls)", user.name, user.role, user.database,
                "--mechanism", user.mechanism, environment: ["PASSWORD": user.password])
        }
    }

    /// Runs a command, given as JSON, as an administrator: once, or until its answer has a true `member`.
    public func execute(_ json: String, on database: String = "admin", until member: String? = nil) throws {
        let login = hasUsers ? "root:root@" : ""
        let uri = "mongodb://\(login)127.0.0.1:\(port)/?directConnection=true&authSource=admin"
        if let member {
            try Self.administer("command", uri, database, json, "--until", member)
        } else {
            try Self.administer("command", uri, database, json)
        }
    }

    @discardableResult
    static func administer(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
        try run(Ground.python, [Ground.script("mongo-admin.py")] + arguments, environment: environment)
    }

    /// Without login, database and options; ends in `/`.
    public var uri: String { "mongodb://127.0.0.1:\(port)/" }
}

/// A real replica set of a primary and an arbiter.
public final class MongoPair: Sendable {
    /// The member that holds data.
    public let primary: MongoServer
    /// The member that only votes.
    public let arbiter: MongoServer

    /// Starts the set `pair` and waits for its primary.
    public init() throws {
        primary = try MongoServer(options: ["--replSet", "pair", "--oplogSize", "64"])
        arbiter = try MongoServer(options: ["--replSet", "pair", "--oplogSize", "64"])
        try primary.initiate("pair", [#"{"_id": 0, "host": "127.0.0.1:\#(primary.port)"}"#])
        // Without it MongoDB does not let an arbiter in.
        try primary.execute(
            #"{"setDefaultRWConcern": 1, "defaultWriteConcern": {"w": 1}, "defaultReadConcern": {"level": "local"}}"#)
        try primary.execute(
            #"{"replSetReconfig": {"_id": "pair", "version": 2, "term": 1, "members": [{"_id": 0, "host": "127.0.0.1:\#(primary.port)"}, "#
                + #"{"_id": 1, "host": "127.0.0.1:\#(arbiter.port)", "arbiterOnly": true}]}}"#)
        try arbiter.execute(#"{"hello": 1}"#, until: "arbiterOnly")
    }
}

extension MongoServer {
    /// Makes this server, which was started with `--replSet`, the first member of a set, and waits until it is the primary.
    ///
    /// - Parameter members: each as JSON of the set's configuration.
    public func initiate(_ name: String, _ members: [String]) throws {
        try execute(#"{"replSetInitiate": {"_id": "\#(name)", "members": [\#(members.joined(separator: ", "))]}}"#)
        try execute(#"{"hello": 1}"#, until: "isWritablePrimary")
    }
}

/// A real replica set of three members.
public final class MongoReplicaSet: Sendable {
    /// The name of the set, as clients must give it.
    public let name: String
    /// Three servers without logins; the first is primary whenever it is well.
    public let members: [MongoServer]

    /// Starts three servers and waits until they have a primary and two secondaries.
    ///
    /// One who steps down names no heir, and nobody asks for an election before 5 s without a primary: what a client finds
    /// meanwhile does not hang on who is quicker.
    public init(name: String) throws {
        self.name = name
        let options = ["--replSet", name, "--oplogSize", "64", "--setParameter", "enableElectionHandoff=false"]
        members = try (0..<3).map { _ in try MongoServer(options: options) }
        let ports = members.map { "\($0.port)" }
        try run(Ground.python, [Ground.script("mongo-admin.py"), "initiate", "--election-seconds", "5", name] + ports)
    }

    /// Names all members and the set; without login and database.
    public var uri: String { "mongodb://\(members.map { "127.0.0.1:\($0.port)" }.joined(separator: ","))/?replicaSet=\(name)" }

    /// Asks the primary to become a secondary.
    public func stepDown() throws { try MongoServer.administer("stepdown", uri) }

    /// Waits until there is a primary.
    public func primary() throws -> MongoServer {
        let answer = try MongoServer.administer("primary", uri)
        guard let primary = members.first(where: { answer.contains(":\($0.port)\n") }) else {
            throw ServerProblem(description: "\(answer) is no member")
        }
        return primary
    }
}
