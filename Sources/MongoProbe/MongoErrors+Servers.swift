internal import Checking
internal import TenantCore

/// What a server's own words mean: an error, or a description of itself.
extension MongoErrors {
    /// The failure that a server's description means by itself; nil when a client could use it.
    ///
    /// - Parameter isFresh: whether the set has just been searched for a primary: a session that was kept may not know it yet.
    func failure(of server: MongoServerDescription, isFresh: Bool) -> ProbeFailure? {
        switch server.role {
        case .arbiter: return arbiter
        case .unconfigured: return unconfigured
        case .notReady: return memberNotReady
        case .secondary where followsSet && !(readsSecondaries && isFresh): return noPrimary
        case .standalone, .mongos, .primary, .secondary: break
        }
        guard isDirect, let replicaSet, server.setName != replicaSet else { return nil }
        return MongoTopology(errors: self, described: [:], unreached: [:]).otherSet(than: replicaSet, [server])
    }

    /// What is noteworthy about a server that can be used.
    func finding(about server: MongoServerDescription) -> Finding? {
        if server.takesWrites { return nil }
        guard server.role == .secondary else {
            return Finding(
                .readOnly, "\(target) is read-only, so that the tenant can read and not write",
                remedy: "Restart it without queryableBackupMode, or point mongo_uri at the server that takes writes.")
        }
        if followsSet {
            return Finding(
                .readOnly, "no primary of \(target) is reached, so that the tenant can read from secondaries and not write",
                remedy: "See rs.status(): a majority of voting members must reach each other, and this machine the primary.")
        }
        return Finding(
            .readOnly, "\(target) is not a primary, so that the tenant can read and not write",
            remedy: "Name the set in mongo_uri (replicaSet=…, no directConnection), so that its primary is found.")
    }

    /// The failure that an error means which the server answered.
    func failure(of error: MongoServerError) -> ProbeFailure {
        switch error.meaning {
        case .loginRefused: authentication
        case .mechanismUnavailable: unavailableMechanism
        case .unauthorised: authorisation
        case .throttled: throttled(error)
        case .notPrimary: noPrimary
        case .notReady: memberNotReady
        case .unconfigured: unconfigured
        case .shuttingDown:
            ProbeFailure(
                .shuttingDown, "\(target) is shutting down", remedy: "Wait until it has restarted; if it does not, read its log.",
                holdsFor: Self.electionPatience)
        case .partUnreachable:
            ProbeFailure(
                .shardUnreachable, "\(target) does not reach the servers behind it\(suffix(error))",
                remedy: "See sh.status() and the log of the mongos: config servers and shards must run and be reachable from it.",
                holdsFor: Self.electionPatience)
        case .serverTimeout:
            ProbeFailure(
                .serverTimeout, "\(target) gave up a command of the check after its own time limit\(suffix(error))",
                remedy: "See db.currentOp(): long operations, or one that holds a lock on the database.")
        case .diskFull:
            ProbeFailure(
                .diskFull, "\(target) has no space left for its data", remedy: "Free or add disk space, or raise the quota of the cluster.")
        case .tlsRequired:
            ProbeFailure(.tlsRequired, "\(target) takes connections over TLS only", remedy: "Add tls=true to mongo_uri.")
        case .tooManyConnections:
            ProbeFailure(
                .maximumClients, "\(target) takes no more connections",
                remedy: "Raise net.maxIncomingConnections or the limit of the plan, or find out who holds the connections.")
        case .unsupported, .versionRequired, .noDatabase, .other: command(error)
        }
    }

    private func suffix(_ error: MongoServerError) -> String { error.code == 0 ? "" : " (server error \(error.code))" }

    private func throttled(_ error: MongoServerError) -> ProbeFailure {
        ProbeFailure(
            .rateLimited, "\(target) asks for fewer requests\(suffix(error))",
            remedy:
                "See what uses up the server's request units or rate limit, and raise mongo_interval; this says nothing about the tenant.",
            isUndecided: true, retryAfter: error.retryAfter)
    }

    var noPrimary: ProbeFailure {
        ProbeFailure(
            .noPrimary, "\(target) has no primary",
            remedy: "See rs.status(): a majority of voting members must reach each other.", holdsFor: Self.electionPatience)
    }

    var arbiter: ProbeFailure {
        ProbeFailure(
            .arbiter, "\(target) is an arbiter, which holds no data and no users",
            remedy: "Name a member that holds data in mongo_uri: see rs.conf().")
    }

    var unconfigured: ProbeFailure {
        ProbeFailure(
            .setUnconfigured, "\(target) was started as a member of a replica set and has no configuration of one",
            remedy: "Initiate the set with rs.initiate(), or add the server to its set with rs.add(): it may have been removed.")
    }

    var memberNotReady: ProbeFailure {
        ProbeFailure(
            .memberNotReady, "\(target) is a member of a replica set that is neither primary nor secondary",
            remedy: "See rs.status(): it may be starting, copying data, recovering or rolling back; if that does not end, read its log.",
            holdsFor: Self.electionPatience)
    }

    var authentication: ProbeFailure {
        if isByCertificate {
            return ProbeFailure(
                .auth, "\(target) has no user for the client certificate",
                remedy: "Create a user in $external with the certificate's subject as its name, or correct tlsCertificateKeyFile.")
        }
        return ProbeFailure(
            .auth, "\(target) does not accept the user name and password",
            remedy: "Correct the credentials in mongo_uri; authSource must name the database in which the user is defined.")
    }

    var unavailableMechanism: ProbeFailure {
        ProbeFailure(
            .mechanismUnavailable, "\(target) does not offer the mechanism \(mechanism ?? "SCRAM") for the login",
            remedy: "Set authMechanism in mongo_uri to one of the server's authenticationMechanisms, or add it there.")
    }

    var noLogins: ProbeFailure {
        ProbeFailure(
            .mechanismUnavailable, "\(target) has no logins, and mongo_uri has a user name",
            remedy: "Remove the user name and password from mongo_uri, or switch logins on at the server.")
    }

    private var authorisation: ProbeFailure {
        ProbeFailure(
            .notAuthorised,
            hasLogin
                ? "the user may not list the collections of the database \(database) on \(target)"
                : "\(target) asks for a login, and mongo_uri has none",
            remedy: hasLogin
                ? "Grant the user the role read on \(database)." : "Add a user name and password to mongo_uri.")
    }

    var hasLogin: Bool { username != nil || isByCertificate }

    private func command(_ error: MongoServerError) -> ProbeFailure {
        guard error.code != 0 else {
            return ProbeFailure(
                .commandFailed, "\(target) answered a command with an error that has no code", remedy: "Read the server's log.")
        }
        let name = error.name.map { " (\($0))" } ?? ""
        return ProbeFailure(
            .commandFailed, "\(target) answered a command with the server error \(error.code)\(name)",
            remedy: Self.remedies[error.code] ?? "Look the code up in MongoDB's list of error codes, and read the server's log.")
    }

    private static let remedies = [
        73: "Correct mongo_database: the server does not take this name.",
        211: "See whether the config servers, or the primary, of the set can be reached: they hold the keys for cluster times.",
        13297: "Spell mongo_database as the database is spelt on the server: names that differ in case alone are not allowed.",
    ]
}
