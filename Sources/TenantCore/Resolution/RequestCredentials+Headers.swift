extension RequestCredentials {
    /// Headers that say something else when they occur twice, or that cannot be read.
    public struct HeaderProblem: Error, Sendable, Equatable {
        /// Names the header and never its value.
        public var text: String
    }

    /// Reads the headers of one request; their names count without case.
    ///
    /// - Throws: `HeaderProblem` when one of the three occurs with two values, for which of them counts would be a guess.
    public init(headers: [(name: String, value: String)]) throws(HeaderProblem) {
        self.init()
        let authorization = try Self.only("authorization", in: headers)
        if let authorization {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw HeaderProblem(text: "Authorization has a scheme other than Bearer")
            }
            token = Secret(String(parts[1]))
        }
        apiKey = try Self.only("x-api-key", in: headers).map { Secret($0) }
        tenantHeader = try Self.only("x-tenant-id", in: headers)
    }

    private static func only(_ name: String, in headers: [(name: String, value: String)]) throws(HeaderProblem) -> String? {
        let values = Set(headers.filter { $0.name.lowercased() == name }.map(\.value))
        guard values.count < 2 else { throw HeaderProblem(text: "\(name) is there with two values") }
        return values.first
    }
}
