/// An error that a server answered, and what it means.
struct MongoServerError: Equatable {
    enum Meaning: Equatable {
        case loginRefused, mechanismUnavailable, unauthorised
        /// The command is unknown here, or one of its options is.
        case unsupported
        /// Clients must declare a version of the stable API.
        case versionRequired
        case throttled, notPrimary, notReady, unconfigured, shuttingDown
        /// A mongos, or a proxy, that does not reach what is behind it.
        case partUnreachable
        case serverTimeout, diskFull, tlsRequired, tooManyConnections, noDatabase
        case other
    }

    var code: Int
    var message: String
    var labels: [String] = []

    init(code: Int, message: String, labels: [String] = []) {
        self.code = code
        self.message = message
        self.labels = labels
    }

    /// Nil when the answer is no error.
    init?(_ answer: BSONDocument) {
        let (code, message) = (answer.number("code"), answer.text("errmsg") ?? answer.text("$err"))
        guard answer.truth("ok") != true, code != nil || message != nil else { return nil }
        self.init(code: code ?? 0, message: message ?? "", labels: answer.texts("errorLabels"))
    }

    var meaning: Meaning {
        let text = message.lowercased()
        if isThrottled(text) { return .throttled }
        if Self.mechanisms.contains(where: { text.contains($0) }) { return .mechanismUnavailable }
        if let meaning = Self.codes[code] { return meaning }
        // Codes that stand for many causes, and none.
        return Self.texts.first { text.contains($0.fragment) }?.meaning ?? .other
    }

    /// Whether a check may go on with another command: it says something of this one alone.
    var isBearable: Bool { [.unsupported, .unauthorised, .noDatabase].contains(meaning) }

    private func isThrottled(_ text: String) -> Bool {
        [16500, 429, 462].contains(code) || labels.contains("SystemOverloadedError") || Self.throttlings.contains { text.contains($0) }
    }

    /// How Azure Cosmos DB, Amazon DocumentDB, MongoDB Atlas and proxies say that there are too many requests.
    private static let throttlings = [
        "request rate is large", "retryafterms", "rate limit", "ratelimit", "too many requests", "toomanyrequests", "throttl",
    ]

    /// Source: MongoDB's `error_codes.yml`, and the documents of Azure Cosmos DB, Amazon DocumentDB and FerretDB for 115, 238 and
    /// 303 to 305.
    private static let codes: [Int: Meaning] = {
        let groups: [(Meaning, [Int])] = [
            (.loginRefused, [11, 18, 31, 391]), (.mechanismUnavailable, [334]), (.unauthorised, [13]),
            (.unsupported, [9, 59, 72, 115, 166, 238, 303, 304, 305, 322, 323, 352, 40414, 40415]), (.versionRequired, [498_870]),
            (.notPrimary, [189, 10058, 10107, 11602, 13435]), (.notReady, [13436]), (.unconfigured, [93, 94]),
            (.shuttingDown, [91, 11600]), (.partUnreachable, [6, 7, 70, 71, 89, 133, 134, 202, 9001]), (.serverTimeout, [24, 46, 50, 262]),
            (.diskFull, [14031]), (.tlsRequired, [141]), (.noDatabase, [26]),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { meaning, codes in codes.map { ($0, meaning) } })
    }()

    /// What says more than the code with it, which is that of any option.
    private static let mechanisms = [
        "unsupported mechanism", "unsupported authentication mechanism", "is unknown or not enabled", "mechanism is not supported",
        "authentication is disabled", "mechanism is disabled",
    ]

    private static let texts: [(fragment: String, meaning: Meaning)] = [
        ("ssl/tls", .tlsRequired), ("only allow ssl", .tlsRequired), ("ssl connection is required", .tlsRequired),
        ("tls is required", .tlsRequired), ("requires tls", .tlsRequired),
        ("bad auth", .loginRefused), ("authentication failed", .loginRefused), ("auth failed", .loginRefused),
        ("invalid key", .loginRefused), ("user not found", .loginRefused), ("could not find user", .loginRefused),
        ("not authorized", .unauthorised), ("unauthorized", .unauthorised), ("not allowed to do action", .unauthorised),
        ("requires authentication", .unauthorised), ("authentication required", .unauthorised),
        ("too many open connections", .tooManyConnections), ("too many connections", .tooManyConnections),
        ("connection limit", .tooManyConnections),
        ("cmd_not_allowed", .unsupported), ("no such command", .unsupported), ("no such cmd", .unsupported),
        ("command not found", .unsupported), ("not supported", .unsupported), ("unsupported", .unsupported),
        ("unrecognized", .unsupported), ("unknown field", .unsupported), ("unknown option", .unsupported),
        ("not implemented", .unsupported), ("apiversion parameter is required", .versionRequired),
        ("not master", .notPrimary), ("not primary", .notPrimary), ("node is recovering", .notReady),
        ("shutdown in progress", .shuttingDown), ("shutting down", .shuttingDown), ("no space left", .diskFull),
        ("space quota", .diskFull),
    ]

    /// When to ask again at the earliest, where the answer says so: Azure Cosmos DB writes `RetryAfterMs=34`.
    var retryAfter: Duration? {
        let text = message.lowercased()
        for (mark, unit) in [
            ("retryafterms", 1.0), ("retry-after-ms", 1.0), ("retry after", nil), ("retry-after", nil), ("retryafter", nil),
        ] {
            guard let range = text.firstRange(of: mark) else { continue }
            let rest = text[range.upperBound...].drop { " =:\"'".contains($0) }
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits.last == "." ? digits.dropLast() : digits), number.isFinite else { continue }
            let isMilliseconds = rest.dropFirst(digits.count).drop { $0 == " " }.hasPrefix("m")
            let milliseconds = number * (unit ?? (isMilliseconds ? 1 : 1000))
            return .milliseconds(Int64(min(milliseconds.rounded(.up), 86_400_000)))
        }
        return nil
    }

    /// The name of a code, of those that are common; never the server's own text, which may hold anything.
    var name: String? { Self.names[code] }

    private static let names: [Int: String] = [
        1: "InternalError", 2: "BadValue", 8: "UnknownError", 17: "ProtocolError", 20: "IllegalOperation", 24: "LockTimeout",
        46: "LockBusy", 50: "MaxTimeMSExpired", 73: "InvalidNamespace", 125: "CommandFailed", 211: "KeyNotFound",
        262: "ExceededTimeLimit", 8000: "AtlasError", 13297: "DatabaseDifferCase",
    ]
}
