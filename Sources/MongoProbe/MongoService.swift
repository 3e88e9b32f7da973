internal import CMongoc
internal import Checking
internal import TenantCore
internal import Transport

/// Looks up the SRV and TXT records behind `mongodb+srv://`.
///
/// Not left to libmongoc, which waits for name servers as long as the system's resolver does, in spite of any deadline. Names are
/// fully qualified: a search list leads to hosts that drivers refuse, because they are not below the name as it is written.
struct MongoService {
    /// The name server to ask, on loopback; nil asks those of the machine.
    var nameServerPort: Int?

    /// A set has at most as many members.
    private static let hostLimit = 50

    /// The address with what its records say.
    func resolve(_ address: MongoAddress, before deadline: ContinuousClock.Instant) throws(ProbeFailure) -> MongoAddress {
        guard let names = address.serviceRecords else { return address }
        let start = ContinuousClock.now
        do throws(ProbeFailure) {
            let services = try records("SRV", of: names.hosts, type: ns_t_srv, before: start + (deadline - start) / 2)
            let hosts = try hosts(services, of: names.options, record: names.hosts)
            let texts = try records("TXT", of: names.options, type: ns_t_txt, before: deadline)
            let chosen = address.serviceHostLimit.map { Array(hosts.shuffled().prefix($0)) } ?? hosts
            return address.resolved(to: chosen, options: try options(texts, of: names.options))
        } catch {
            var failure = error
            failure.phases[.resolve] = .now - start
            throw failure
        }
    }

    private func records(
        _ kind: String, of name: String, type: ns_type, before deadline: ContinuousClock.Instant
    ) throws(ProbeFailure) -> [DNSAnswer.Record] {
        var answer = [UInt8](repeating: 0, count: 64 * 1024)
        var problem: Int32 = 0
        let length = unsafe tw_look_up(
            name, Int32(type.rawValue), Int32(nameServerPort ?? 0), Int32(clamping: deadline.millisecondsLeft), &answer,
            Int32(answer.count), &problem)
        if length < 0 {
            // That there is no TXT record is usual.
            if kind == "TXT", problem == HOST_NOT_FOUND || problem == NO_DATA { return [] }
            throw unanswered(kind, of: name, problem)
        }
        guard Int(length) <= answer.count, let found = DNSAnswer(Array(answer.prefix(Int(length)))) else { throw broken(kind, of: name) }
        return found.records
    }

    private func hosts(_ records: [DNSAnswer.Record], of service: String, record: String) throws(ProbeFailure) -> [HostPort] {
        var hosts: [HostPort] = []
        for case .service(let host, let port) in records {
            // A target of "." says that the service is not there.
            if host.isEmpty { continue }
            guard let parsed = try? HostPort.parse("\(host):\(port)", defaultPort: port) else { throw broken("SRV", of: record) }
            guard Self.isBelow(host, Self.parent(of: service)) else { throw foreign(parsed, record: record, service: service) }
            if !hosts.contains(parsed) { hosts.append(parsed) }
        }
        guard !hosts.isEmpty else { throw missing(record) }
        guard hosts.count <= Self.hostLimit else { throw broken("SRV", of: record) }
        return hosts
    }

    private func options(_ records: [DNSAnswer.Record], of name: String) throws(ProbeFailure) -> [String: String] {
        let texts = records.compactMap { if case .text(let text) = $0 { String(decoding: text, as: UTF8.self) } else { nil } }
        guard texts.count < 2 else {
            throw Self.failure(
                "\(name) has several TXT records, and drivers take one", remedy: "Leave the one TXT record with options of MongoDB there.")
        }
        guard let options = MongoAddress.options(ofTextRecord: texts.first ?? "") else {
            throw Self.failure(
                "the TXT record of \(name) has something else than the options authSource, replicaSet and loadBalanced",
                remedy: "Correct the TXT record: it may hold these three options, separated by &, and nothing else.")
        }
        return options
    }

    /// What the hosts of a service must share with it: its domain, or the whole name where that has fewer than three parts.
    static func parent(of service: String) -> String {
        let labels = service.split(separator: ".")
        return (labels.count < 3 ? labels[...] : labels.dropFirst()).joined(separator: ".")
    }

    private static func isBelow(_ host: String, _ domain: String) -> Bool {
        host.lowercased().hasSuffix("." + domain.lowercased())
    }
}

extension MongoService {
    private static func failure(
        _ detail: String, remedy: String, reason: ProbeFailure.Reason = .dns, evidence: LocalEvidence? = nil
    ) -> ProbeFailure {
        ProbeFailure(reason, detail, remedy: remedy, scope: .backend, holdsFor: evidence == nil ? .zero : .seconds(10), evidence: evidence)
    }

    private func unanswered(_ kind: String, of name: String, _ problem: Int32) -> ProbeFailure {
        switch problem {
        case HOST_NOT_FOUND:
            Self.failure(
                "there is no \(kind) record \(name): the name does not exist",
                remedy: "Correct the host in mongo_uri, or create the record; a string that names hosts begins with mongodb://.",
                evidence: .noName)
        case NO_DATA: missing(name)
        case Int32(TW_TRUNCATED):
            Self.failure(
                "the \(kind) record \(name) does not fit into an answer over UDP, and the name servers of this machine gave none over TCP",
                remedy:
                    "Let this machine reach the name servers in /etc/resolv.conf over TCP too: see what `dig +tcp \(kind) \(name)` says.",
                reason: .dnsUnavailable, evidence: .noName)
        default:
            // Silent, refusing or failing, all of them.
            Self.failure(
                "the name servers of this machine gave no answer when they were asked for the \(kind) record \(name)",
                remedy: "See whether this machine reaches the name servers in /etc/resolv.conf, and what `dig \(kind) \(name)` says.",
                reason: .dnsUnavailable, evidence: .noName)
        }
    }

    private func missing(_ name: String) -> ProbeFailure {
        Self.failure(
            "\(name) has no SRV record",
            remedy: "Correct the host in mongo_uri, or create the record; a string that names hosts begins with mongodb://.")
    }

    private func broken(_ kind: String, of name: String) -> ProbeFailure {
        Self.failure(
            "the \(kind) record \(name) cannot be understood", remedy: "Compare the answer of `dig \(kind) \(name)` with RFC 2782.")
    }

    private func foreign(_ host: HostPort, record: String, service: String) -> ProbeFailure {
        Self.failure(
            "the SRV record \(record) names \(Scrubber().scrub(host.host, limit: 253)), which is not below \(Self.parent(of: service))",
            remedy: "Correct the record: drivers refuse hosts outside the domain of the service.")
    }
}
