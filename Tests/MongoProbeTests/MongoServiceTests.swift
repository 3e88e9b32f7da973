import Checking
import Glibc
import RealServers
import Synchronization
import TenantCore
import Testing

@testable import MongoProbe

/// Where `mongodb+srv://` leads.
struct MongoServiceTests {
    private static let record = "_mongodb._tcp.cluster.example.com"

    private func resolve(
        _ uri: String = "mongodb+srv://cluster.example.com/", within timeout: Duration = .seconds(5),
        overTCP stream: ScriptedNameServer.Script? = nil, script: @escaping ScriptedNameServer.Script
    ) throws -> Result<MongoAddress, ProbeFailure> {
        let server = try ScriptedNameServer(overTCP: stream, script)
        let address = try MongoAddress.parse(uri)
        return withExtendedLifetime(server) {
            Result { () throws(ProbeFailure) in try MongoService(nameServerPort: server.port).resolve(address, before: .now + timeout) }
        }
    }

    /// The answer for the host records, and for the options.
    private func answers(
        _ services: [ScriptedNameServer.Record], _ texts: [ScriptedNameServer.Record] = []
    ) -> @Sendable (String, UInt16) -> ScriptedNameServer.Answer {
        { name, kind in
            switch (name, kind) {
            case (Self.record, 33): .records(services)
            case ("cluster.example.com", 16): texts.isEmpty ? .failure(3) : .records(texts)
            default: .failure(3)
            }
        }
    }

    @Test func `hosts and options come from the records, and the string's own options before them`() throws {
        let script = answers(
            [.service("a.example.com", 27017), .service("B.Example.com", 27018), .service("a.example.com", 27017)],
            [.text(["authSource=users&", "replicaSet=rs0"])])
        let address = try resolve("mongodb+srv://acme:secret@cluster.example.com/acme_db?authSource=admin", script: script).get()
        #expect(address.hosts.map(\.description) == ["a.example.com:27017", "b.example.com:27018"])
        #expect(!address.isService)
        #expect(address.usesTLS)
        #expect(
            address.driverString.reveal { $0 }
                == "mongodb://acme:secret@a.example.com:27017,b.example.com:27018/acme_db"
                + "?authSource=admin&directConnection=false&replicaSet=rs0&tls=true")
        #expect(MongoSession.accepts(address))
    }

    @Test func `TLS can be switched off, and as many hosts are used as the string allows`() throws {
        let script = answers((1...5).map { .service("m\($0).example.com", 27017) })
        let address = try resolve("mongodb+srv://cluster.example.com/?tls=false&srvMaxHosts=2", script: script).get()
        #expect(address.hosts.count == 2)
        #expect(!address.usesTLS)
        #expect(MongoSession.accepts(address))
    }

    @Test(
        arguments: [
            (.failure(3), "does not exist"), (.records([]), "has no SRV record"), (.failure(2), "gave no answer"),
            (.failure(5), "gave no answer"), (.records([.service("a.other.com", 27017)]), "is not below example.com"),
            (.records([.service("example.com", 27017)]), "is not below example.com"),
            (.records([.service("a.notexample.com", 27017)]), "is not below example.com"),
            (.records([.service(".", 0)]), "has no SRV record"), (.records([.service("a.example.com", 0)]), "cannot be understood"),
            (.records([.raw(kind: 33, [0, 0])]), "cannot be understood"), (.records([.raw(kind: 1, [127, 0, 0, 1])]), "has no SRV record"),
            (.records((0..<51).map { .service("m\($0).example.com", 27017) }), "cannot be understood"),
        ] as [(ScriptedNameServer.Answer, String)]) func `what is wrong with the host records has its own sentence`(
            answer: ScriptedNameServer.Answer, sentence: String
        ) throws
    {
        let result = try resolve(within: .seconds(4)) { _, kind in kind == 33 ? answer : .failure(3) }
        guard case .failure(let failure) = result else { return #expect(Bool(false), "\(result)") }
        #expect(failure.reason.rawValue == (sentence == "gave no answer" ? "dns_unavailable" : "dns"))
        #expect(failure.detail.contains(sentence), "\(failure.detail)")
        #expect(!failure.remedy.contains("overloaded"))
        #expect(Array(failure.phases.keys) == [.resolve])
        #expect(failure.scope == .backend)
    }

    @Test(arguments: [UInt16(33), 16]) func `name servers that do not answer are named, before the deadline`(silent: UInt16) throws {
        let start = ContinuousClock.now
        let result = try resolve(within: .seconds(2)) { _, kind in
            kind == silent ? .silence : .records([.service("a.example.com", 27017)])
        }
        guard case .failure(let failure) = result else { return #expect(Bool(false), "\(result)") }
        #expect(failure.detail.contains("gave no answer when they were asked for the \(silent == 33 ? "SRV" : "TXT") record"))
        #expect(failure.remedy.contains("/etc/resolv.conf"))
        // The resolver's own patience is 5 s for each server and attempt.
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `more records than fit into a datagram are asked for over TCP`() throws {
        let script = answers((1...40).map { .service("member-with-a-long-name-\($0).example.com", 27017) }, [.text(["replicaSet=rs0"])])
        let address = try resolve(overTCP: script) { _, _ in .truncated }.get()
        #expect(address.hosts.count == 40)
        #expect(address.replicaSet == "rs0")
    }

    @Test(arguments: [true, false]) func `an answer that does not fit, and none over TCP, is called so before the deadline`(listens: Bool)
        throws
    {
        let start = ContinuousClock.now
        let silence: ScriptedNameServer.Script = { _, _ in .silence }
        let result = try resolve(within: .seconds(2), overTCP: listens ? silence : nil) { _, _ in .truncated }
        guard case .failure(let failure) = result else { return #expect(Bool(false), "\(result)") }
        #expect(failure.reason.rawValue == "dns_unavailable")
        #expect(failure.detail.contains("does not fit into an answer over UDP"))
        #expect(failure.remedy.contains("dig +tcp SRV \(Self.record)"))
        // The resolver itself would wait for TCP without end.
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `names are asked for as they are, whatever this machine's search list says`() async {
        await #expect(processExitsWith: .success) {
            setenv("LOCALDOMAIN", "ns.svc.cluster.local svc.cluster.local cluster.local", 1)
            setenv("RES_OPTIONS", "ndots:5", 1)
            let asked = Mutex<[String]>([])
            let server = try ScriptedNameServer { name, _ in
                asked.withLock { $0.append(name) }
                return .failure(3)
            }
            let address = try MongoAddress.parse("mongodb+srv://cluster.example.com/")
            let result = Result { () throws(ProbeFailure) in
                try MongoService(nameServerPort: server.port).resolve(address, before: .now + .seconds(5))
            }
            guard case .failure = result, asked.withLock({ $0 }) == ["_mongodb._tcp.cluster.example.com"] else { exit(1) }
        }
    }

    @Test(
        arguments: [
            [.text(["authSource=a"]), .text(["replicaSet=b"])], [.text(["ssl=false"])], [.text(["authSource"])], [.text(["v=spf1 -all"])],
            [.text(["authSource=a&authSource=b"])], [.text(["authSource=%zz"])],
        ] as [[ScriptedNameServer.Record]]) func `a TXT record with anything else is refused, as drivers do`(
            texts: [ScriptedNameServer.Record]
        ) throws
    {
        let result = try resolve(script: answers([.service("a.example.com", 27017)], texts))
        guard case .failure(let failure) = result else { return #expect(Bool(false), "\(result)") }
        #expect(failure.detail.contains("TXT record"))
        #expect(failure.remedy.contains("TXT record"))
    }

    @Test func `a check goes where the records lead`() throws {
        let server = try ScriptedMongo.answering { _, _ in nil }
        let names = try ScriptedNameServer(answers([.service("localhost.example.com", server.port)]))
        let kind = MongoProbeKind(hangUps: nil, service: MongoService(nameServerPort: names.port))
        let text = JSONValue.array([
            .object([
                "tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb+srv://cluster.example.com/?tls=false",
                "mongo_database": "acme_db", "redis_addr": "127.0.0.1:1",
            ])
        ]).description
        let tenant = try #require(
            try TenantLoader(environment: ["TENANT_CONFIGS": text], dependencies: ["mongo", "redis"]).load().tenants.first)
        let check = try #require(kind.checks(for: tenant, cadence: Cadence(interval: .seconds(60), timeout: .seconds(5))).first)
        // That name leads nowhere: the check fails at the dial of the host that the record names.
        #expect {
            _ = try check.probe.check(before: .now + .seconds(10))
        } throws: {
            ($0 as? ProbeFailure)?.detail.contains("localhost.example.com:\(server.port)") ?? false
        }
    }

    @Test func `an answer that lies is read to its end and no further`() {
        let good: [UInt8] =
            [0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 97, 0, 0, 33, 0, 1, 0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 9]
            + [0, 0, 0, 0, 0x69, 0x89, 1, 98, 0]
        #expect(DNSAnswer(good)?.records == [.service(host: "b", port: 27017)])
        for count in good.indices { #expect(DNSAnswer(Array(good[..<count])) == nil, "\(count)") }
        for position in good.indices {
            for byte: UInt8 in [0, 1, 0x3F, 0x40, 0xC0, 0xFF] {
                var bad = good
                bad[position] = byte
                _ = DNSAnswer(bad)
            }
        }
        // A name that points at itself, and one that points on.
        for pointer: UInt8 in [19, 21] {
            var bad = good
            bad[20] = pointer
            #expect(DNSAnswer(bad) == nil)
        }
    }
}
