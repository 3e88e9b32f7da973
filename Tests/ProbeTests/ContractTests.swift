import Checking
import MongoProbe
import OIDCProbe
import RealServers
import RedisProbe
import TenantCore
import Testing

/// What every probe promises, whatever it probes. A fourth kind is one more element of `all`.
struct Contract: Sendable, CustomTestStringConvertible {
    let kind: any ProbeKind
    /// The tenant's keys that lead to a port of this machine, with passwords that must never be shown.
    let keys: @Sendable (Int) -> JSONObject
    var testDescription: String { kind.dependency.rawValue }

    static let canary = "c4n4ry-p4ssw0rd"
    static let all = [
        Contract(kind: MongoProbeKind()) { ["mongo_uri": .string("mongodb://user:\(canary)@127.0.0.1:\($0)/?authSource=admin")] },
        Contract(kind: RedisProbeKind()) { ["redis_addr": .string("redis://user:\(canary)@127.0.0.1:\($0)/3")] },
        Contract(kind: OIDCProbeKind()) {
            ["oidc_issuer": .string("http://127.0.0.1:\($0)/realms/one"), "oidc_client_secret": .string(canary)]
        },
    ]

    func ask(port: Int, timeout: Duration = .seconds(5)) throws -> Result<Reading, ProbeFailure> {
        try ProbeTests.ask(kind, keys(port), timeout: timeout)
    }
}

struct ContractTests {
    @Test(arguments: Contract.all) func `a closed port is refused, for the whole backend`(_ contract: Contract) throws {
        let result = try contract.ask(port: Ground.freePort())
        #expect(word(result) == "refused")
        #expect(throws: ProbeFailure.self) { try result.get() }
        if case .failure(let failure) = result { #expect(failure.scope == .backend) }
    }

    @Test(arguments: Contract.all) func `a server that never answers is a timeout of the whole backend`(_ contract: Contract) throws {
        let server = try ScriptedServer { _ in .silence }
        let result = try contract.ask(port: server.port, timeout: .milliseconds(300))
        #expect(word(result) == "timeout")
    }

    @Test(arguments: Contract.all) func `a silent server does not hold a check beyond its deadline`(_ contract: Contract) throws {
        let server = try ScriptedServer { _ in .silence }
        let start = ContinuousClock.now
        _ = try contract.ask(port: server.port, timeout: .milliseconds(300))
        // Twenty times the grace: tells a kept deadline from a library's own 10 or 30 s.
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test(arguments: Contract.all) func `a server of another protocol is a protocol error`(_ contract: Contract) throws {
        let server = try ScriptedServer { _ in .send(Array("220 mail.example ESMTP ready at your service, whatever you say\r\n".utf8)) }
        #expect(["protocol_error", "not_json"].contains(word(try contract.ask(port: server.port, timeout: .seconds(10)))))
    }

    @Test(arguments: Contract.all) func `a server that hangs up has disconnected`(_ contract: Contract) throws {
        let server = try ScriptedServer { _ in .close }
        #expect(word(try contract.ask(port: server.port, timeout: .seconds(10))) == "disconnected")
    }

    @Test(arguments: Contract.all) func `no failure shows a secret`(_ contract: Contract) throws {
        let echo = try ScriptedServer { .send(Array("-ERR you said \($0)\r\n".utf8)) }
        let silent = try ScriptedServer { _ in .silence }
        for port in [echo.port, silent.port, Ground.freePort()] {
            let result = try contract.ask(port: port, timeout: .milliseconds(300))
            var shown = ""
            dump(result, to: &shown)
            #expect(!shown.contains(Contract.canary))
            #expect(!"\(result)".contains(Contract.canary))
        }
    }

    @Test(arguments: Contract.all) func `every failure has a remedy and a reason of the catalogue`(_ contract: Contract) throws {
        let reasons = Set(contract.kind.catalogue.values.flatMap { $0 })
        let server = try ScriptedServer { _ in .close }
        for port in [server.port, Ground.freePort()] {
            guard case .failure(let failure) = try contract.ask(port: port) else { continue }
            #expect(reasons.contains(failure.reason))
            #expect(!failure.remedy.isEmpty)
        }
    }

    @Test func `metadata, link-local, multicast and unspecified addresses are refused in any spelling`() throws {
        let hosts = [
            "169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "0.0.0.0", "[::]", "[fe80::1]", "224.0.0.1", "2852039166",
            "0xa9fea9fe",
        ]
        for host in hosts {
            #expect(
                try verdict(RedisProbeKind(), ["redis_addr": .string("\(host):6379")], timeout: .seconds(10)) == "address_refused",
                "\(host)"
            )
            #expect(
                try verdict(MongoProbeKind(), ["mongo_uri": .string("mongodb://\(host):27017/")], timeout: .seconds(10))
                    == "address_refused", "\(host)")
            #expect(
                try verdict(OIDCProbeKind(), ["oidc_issuer": .string("https://\(host)/")], timeout: .seconds(10)) == "address_refused",
                "\(host)")
        }
    }

    @Test func `a name that nobody knows is a failure of dns`() throws {
        #expect(try verdict(RedisProbeKind(), ["redis_addr": "no-such-host.invalid:6379"], timeout: .seconds(20)) == "dns")
    }
}
