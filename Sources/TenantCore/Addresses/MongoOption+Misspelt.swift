extension MongoOption {
    /// What may be meant by a name that is none of ours and that a driver would ignore.
    struct Guess {
        /// Continues "may be meant"; nil when nobody knows.
        var meant: String?
        /// Whether ignoring it could change to whom or how a check connects; otherwise it is harmless.
        var isDecisive: Bool
        /// Whether the name is almost one of ours or is another driver's, so that it cannot be part of a password.
        var isFamiliar: Bool
    }

    /// Guesses what is meant by an unknown name.
    static func guess(_ written: some StringProtocol) -> Guess {
        let name = trimmed(written.percentDecoded ?? String(written)).lowercasedASCII
        let match = named(name) ?? nearest(to: name, among: all.map(\.key)).flatMap { named($0) }
        if let match, !match.isTuning { return Guess(meant: match.name, isDecisive: true, isFamiliar: true) }
        if let meant = foreign[name] { return Guess(meant: meant, isDecisive: true, isFamiliar: true) }
        let family = families.first { name.hasPrefix($0.start) || $0.isAnywhere && name.contains($0.start) }
        if let family { return Guess(meant: family.meant, isDecisive: true, isFamiliar: false) }
        return Guess(meant: match?.name, isDecisive: false, isFamiliar: match != nil)
    }

    /// Without spaces at its ends; `trimmingCharacters` is Foundation's.
    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// What other drivers, shells and older versions call options that are used.
    private static let foreign: [String: String] = {
        let names: [(meant: String, spellings: [String])] = [
            ("tls", ["usetls", "usessl", "secure", "encrypt", "encrypted"]),
            ("tlsCAFile", ["ssl_ca_certs", "sslcertificateauthorityfile", "sslcafile", "sslca", "cafile", "tlsca"]),
            (
                "tlsCertificateKeyFile",
                [
                    "ssl_certfile", "ssl_keyfile", "sslclientcertificatekeyfile", "sslpemkeyfile", "sslcert", "sslkey",
                    "tlscertificatefile", "tlsclientcertfilepath", "tlsclientkeyfile",
                ]
            ),
            ("replicaSet", ["replset", "replsetname", "replicasetname", "rs", "rsname", "rs_name", "setname"]),
            ("authSource", ["authdb", "authdatabase"]), ("authMechanism", ["mechanism"]),
            ("the login before the @", ["user", "username", "password", "pass", "pwd"]),
        ]
        return Dictionary(uniqueKeysWithValues: names.flatMap { entry in entry.spellings.map { ($0, entry.meant) } })
    }()

    /// Names that begin so, or hold it anywhere, are about security, whatever they say.
    private static let families: [(start: String, isAnywhere: Bool, meant: String)] = [
        ("tls", true, "tls, tlsCAFile or tlsCertificateKeyFile"), ("ssl", true, "tls, tlsCAFile or tlsCertificateKeyFile"),
        ("auth", false, "authSource or authMechanism"), ("srv", false, "srvServiceName or srvMaxHosts"),
        ("proxy", false, "a proxy, which is not supported,"), ("gssapi", false, "GSSAPI, which is not supported,"),
    ]
}
