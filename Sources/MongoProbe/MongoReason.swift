internal import CMongoc
internal import Checking
internal import TenantCore
internal import Transport

extension ProbeFailure.Reason {
    static let auth = ProbeFailure.Reason(rawValue: "auth")
    static let notAuthorised = ProbeFailure.Reason(rawValue: "not_authorised")
    static let noPrimary = ProbeFailure.Reason(rawValue: "no_primary")
    static let wrongSetName = ProbeFailure.Reason(rawValue: "wrong_set_name")
    static let commandFailed = ProbeFailure.Reason(rawValue: "command_failed")
    static let badConnectionString = ProbeFailure.Reason(rawValue: "bad_connection_string")
    /// A finding: the server answers but takes no writes.
    static let readOnly = ProbeFailure.Reason(rawValue: "read_only")

    /// Every reason for which a check of MongoDB can fail or be degraded.
    static let mongo: [ProbeFailure.Reason] =
        transport + [.auth, .notAuthorised, .noPrimary, .wrongSetName, .commandFailed, .badConnectionString, .readOnly]
}

/// What libmongoc's errors mean.
struct MongoErrors {
    let target: String
    let username: String?
    /// True with MONGODB-X509, where a certificate is the login.
    let isByCertificate: Bool
    let replicaSet: String?
    let database: String

    /// How long a set may be without a primary: MongoDB's default election timeout is 10 s.
    static let electionPatience = Duration.seconds(15)

    /// Server codes that say that the member is not, or no longer, the primary.
    private static let notPrimary: Set<UInt32> = [91, 189, 10058, 10107, 11600, 11602, 13435, 13436]

    /// The failure that an error of libmongoc means, with what the link saw meanwhile.
    func failure(_ error: bson_error_t, link: MongoLink) -> ProbeFailure {
        switch (error.domain, error.code) {
        case (_, 18) where error.domain == MONGOC_ERROR_SERVER.rawValue,
            (MONGOC_ERROR_CLIENT.rawValue, MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue):
            if link.deadline <= .now { return .timeout(target, during: .auth) }
            return link.ending ?? authentication
        case (MONGOC_ERROR_SERVER.rawValue, 13): return authorisation
        case (MONGOC_ERROR_SERVER.rawValue, let code) where Self.notPrimary.contains(code): return noPrimary
        case (MONGOC_ERROR_SERVER.rawValue, let code): return command(code)
        case (MONGOC_ERROR_SERVER_SELECTION.rawValue, _): return selection(link)
        default: return stream(link)
        }
    }

    private func selection(_ link: MongoLink) -> ProbeFailure {
        let heard = link.heard
        if let replicaSet, !heard.isEmpty, heard.allSatisfy({ $0.setName != replicaSet }) {
            let name = heard.compactMap(\.setName).first.map { "belongs to the set \(Scrubber().scrub($0, limit: 64))" }
            return ProbeFailure(
                .wrongSetName, "\(target) \(name ?? "belongs to no set") and not to \(Scrubber().scrub(replicaSet, limit: 64))",
                remedy: "Correct replicaSet in mongo_uri, or the hosts.")
        }
        if !heard.isEmpty { return noPrimary }
        return stream(link)
    }

    private func stream(_ link: MongoLink) -> ProbeFailure {
        // A dead member beside one that could be reached is not what is wrong.
        if !link.isConnected, let known = link.failure { return known }
        if link.deadline <= .now || link.hasTimedOut {
            // The first command is `hello`, which needs no rights: a server that does not answer it answers nobody.
            return .timeout(target, during: .command, scope: link.hasAnswered ? .subject : .trust)
        }
        return link.ending ?? link.failure ?? .garbage(target, "MongoDB")
    }

    var noPrimary: ProbeFailure {
        ProbeFailure(
            .noPrimary, "\(target) has no primary",
            remedy: "See rs.status(): a majority of voting members must reach each other.", holdsFor: Self.electionPatience)
    }

    private var authentication: ProbeFailure {
        if isByCertificate {
            return ProbeFailure(
                .auth, "\(target) has no user for the client certificate",
                remedy: "Create a user in $external with the certificate's subject as its name, or correct tlsCertificateKeyFile.")
        }
        return ProbeFailure(
            .auth, "\(target) does not accept the user name and password",
            remedy: "Correct the credentials in mongo_uri; authSource must name the database in which the user is defined.")
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

    private var hasLogin: Bool { username != nil || isByCertificate }

    private func command(_ code: UInt32) -> ProbeFailure {
        ProbeFailure(
            .commandFailed, "\(target) answered a command with the server error \(code)",
            remedy: "Look the code up in MongoDB's list of error codes, and read the server's log.")
    }
}
