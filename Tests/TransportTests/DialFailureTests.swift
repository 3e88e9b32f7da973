import Checking
import Glibc
import Testing

@testable import Transport

/// What the system's and the resolver's own codes say of a dial that failed.
struct DialFailureTests {
    @Test(arguments: [
        (ECONNREFUSED, "refused"), (ENETUNREACH, "unreachable"), (ENETDOWN, "unreachable"), (EHOSTUNREACH, "unreachable"),
        (EHOSTDOWN, "unreachable"), (EACCES, "unreachable"), (EPERM, "unreachable"), (EAFNOSUPPORT, "unreachable"),
        (ETIMEDOUT, "timeout"), (ECONNRESET, "disconnected"), (EMFILE, "local_limit"), (ENFILE, "local_limit"),
        (ENOBUFS, "local_limit"), (ENOMEM, "local_limit"), (EADDRNOTAVAIL, "local_limit"),
    ])
    func `each error of the system has the reason that it shows`(code: Int32, reason: String) {
        let failure = ProbeFailure.unconnected("db:6379", errno: code)
        #expect(failure.reason.rawValue == reason)
        #expect(failure.detail.contains("db:6379"))
        #expect(!failure.remedy.isEmpty)
        #expect(failure.isUndecided == (reason == "local_limit"))
    }

    @Test func `errors that are repaired in different places have different remedies`() {
        let codes = [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EACCES, EAFNOSUPPORT, ETIMEDOUT, EMFILE, EADDRNOTAVAIL, ENOMEM]
        #expect(Set(codes.map { ProbeFailure.unconnected("db:1", errno: $0).remedy }).count == codes.count)
    }

    @Test(
        arguments: [
            (EAI_NONAME, "dns"), (Int32(-5), "dns"), (EAI_AGAIN, "dns_unavailable"), (EAI_FAIL, "dns_unavailable"),
            (EAI_MEMORY, "local_limit"),
            (0, "dns"),
        ] as [(Int32, String)])
    func `a name that is unknown is told from name servers that do not answer`(code: Int32, reason: String) {
        let failure = ProbeFailure.unresolved("db.example:6379", code: code, errno: 0)
        #expect(failure.reason.rawValue == reason)
        #expect(failure.evidence == (reason == "local_limit" ? .exhausted : .noName))
    }

    @Test func `a look-up for which this process has no descriptor says nothing about the name`() {
        #expect(ProbeFailure.unresolved("db.example:6379", code: EAI_SYSTEM, errno: EMFILE).reason == .localLimit)
    }

    @Test func `silent name servers are a failure of resolving and not of the server`() {
        let failure = ProbeFailure.nameServersSilent("db.example:6379")
        #expect(failure.reason == .dnsUnavailable)
        #expect(failure.detail.contains("name servers did not answer"))
        #expect(failure.detail.contains("resolve"))
        #expect(!failure.remedy.contains("overloaded"))
    }

    @Test(arguments: [40, 47, 49, 70, 71, 80, 86, 112] as [UInt8]) func `an alert says what kept the handshake from its end`(alert: UInt8) {
        let failure = ProbeFailure.unsecured("db:6379", alert: alert)
        #expect(failure.reason == .tls)
        #expect(failure.detail != ProbeFailure.unsecured("db:6379", alert: nil).detail)
    }
}
