internal import CMongoc
internal import Checking
internal import TenantCore
internal import Transport

/// What libmongoc's errors mean for one tenant.
struct MongoErrors {
    let target: String
    let username: String?
    /// True with MONGODB-X509, where a certificate is the login.
    let isByCertificate: Bool
    let mechanism: String?
    let replicaSet: String?
    /// Whether one host is asked whatever it says of a set.
    let isDirect: Bool
    /// Whether the connection string names one host, so that `directConnection=true` could be added.
    let hasOneHost: Bool
    /// Whether the connection string lets clients read from secondaries.
    let readsSecondaries: Bool
    /// Whether clients look for the members of a set.
    let followsSet: Bool
    let database: String

    init(_ address: MongoAddress, database: String) {
        target = address.backend
        username = address.username
        mechanism = address.options["authmechanism"]
        isByCertificate = mechanism == "MONGODB-X509"
        replicaSet = address.replicaSet
        isDirect = address.options["directconnection"] == "true"
        hasOneHost = address.hosts.count == 1 && !address.isService
        readsSecondaries = address.options["readpreference"].map { $0 != "primary" } ?? false
        followsSet = !isDirect && (replicaSet != nil || !hasOneHost)
        self.database = database
    }

    /// How long a set may be without a primary: MongoDB's default election timeout is 10 s.
    static let electionPatience = Duration.seconds(15)

    /// The failure that an error of libmongoc means, with what the link saw meanwhile.
    func failure(_ error: bson_error_t, link: MongoLink) -> ProbeFailure {
        switch (error.domain, error.code) {
        case (MONGOC_ERROR_PROTOCOL.rawValue, MONGOC_ERROR_PROTOCOL_BAD_WIRE_VERSION.rawValue): return unsupportedVersion(link)
        case (MONGOC_ERROR_CLIENT.rawValue, MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue): return login(link)
        case (MONGOC_ERROR_CLIENT.rawValue, MONGOC_ERROR_CLIENT_INVALID_LOAD_BALANCER.rawValue):
            return ProbeFailure(
                .notLoadBalanced, "\(target) does not say that it stands behind a load balancer",
                remedy: "Remove loadBalanced=true from mongo_uri, or start the mongos with --setParameter loadBalancerPort.")
        case (MONGOC_ERROR_SERVER.rawValue, let code):
            return failure(of: link.lastError ?? MongoServerError(code: Int(code), message: ""))
        case (MONGOC_ERROR_SERVER_SELECTION.rawValue, _): return selection(link)
        default: return stream(link)
        }
    }

    /// libmongoc calls a refused handshake a refused login too.
    private func login(_ link: MongoLink) -> ProbeFailure {
        if link.deadline <= .now { return .timeout(target, during: .auth) }
        if let ending = link.ending { return ending }
        if !link.described.isEmpty, link.described.values.allSatisfy({ $0.role == .arbiter }) { return arbiter }
        guard let error = link.lastError else { return authentication }
        guard hasLogin else { return failure(of: error) }
        let hasHandshake = !link.described.isEmpty
        switch error.meaning {
        case .loginRefused, .unauthorised: return authentication
        case .unsupported where hasHandshake: return noLogins
        case .other where hasHandshake: return authentication
        default: return failure(of: error)
        }
    }

    private func selection(_ link: MongoLink) -> ProbeFailure {
        if link.described.isEmpty {
            if let error = link.lastError { return failure(of: error) }
            return stream(link)
        }
        return MongoTopology(errors: self, described: link.described, unreached: link.unreached).failure
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

    private func unsupportedVersion(_ link: MongoLink) -> ProbeFailure {
        guard let (host, server) = link.described.first(where: { !$0.value.isSpoken }) else { return .garbage(target, "MongoDB") }
        let (theirs, ours) = (server.wireVersions, MongoServerDescription.spokenVersions)
        let side = theirs.upperBound < ours.lowerBound ? "older" : "newer"
        return ProbeFailure(
            .unsupportedVersion,
            "\(host) speaks the versions \(theirs.lowerBound) to \(theirs.upperBound) of the wire protocol, and libmongoc here "
                + "\(ours.lowerBound) to \(ours.upperBound): the server is \(side)",
            remedy: side == "older"
                ? "Upgrade the server to MongoDB 3.6 or later; the tenant's own driver may still take it."
                : "Run this service with a libmongoc that speaks the server's versions; the tenant's own driver may take it.",
            isUndecided: true)
    }
}
