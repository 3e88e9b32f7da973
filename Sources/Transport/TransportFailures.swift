internal import CCurl
public import Checking
internal import Glibc

extension ProbeFailure.Reason {
    /// Nobody listens on the port, or a firewall says so.
    public static let refused = ProbeFailure.Reason(rawValue: "refused")
    /// The host's name could not be resolved.
    public static let dns = ProbeFailure.Reason(rawValue: "dns")
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
        .timeout, .disconnected, .garbage, .refused, .dns, .unreachable, .tls, .certificateExpired, .certificateName,
        .certificateUnknown, .clientCertificate, .addressRefused, .localLimit,
    ]
}

extension ProbeFailure {
    /// How long what may be our own network's fault must persist, so that there is time to see whether it is.
    private static let ourselves = Duration.seconds(10)

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
        case CURLE_COULDNT_RESOLVE_HOST:
            return ProbeFailure(
                .dns, "the name of \(target) could not be resolved",
                remedy: "Check the host name and this machine's DNS.", scope: .backend, holdsFor: ourselves,
                evidence: .noName)
        case CURLE_OPERATION_TIMEDOUT: return late(target, during: handle.lateStep, handle: handle)
        case CURLE_COULDNT_CONNECT: return unconnected(target, errno: Int32(clamping: handle.number(CURLINFO_OS_ERRNO)))
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
        default: return refusedCertificate(target, witness: handle.witness) ?? unsecured(target)
        }
    }

    private static func late(_ target: String, during step: Phase, handle: borrowing CurlHandle) -> ProbeFailure {
        // A server that speaks no TLS leaves the handshake unanswered: the trouble of those who ask for it.
        let isShared = !handle.judge.expectsTLS || step == .resolve
        var failure = timeout(target, during: step, scope: isShared ? .backend : .trust)
        if step == .tls {
            failure.remedy = "See whether the port speaks TLS at all, and whether the server is overloaded or frozen."
        }
        return failure
    }

    private static func unsecured(_ target: String) -> ProbeFailure {
        ProbeFailure(
            .tls, "the TLS handshake with \(target) failed",
            remedy: "See whether the port speaks TLS at all, and whether the server asks for a client certificate.", scope: .trust)
    }

    private static func unconnected(_ target: String, errno code: Int32) -> ProbeFailure {
        switch code {
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN:
            ProbeFailure(
                .unreachable, "there is no route to \(target)",
                remedy: "Check the network between this machine and the server.", scope: .backend, holdsFor: ourselves,
                evidence: .noRoute)
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL: outOfMemory
        default: refused(target)
        }
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
