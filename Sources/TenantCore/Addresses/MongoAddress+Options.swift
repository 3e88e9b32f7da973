extension MongoAddress {
    /// Options that would weaken the connection or send it elsewhere, with the reason for the refusal.
    private static let refusedUnlessFalse = [
        "tlsinsecure": "switches off the verification of certificates; give mongo_ca_file instead",
        "tlsallowinvalidcertificates": "switches off the verification of certificates; give mongo_ca_file instead",
        "tlsallowinvalidhostnames": "switches off the verification of the host's name; give the server a certificate for its name",
        "loadbalanced": "is not supported",
    ]

    private static let refused = [
        "proxyhost": "is not supported", "proxyport": "is not supported",
        "proxyusername": "is not supported", "proxypassword": "is not supported",
        "tlscertificatekeyfilepassword": "is not supported; keep the key in a file that only this service may read",
    ]

    private static let mechanisms: Set<String> = ["SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN", "MONGODB-X509"]

    /// Checks what the options mean together.
    func validate() throws(AddressProblem) {
        for (name, reason) in Self.refusedUnlessFalse.sorted(by: { $0.key < $1.key }) where options[name, default: "false"] != "false" {
            throw AddressProblem("has the option \(name), which \(reason)")
        }
        for (name, reason) in Self.refused.sorted(by: { $0.key < $1.key }) where options[name] != nil {
            throw AddressProblem("has the option \(name), which \(reason)")
        }
        for name in ["tls", "ssl", "directconnection", "retrywrites", "retryreads"] {
            guard let value = options[name], value != "true", value != "false" else { continue }
            throw AddressProblem("has the option \(name) with a value that is neither true nor false")
        }
        if !usesTLS, options["tlscafile"] != nil || options["tlscertificatekeyfile"] != nil {
            throw AddressProblem("names certificate files but switches TLS off")
        }
        if options["directconnection"] == "true", hosts.count > 1 || isService {
            throw AddressProblem("has several hosts, which directConnection=true does not allow")
        }
        try validateAuthentication()
    }

    private func validateAuthentication() throws(AddressProblem) {
        guard let mechanism = options["authmechanism"] else {
            if username == nil, options["authsource"] != nil { throw AddressProblem("has authSource but no user name") }
            return
        }
        guard Self.mechanisms.contains(mechanism) else {
            throw AddressProblem("has an authMechanism other than \(Self.mechanisms.sorted().joined(separator: ", "))")
        }
        if mechanism == "MONGODB-X509" {
            guard options["tlscertificatekeyfile"] != nil else {
                throw AddressProblem("asks for MONGODB-X509 without tlsCertificateKeyFile")
            }
        } else if username == nil || password == nil {
            throw AddressProblem("has an authMechanism but no user name and password")
        }
    }
}
