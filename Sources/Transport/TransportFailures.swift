internal import CCurl
public import Checking
internal import Glibc

extension ProbeFailure.Reason {
    /// Nobody listens on the port, or a firewall says so.
    public static let refused = ProbeFailure.Reason(rawValue: "refused")
    /// The host's name could not be resolved.
    public static let dns = ProbeFailure.Reason(rawValue: "dns")
    /// Whether the host's name exists could not be learnt: the name servers did not answer, or not usefully.
    public static let dnsUnavailable = ProbeFailure.Reason(rawValue: "dns_unavailable")
    /// No route leads to the host.
    public static let unreachable = ProbeFailure.Reason(rawValue: "unreachable")
    /// The TLS handshake failed, or a certificate file of the tenant cannot be used.
    public static let tls = ProbeFailure.Reason(rawValue: "tls")
    /// The server's certificate has expired or is not valid yet.
    public static let certificateExpired = ProbeFailure.Reason(rawValue: "certificate_expired")
    /// The server's certificate is for another name.
    public static let certificateName = ProbeFailure.Reason(rawValue: "certificate_name")
    /// The server's certificate is not signed by an authority that we trust.
    public static let certificateUnknown = ProbeFailure.Reason(rawValue: "certificate_unknown")
    /// The server does not accept our certificate, or that we have none.
    public static let clientCertificate = ProbeFailure.Reason(rawValue: "client_certificate")
    /// The endpoint leads to an address that the network policy does not allow.
    public static let addressRefused = ProbeFailure.Reason(rawValue: "address_refused")
    /// This process ran out of memory, ports or descriptors; says nothing about the subject.
    public static let localLimit = ProbeFailure.Reason(rawValue: "local_limit")

    /// Every reason for which a connection can fail, for the catalogues of probes.
    public static let transport: [ProbeFailure.Reason] = [
        .timeout, .disconnected, .garbage, .refused, .dns, .dnsUnavailable, .unreachable, .tls, .certificateExpired, .certificateName,
        .certificateUnknown, .clientCertificate, .addressRefused, .localLimit,
    ]
}

extension ProbeFailure {
    /// How long what may be our own network's fault must persist, so that there is time to see whether it is.
    static let ourselves = Duration.seconds(10)

    /// We ourselves ran out of something; says nothing about the subject.
    static var outOfMemory: ProbeFailure {
        ProbeFailure(
            .localLimit, "this process could not open another connection",
            remedy: "Raise the limits of memory and open files of this service.", isUndecided: true,
            evidence: .exhausted)
    }

    /// Nobody listens.
    static func refused(_ target: String) -> ProbeFailure {
        ProbeFailure(
            .refused, "\(target) refused the connection", remedy: "Start the server, or correct the port.", scope: .backend)
    }

    /// What a failed dial means.
    static func dialling(_ target: String, code: CURLcode, handle: borrowing CurlHandle) -> ProbeFailure {
        var failure = classify(target, code: code, handle: handle)
        failure.phases = handle.dialPhases
        return failure
    }

    private static func classify(_ target: String, code: CURLcode, handle: borrowing CurlHandle) -> ProbeFailure {
        if let refusal = handle.judge.refusal {
            return ProbeFailure(
                .addressRefused, "\(target) leads to \(refusal), which is never dialled",
                remedy: "Correct the address, or the DNS entry behind it.", scope: .backend)
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return unresolved(target, after: handle.seconds(CURLINFO_TOTAL_TIME_T))
        case CURLE_OPERATION_TIMEDOUT: return late(target, during: handle.lateStep, handle: handle)
        case CURLE_COULDNT_CONNECT:
            // Why there is no socket tells more than that there is none.
            let code = handle.judge.socketError
            return unconnected(target, errno: code != 0 ? code : Int32(clamping: handle.number(CURLINFO_OS_ERRNO)))
        case CURLE_PEER_FAILED_VERIFICATION:
            // libcurl says the same when it is our certificate that has expired.
            return refusedCertificate(target, witness: handle.witness)
                ?? unverified(target, result: handle.number(CURLINFO_SSL_VERIFYRESULT))
        case CURLE_SSL_CACERT_BADFILE:
            return ProbeFailure(
                .tls, "the CA file for \(target) cannot be read or used",
                remedy: "Check the tenant's …_ca_file: it must exist, be PEM and be readable by this service.", scope: .trust)
        case CURLE_SSL_CERTPROBLEM:
            return ProbeFailure(
                .tls, "the client certificate for \(target) or its key cannot be read or used",
                remedy: "Check the tenant's …_cert_file and …_key_file: PEM, readable, a pair, and no passphrase.", scope: .trust)
        default:
            return refusedCertificate(target, witness: handle.witness) ?? unsecured(target, alert: handle.witness.alert)
        }
    }

    private static func late(_ target: String, during step: Phase, handle: borrowing CurlHandle) -> ProbeFailure {
        if step == .resolve { return nameServersSilent(target) }
        // A server that speaks no TLS leaves the handshake unanswered: the trouble of those who ask for it.
        var failure = timeout(target, during: step, scope: !handle.judge.expectsTLS ? .backend : .trust)
        if step == .tls {
            failure.remedy = "See whether the port speaks TLS at all, and whether the server is overloaded or frozen."
        }
        return failure
    }

    /// What kept the handshake from its end, as far as the server said so with an alert (RFC 8446, section 6).
    static func unsecured(_ target: String, alert: UInt8?) -> ProbeFailure {
        let (meaning, remedy): (String, String) =
            switch alert {
            case 70, 86:
                (
                    "the server speaks no version of TLS that this machine accepts",
                    "Let the server speak TLS 1.2 or 1.3; versions before them are refused here."
                )
            case 112:
                (
                    "the server has no certificate for this name (unrecognized_name)",
                    "Use a name that the server, or the proxy before it, has a certificate for."
                )
            case 40, 47, 71:
                (
                    "the two have no cipher, curve or signature in common, or the server wants a client certificate",
                    "Compare the server's ciphers and curves with those of this machine's OpenSSL, and see its log."
                )
            case 49: ("the server denies access", "See the server's log: it does not let this machine or certificate in.")
            case 80: ("the server had an internal error", "See the server's log.")
            default:
                ("", "See whether the port speaks TLS at all, and whether the server asks for a client certificate.")
            }
        let end = meaning.isEmpty ? "" : ": \(meaning)"
        return ProbeFailure(.tls, "the TLS handshake with \(target) failed\(end)", remedy: remedy, scope: .trust)
    }

    /// What the system said when it could not connect.
    static func unconnected(_ target: String, errno code: Int32) -> ProbeFailure {
        switch code {
        case ECONNREFUSED: return refused(target)
        case ENETUNREACH, ENETDOWN:
            return unreachable(
                "this machine has no route to \(target)", "Check this machine's network and routes, and those to the server.")
        case EHOSTUNREACH, EHOSTDOWN:
            return unreachable(
                "\(target) cannot be reached: no host answers at its address, or a router or firewall says so",
                "See whether the host is up, and check the network and firewalls between this machine and it.")
        case EACCES, EPERM:
            return unreachable(
                "this machine's firewall does not let it connect to \(target)", "Allow the connection in this machine's firewall.")
        case EAFNOSUPPORT:
            return unreachable(
                "\(target) has an address of a family that this machine does not have, such as IPv6",
                "Enable IPv6 on this machine, or give the host an IPv4 address.")
        case ETIMEDOUT: return timeout(target, during: .connect, scope: .backend)
        case ECONNRESET, ECONNABORTED: return disconnected(target)
        case EMFILE, ENFILE:
            return local(
                "this process has too many files open to connect to \(target)",
                "Raise the limit of open files of this service (LimitNOFILE=).")
        case EADDRNOTAVAIL:
            return local(
                "this machine has no free port of its own to connect to \(target) from",
                "Raise net.ipv4.ip_local_port_range, and see which process holds so many connections.")
        case ENOBUFS, ENOMEM: return local("this machine has no memory left to connect to \(target)", "Raise the memory of this service.")
        default: return refused(target)
        }
    }

    private static func unreachable(_ detail: String, _ remedy: String) -> ProbeFailure {
        ProbeFailure(.unreachable, detail, remedy: remedy, scope: .backend, holdsFor: ourselves, evidence: .noRoute)
    }

    private static func local(_ detail: String, _ remedy: String) -> ProbeFailure {
        ProbeFailure(.localLimit, detail, remedy: remedy, isUndecided: true, evidence: .exhausted)
    }

    /// Codes of OpenSSL's `X509_verify_cert`; libcurl leaves 1 (or 0) when the chain was good and the name was not.
    private static func unverified(_ target: String, result: Int) -> ProbeFailure {
        switch result {
        case 9, 10:
            ProbeFailure(
                .certificateExpired, "the certificate of \(target) has expired or is not valid yet",
                remedy: "Renew the certificate; if it is new, check both clocks.", scope: .trust, evidence: .clock)
        case 0, 1, 62, 64:
            ProbeFailure(
                .certificateName, "the certificate of \(target) is for another name",
                remedy: "Use the name in the certificate, or issue one for this name.", scope: .trust)
        default:
            ProbeFailure(
                .certificateUnknown, "the certificate of \(target) is not signed by a trusted authority",
                remedy: "Give the authority's certificate in the tenant's …_ca_file, or send the whole chain.", scope: .trust)
        }
    }
}

extension CurlHandle {
    /// The step that was not done in time.
    var lateStep: Phase {
        if seconds(CURLINFO_NAMELOOKUP_TIME_T) == .zero { return .resolve }
        // The connect time is 0 until the handshake is over, but the socket has its own port by then.
        return judge.expectsTLS && number(CURLINFO_LOCAL_PORT) > 0 ? .tls : .connect
    }
}
