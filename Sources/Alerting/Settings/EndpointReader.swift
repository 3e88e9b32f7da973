internal import TenantCore

/// Reads where and how a receiver is reached.
struct EndpointReader {
    private static let example = "Write a URL like https://hooks.example.com/alerts."

    /// What holds when the settings name no URL; nil requires one.
    var defaultURL: String?
    /// Headers that the receiver asks for, beside those of the settings.
    var moreHeaders: [ReceiverEndpoint.Header] = []

    /// A URL that was read, with its text.
    private typealias Address = (url: Secret, web: WebAddress)

    /// One endpoint.
    func read(_ reader: inout ObjectReader) -> ReceiverEndpoint? {
        let url =
            defaultURL == nil
            ? reader.requiredSecret("url", isAddress: true) : reader.secret("url", isAddress: true) ?? defaultURL.map { Secret($0) }
        let address = url.flatMap { Self.address($0, "url", allowsQuery: true, &reader) }
        return finish([address].compactMap { $0 }, &reader).first
    }

    /// The endpoints of a list, which differ by their URLs alone.
    func readAll(_ reader: inout ObjectReader) -> [ReceiverEndpoint]? {
        let urls = reader.require("urls") { $0.secrets("urls", areAddresses: true) } ?? []
        if urls.isEmpty, reader.isSound { reader.note("urls", "is empty", fix: "Write a URL like http://alertmanager:9093.") }
        let addresses = urls.enumerated().compactMap { index, url in
            Self.address(url, "urls[\(index)]", allowsQuery: false, &reader)
        }
        let endpoints = finish(addresses, &reader)
        return endpoints.isEmpty ? nil : endpoints
    }

    /// The URL for the dead-man's switch, asked as it is.
    static func ping(_ key: String, _ reader: inout ObjectReader) -> ReceiverEndpoint? {
        guard let url = reader.secret(key, isAddress: true), let address = address(url, key, allowsQuery: true, &reader) else { return nil }
        return ReceiverEndpoint(url: url, host: address.web.endpoint.description)
    }

    private static func address(_ url: Secret, _ key: String, allowsQuery: Bool, _ reader: inout ObjectReader) -> Address? {
        let web = url.reveal { text in
            reader.address(key, text, fix: example) { text throws(AddressProblem) in
                let web = try WebAddress.parse(text, allowsQuery: allowsQuery)
                if let problem = web.endpoint.neverDialled { throw problem }
                return web
            }
        }
        guard let web else { return nil }
        if !web.usesTLS, !web.isLoopback {
            reader.note(
                key, "uses http://, so that others can read and change what is sent", fix: "Use https:// unless the network is trusted.",
                severity: .warning)
        }
        return (url, web)
    }

    private func finish(_ addresses: [Address], _ reader: inout ObjectReader) -> [ReceiverEndpoint] {
        let credentials = readCredentials(&reader)
        let headers = readHeaders(&reader)
        let files = reader.tlsFiles("")
        let usesTLS = addresses.isEmpty || addresses.contains { $0.web.usesTLS }
        let tls = reader.expectTLS("", files, isUsed: usesTLS, fix: "Write the URL with https://.") ?? TLSSettings()
        let endpoints = addresses.map {
            ReceiverEndpoint(
                url: $0.url, host: $0.web.endpoint.description, tls: tls, credentials: credentials, headers: headers + moreHeaders)
        }
        if reader.isSound, let problem = endpoints.lazy.compactMap(\.problem).first {
            reader.noteHere("cannot be used, for \(problem)", fix: "Mend it.")
        }
        return endpoints
    }

    private func readCredentials(_ reader: inout ObjectReader) -> ReceiverEndpoint.Credentials? {
        let token = reader.secret("bearer_token")
        let username = reader.string("username")
        let password = reader.secret("password")
        if reader.has("bearer_token"), reader.has("username") || reader.has("password") {
            reader.note("bearer_token", "is given beside username and password", fix: "Keep one of the two ways.")
            return nil
        }
        if reader.has("username") != reader.has("password") {
            let (given, missing) = reader.has("username") ? ("username", "password") : ("password", "username")
            reader.note(given, "is given without \(missing)", fix: "Add \(missing).")
            return nil
        }
        if let token { return .bearer(token) }
        guard let username, let password else { return nil }
        return .basic(username: username, password: password)
    }

    private func readHeaders(_ reader: inout ObjectReader) -> [ReceiverEndpoint.Header] {
        reader.nested("headers") { reader -> [ReceiverEndpoint.Header]? in
            let names = reader.object.keys
            return names.compactMap { name in
                guard let value = reader.secret(name) else { return nil }
                let header = ReceiverEndpoint.Header(name: name, value: value)
                guard let problem = ReceiverEndpoint.problem(with: header) else { return header }
                reader.note(name, "cannot be sent, for \(problem)", fix: "Mend or remove the header.")
                return nil
            }
        } ?? []
    }
}
