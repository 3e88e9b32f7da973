extension TenantDecoder {
    /// Reads `redis_addr` and the keys beside it; a URL must not contradict them.
    func readRedis(_ reader: inout ObjectReader) -> Tenant.Redis? {
        let secret = reader.requiredSecret("redis_addr", isAddress: true)
        let index = reader.integer("redis_db", in: 0...15)
        let username = reader.filled("redis_username")
        let password = reader.secret("redis_password")
        let usesTLS = reader.boolean("redis_tls")
        let files = reader.tlsFiles("redis_")
        guard
            let address = reader.address(
                "redis_addr", secret?.reveal { $0 }, fix: "Write it like host:6379 or rediss://user:password@host:6379/0.",
                parse: { text throws(AddressProblem) in
                    let address = try RedisAddress.parse(text)
                    if let problem = address.endpoint.neverDialled { throw problem }
                    return address
                })
        else { return nil }
        reader.remember(address.password)
        noteStandIn(&reader, "redis_addr", address.password)
        agree(&reader, "redis_db", index, address.index)
        agree(&reader, "redis_tls", usesTLS, address.usesTLS)
        agree(&reader, "redis_username", username, address.username)
        agree(&reader, "redis_password", password, address.password)
        let redis = Tenant.Redis(
            endpoint: address.endpoint, index: index ?? address.index ?? 0,
            username: username ?? address.username, password: password ?? address.password,
            tls: reader.expectTLS("redis_", files, isUsed: usesTLS ?? address.usesTLS ?? false, fix: "Add \"redis_tls\": true."))
        if redis.username != nil, redis.password == nil {
            reader.note("redis_username", "is given without a password", fix: "Add redis_password.")
        }
        return redis
    }

    private func agree<Value: Equatable>(_ reader: inout ObjectReader, _ key: String, _ own: Value?, _ inURL: Value?) {
        guard let own, let inURL, own != inURL else { return }
        reader.note(key, "disagrees with the URL in redis_addr", fix: "Keep it in one of the two places.")
    }

    /// Names that a tenant's own labels may not take, because metrics and alerts use them.
    static let reservedLabels: Set<String> = [
        "tenant", "dependency", "check", "phase", "reason", "backend", "status", "name", "alertname", "severity",
        "frontend_url", "instance", "job", "le", "quantile", "version",
    ]

    /// Reads `labels`: at most 16 valid Prometheus label names with text values.
    func readLabels(_ reader: inout ObjectReader) -> [Tenant.Label] {
        guard let object = reader.object("labels") else { return [] }
        if object.members.count > 16 {
            reader.note("labels", "has \(object.members.count) labels", fix: "Keep at most 16: each multiplies the series.")
        }
        var labels: [Tenant.Label] = []
        for member in object.members {
            let key = "labels.\(Scrubber().scrub(member.key, limit: 64))"
            if Self.reservedLabels.contains(member.key) || member.key.hasPrefix("__") {
                reader.note(key, "is a name that Tenantwatch or Prometheus uses itself", fix: "Choose another name.")
            } else if !Self.isLabelName(member.key) {
                reader.note(key, "is not a label name", fix: "Use ASCII letters, digits and _, not starting with a digit.")
            } else if let text = member.value.text, text.utf8.count <= 128, !text.unicodeScalars.contains(where: isUnsafeToShow) {
                if let shape = Placeholder.shape(in: text, as: .prose) {
                    reader.note(key, "still has a placeholder (\(shape))", fix: "Put the real value in its place.")
                } else {
                    labels.append(Tenant.Label(name: member.key, value: text))
                }
            } else {
                reader.note(
                    key, "is not a text of at most 128 bytes without control characters", fix: "Shorten it and put it in double quotes.")
            }
        }
        return labels.sorted { $0.name < $1.name }
    }

    private static func isLabelName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let letters = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return letters && !bytes.isEmpty && bytes.count <= 64 && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[0])
    }

    /// Reads `<dependency>_interval` and `<dependency>_timeout` for every dependency that is probed.
    func readCadences(_ reader: inout ObjectReader) -> [String: Tenant.Cadence] {
        var cadences: [String: Tenant.Cadence] = [:]
        for dependency in dependencies {
            let interval = reader.duration("\(dependency)_interval", in: Self.cadenceRange)
            let timeout = reader.duration("\(dependency)_timeout", in: Self.cadenceRange)
            if let interval, let timeout, timeout > interval {
                reader.note(
                    "\(dependency)_timeout", "is longer than \(dependency)_interval, so that checks would overlap",
                    fix: "Lower the timeout or raise the interval.")
            }
            if interval != nil || timeout != nil {
                cadences[dependency] = Tenant.Cadence(interval: interval, timeout: timeout)
            }
        }
        return cadences
    }

    /// Warns of keys that neither the core nor a probe knows; the platform may know them.
    func noteUnknown(_ reader: inout ObjectReader, _ extras: JSONObject) {
        let known = reader.seen.union(knownExtras)
        for key in extras.keys where !knownExtras.contains(key) {
            let shown = Scrubber().scrub(key, limit: 64)
            let fix = nearest(to: key, among: known).map { "Did you mean \"\($0)\"?" } ?? "Remove it unless the platform needs it."
            reader.note(shown, "is a key that Tenantwatch does not know", fix: fix, severity: .warning)
        }
    }
}
