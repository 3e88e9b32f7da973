internal import CCurl
internal import Checking
internal import Platform

/// Hears what a server says in TLS: whether it asks for a certificate of ours, and with which alert it hangs up.
///
/// Over TLS 1.3 our side of the handshake is done before the server has seen our certificate, so that a refusal comes
/// with the first read, or looks like any other hang-up.
final class TLSWitness: Sendable {
    private struct Memory {
        var showsCertificate = false
        var asksForCertificate = false
        var alert: UInt8?
        var isListening = false
    }

    private let memory = Guarded(Memory())

    /// Whether we have a certificate to show.
    var showsCertificate: Bool { memory.withLock { $0.showsCertificate } }
    /// Whether the server asked for one, and has not answered anything yet.
    var asksForCertificate: Bool { memory.withLock { $0.asksForCertificate } }
    /// The number of the last alert, as in section 6 of RFC 8446.
    var alert: UInt8? { memory.withLock { $0.alert } }

    /// Called before a handshake that may come.
    func begin(showsCertificate: Bool) {
        memory.withLock { $0 = Memory(showsCertificate: showsCertificate, isListening: true) }
    }

    /// Called as the server answers, which it does only when it is content with us.
    ///
    /// - Returns: true the first time.
    func end() -> Bool {
        memory.withLock { memory in
            defer { memory.isListening = false }
            memory.asksForCertificate = false
            return memory.isListening
        }
    }

    /// Takes one message as OpenSSL shows it: an alert has two bytes, a step of the handshake its type and length first.
    func take(_ message: some RandomAccessCollection<UInt8>) {
        guard let first = message.first, let last = message.last else { return }
        memory.withLock { memory in
            if message.count == 2, first == 1 || first == 2 { memory.alert = last }
            if message.count > 5, first == 13 { memory.asksForCertificate = true }
        }
    }
}

let hear: curl_debug_callback = { _, kind, bytes, count, context in
    guard kind == CURLINFO_SSL_DATA_IN, let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let witness = unsafe Unmanaged<TLSWitness>.fromOpaque(context).takeUnretainedValue()
    unsafe witness.take(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

extension ProbeFailure {
    /// Bad, unsupported, revoked, expired, unknown, of an unknown authority, missing: all about certificates.
    private static let alertsAboutCertificates: Set<UInt8> = [42, 43, 44, 45, 46, 48, 116]
    private static let certificateExpiredAlert: UInt8 = 45
    private static let handshakeFailureAlert: UInt8 = 40

    /// The server wants another certificate of ours, or any at all; nil when it did not say so.
    static func refusedCertificate(_ target: String, witness: TLSWitness) -> ProbeFailure? {
        guard let alert = witness.alert else { return nil }
        // Before TLS 1.3 there was no alert for a missing certificate.
        let isMissing = alert == handshakeFailureAlert && witness.asksForCertificate && !witness.showsCertificate
        guard isMissing || alertsAboutCertificates.contains(alert) else { return nil }
        if !witness.showsCertificate { return missingCertificate("\(target) asks for a client certificate, and this tenant has none") }
        if alert == certificateExpiredAlert {
            return ProbeFailure(
                .clientCertificate, "\(target) does not accept this tenant's client certificate, which has expired",
                remedy: "Renew the certificate in the tenant's …_cert_file; if it is new, check both clocks.", scope: .trust)
        }
        return ProbeFailure(
            .clientCertificate, "\(target) does not accept this tenant's client certificate",
            remedy: "Have the certificate in the tenant's …_cert_file signed by an authority that the server trusts; see its log.",
            scope: .trust)
    }

    /// The server closed a connection over TLS.
    static func ended(_ target: String, witness: TLSWitness) -> ProbeFailure {
        if let refusal = refusedCertificate(target, witness: witness) { return refusal }
        guard witness.asksForCertificate else { return .disconnected(target) }
        // MongoDB hangs up without a word.
        if !witness.showsCertificate {
            return missingCertificate("\(target) asked for a client certificate, got none and closed the connection")
        }
        var failure = disconnected(target)
        failure.remedy = "Read the server's log: it may not accept this tenant's client certificate, be restarting, or out of connections."
        return failure
    }

    private static func missingCertificate(_ detail: String) -> ProbeFailure {
        ProbeFailure(
            .clientCertificate, detail,
            remedy: "Give this tenant a certificate that the server's authority has signed: …_cert_file and …_key_file.", scope: .trust)
    }
}
