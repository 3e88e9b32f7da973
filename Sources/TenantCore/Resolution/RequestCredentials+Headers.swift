extension RequestCredentials {
    /// Reads the headers of one request; their names count without case.
    ///
    /// One that cannot be read, or occurs with two values, of which any would be a guess, is among the `problems`. An empty
    /// header is there, unlike one that is missing.
    public init(headers: [(name: String, value: String)]) {
        self.init()
        token = read("authorization", as: .token, in: headers) { value throws(CredentialProblem) in Secret(try Self.bearer(value)) }
        apiKey = read("x-api-key", as: .apiKey, in: headers) { value throws(CredentialProblem) in Secret(value) }
        tenantHeader = read("x-tenant-id", as: .header, in: headers) { value throws(CredentialProblem) in value }
    }

    private mutating func read<Value>(
        _ name: String, as method: Resolution.Method, in headers: [(name: String, value: String)],
        _ parse: (String) throws(CredentialProblem) -> Value
    ) -> Value? {
        let values = headers.filter { $0.name.lowercasedASCII == name }.map(\.value)
        guard let value = values.first else { return nil }
        do throws(CredentialProblem) {
            // As bytes, for Swift takes some texts for equal that differ.
            guard values.allSatisfy({ $0.utf8.elementsEqual(value.utf8) }) else {
                throw CredentialProblem("is there with two values (\(name))")
            }
            return try parse(value)
        } catch {
            problems[method] = error
            return nil
        }
    }

    /// The token of `Bearer token`.
    private static func bearer(_ value: String) throws(CredentialProblem) -> String {
        guard !value.isEmpty else { throw CredentialProblem("is empty (authorization)") }
        let scheme = value.prefix { $0 != " " }
        guard scheme.lowercasedASCII == "bearer" else { throw CredentialProblem("has a scheme other than Bearer (authorization)") }
        let token = value.dropFirst(scheme.count).drop { $0 == " " }
        guard !token.isEmpty else { throw CredentialProblem("has nothing after Bearer (authorization)") }
        return String(token)
    }
}
