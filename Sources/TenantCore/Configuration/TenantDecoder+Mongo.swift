extension TenantDecoder {
    /// Reads `mongo_uri` and the keys beside it; nil when MongoDB cannot be checked.
    func readMongo(_ reader: inout ObjectReader) -> Tenant.Mongo? {
        let secret = reader.requiredSecret("mongo_uri", isAddress: true)
        let database = readDatabase(&reader)
        let files = reader.tlsFiles("mongo_")
        let fix = "Write it like mongodb://user:password@host:27017/?replicaSet=rs0."
        guard
            var address = reader.address(
                "mongo_uri", secret?.reveal { $0 }, fix: fix,
                parse: { text throws(AddressProblem) in
                    let address = try MongoAddress.parse(text)
                    if let problem = address.hosts.lazy.compactMap(\.neverDialled).first { throw problem }
                    return address
                })
        else { return nil }
        reader.remember(address.password)
        noteStandIn(&reader, "mongo_uri", address.password)
        for warning in address.warnings {
            reader.note("mongo_uri", warning.text, fix: "See docs/mongo-options.md for what becomes of each option.", severity: .warning)
        }
        var tls = reader.expectTLS("mongo_", files, isUsed: address.usesTLS, fix: "Add tls=true to mongo_uri.")
        for (key, option, path) in [
            ("mongo_ca_file", "tlsCAFile", \TLSSettings.caFile), ("mongo_cert_file", "tlsCertificateKeyFile", \.certificateFile),
        ] {
            guard let inURI = address.options[option.lowercased()] else { continue }
            if let own = files[keyPath: path], own != inURI {
                reader.note(key, "disagrees with \(option) in mongo_uri", fix: "Keep one of the two.")
            }
            tls?[keyPath: path] = inURI
        }
        if address.options["authmechanism"] == "MONGODB-X509" {
            if let file = tls?.certificateFile {
                address = address.showing(certificate: file)
            } else {
                let fix = "Add mongo_cert_file, or tlsCertificateKeyFile in mongo_uri."
                reader.note("mongo_uri", "asks for MONGODB-X509 without a certificate", fix: fix)
            }
        }
        guard let database else { return nil }
        return Tenant.Mongo(address: address, database: database, tls: tls)
    }

    private func readDatabase(_ reader: inout ObjectReader) -> String? {
        guard let database = reader.require("mongo_database", { $0.filled("mongo_database") }) else { return nil }
        let forbidden = "/\\. \"$"
        guard database.utf8.count <= 63, !database.contains(where: { forbidden.contains($0) }) else {
            reader.note("mongo_database", "is not a database name", fix: "Use at most 63 bytes without / \\ . space \" $.")
            return nil
        }
        return database
    }

    /// Warns of a password in an address that is a word from documentation.
    func noteStandIn(_ reader: inout ObjectReader, _ key: String, _ password: Secret?) {
        guard let password, password.reveal({ Placeholder.isStandIn($0) }) else { return }
        reader.note(
            key, "has a password that stands for one in documentation", fix: "Put the real password there.", severity: .warning)
    }
}
