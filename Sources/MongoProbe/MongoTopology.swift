internal import Checking
internal import TenantCore
internal import Transport

/// Why libmongoc found no server that takes writes, from what members said of themselves and why others were not reached.
struct MongoTopology {
    let errors: MongoErrors
    let described: [HostPort: MongoServerDescription]
    let unreached: [HostPort: ProbeFailure]

    private var servers: [MongoServerDescription] { Array(described.values) }

    var failure: ProbeFailure {
        if servers.allSatisfy({ $0.role == .unconfigured }) { return errors.unconfigured }
        if let replicaSet = errors.replicaSet {
            if servers.allSatisfy({ $0.setName != replicaSet }) { return otherSet(than: replicaSet, servers) }
        }
        if let primary = unreachedPrimary { return unreachable(primary) }
        if unreached.isEmpty {
            if servers.allSatisfy({ $0.role == .arbiter }) { return errors.arbiter }
            if servers.allSatisfy({ $0.role == .notReady }) { return errors.memberNotReady }
        }
        return noPrimary
    }

    /// That none of the servers is in the set of the connection string.
    func otherSet(than replicaSet: String, _ servers: [MongoServerDescription]) -> ProbeFailure {
        let wanted = shown(replicaSet)
        if let other = servers.compactMap(\.setName).first {
            return ProbeFailure(
                .wrongSetName, "\(errors.target) belongs to the set \(shown(other)) and not to \(wanted)",
                remedy: "Correct replicaSet in mongo_uri, or the hosts.")
        }
        let isMongos = servers.contains { $0.role == .mongos }
        return ProbeFailure(
            .wrongSetName, "\(errors.target) is a \(isMongos ? "mongos" : "standalone server") and belongs to no set, and not to \(wanted)",
            remedy: isMongos
                ? "Remove replicaSet from mongo_uri: a mongos finds the sets behind it."
                : "Remove replicaSet from mongo_uri, or correct the hosts.")
    }

    private struct Primary {
        var host: HostPort
        /// Who names it.
        var source: HostPort
        var cause: ProbeFailure
        /// True when it says so itself, under another name.
        var isAlive: Bool
    }

    /// The primary, under the name that the set gives it, when that leads nowhere from here.
    private var unreachedPrimary: Primary? {
        let claims = described.sorted { $0.key.description < $1.key.description }.compactMap { host, server -> Primary? in
            let isPrimary = server.role == .primary
            guard let name = isPrimary ? server.me : server.primary, let named = try? HostPort.parse(name, defaultPort: 27017),
                let cause = unreached[named]
            else { return nil }
            return Primary(host: named, source: host, cause: cause, isAlive: isPrimary)
        }
        return claims.first(where: \.isAlive) ?? claims.first
    }

    private func unreachable(_ primary: Primary) -> ProbeFailure {
        let source = primary.isAlive ? "\(primary.source) is the primary and calls itself so" : "\(primary.source) names it"
        return ProbeFailure(
            .primaryUnreachable, "the primary \(primary.host) cannot be reached from here, as \(source): \(primary.cause.detail)",
            remedy: remedy(for: primary.cause, isAlive: primary.isAlive),
            holdsFor: primary.isAlive ? .zero : MongoErrors.electionPatience)
    }

    private func remedy(for cause: ProbeFailure, isAlive: Bool) -> String {
        let direct = errors.hasOneHost && isAlive ? " If one member is to be asked whatever the set says, add directConnection=true." : ""
        switch cause.reason {
        case .addressRefused:
            return "Give the members names in rs.conf() that lead to addresses which may be dialled; one that is more private than the "
                + "hosts of mongo_uri must be named there too."
        case .dns, .dnsUnavailable, .refused, .unreachable, .timeout, .disconnected:
            let start = isAlive || [.dns, .dnsUnavailable].contains(cause.reason) ? "" : "See whether it runs. "
            return "\(start)The members' names in rs.conf() must be resolvable on this machine and lead from it to them: correct them with "
                + "rs.reconfig(), or open the way.\(direct)"
        default: return cause.remedy
        }
    }

    private var noPrimary: ProbeFailure {
        var failure = errors.noPrimary
        let missing = unreached.values.sorted { $0.detail < $1.detail }
        guard !missing.isEmpty else { return failure }
        let more = missing.count > 3 ? ", and \(missing.count - 3) more" : ""
        failure.detail += " among the members that answer; " + missing.prefix(3).map(\.detail).joined(separator: "; ") + more
        return failure
    }

    private func shown(_ text: String) -> String { Scrubber().scrub(text, limit: 64) }
}
