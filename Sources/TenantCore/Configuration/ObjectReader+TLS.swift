extension ObjectReader {
    /// Reads `text` of `key` with `parse`, turning its problem into an issue.
    public mutating func address<Address>(
        _ key: String, _ text: String?, fix: String, parse: (String) throws(AddressProblem) -> Address
    ) -> Address? {
        guard let text else { return nil }
        let placeholder = AddressPlaceholder(text)
        if case .address(let shape) = placeholder {
            note(key, "still has a placeholder (\(shape))", fix: "Put the real value in its place.")
            return nil
        }
        let address = Result { () throws(AddressProblem) in try parse(text) }
        if case .password(let shape) = placeholder {
            // Its own signs may keep the address from being read, and nobody shall encode them.
            var isCause = false
            if case .failure(let problem) = address { isCause = problem.text.hasPrefix(AddressProblem.unencodedLogin.text) }
            note(
                key, "has a password that looks like a placeholder (\(shape))",
                fix: "Put the real password there\(isCause ? ", percent-encoded" : "").", severity: isCause ? .error : .warning)
            if isCause { return nil }
        }
        switch address {
        case .success(let address): return address
        case .failure(let problem):
            note(key, problem.text, fix: problem.fix ?? fix, severity: problem.isUnsupported ? .warning : .error)
            return nil
        }
    }

    /// The files that `<prefix>ca_file`, `<prefix>cert_file` and `<prefix>key_file` name.
    public mutating func tlsFiles(_ prefix: String) -> TLSSettings {
        let files = TLSSettings(
            caFile: filled("\(prefix)ca_file"), certificateFile: filled("\(prefix)cert_file"), keyFile: filled("\(prefix)key_file"))
        if files.keyFile != nil, files.certificateFile == nil {
            note("\(prefix)key_file", "is given without \(prefix)cert_file", fix: "Add the certificate that belongs to the key.")
        }
        return files
    }

    /// The settings of a connection that uses TLS, nil for one in clear, which must not name files.
    public mutating func expectTLS(_ prefix: String, _ files: TLSSettings, isUsed: Bool, fix: String) -> TLSSettings? {
        if isUsed { return files }
        for (suffix, file) in [("ca", files.caFile), ("cert", files.certificateFile), ("key", files.keyFile)] where file != nil {
            note("\(prefix)\(suffix)_file", "is given, but the connection does not use TLS", fix: fix)
        }
        return nil
    }
}
