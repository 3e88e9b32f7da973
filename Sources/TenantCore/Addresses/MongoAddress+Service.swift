extension MongoAddress {
    /// The same address with the hosts and options of its DNS records in place of the service's name.
    ///
    /// Source: the MongoDB specification "Initial DNS Seedlist Discovery": options of the string come before those of the record,
    /// and TLS is on unless the string says otherwise.
    public func resolved(to hosts: [HostPort], options records: [String: String]) -> MongoAddress {
        var address = self
        address.hosts = hosts
        address.isService = false
        address.options = options.merging(records) { mine, _ in mine }
        for key in ["srvservicename", "srvmaxhosts"] { address.options[key] = nil }
        if usesTLS, options["tls"] == nil, options["ssl"] == nil { address.options["tls"] = "true" }
        // One host of a service may be one of several: it is not asked whatever it says.
        if address.options["directconnection"] == nil, address.options["loadbalanced"] != "true" {
            address.options["directconnection"] = "false"
        }
        return address
    }

    /// How many of the service's hosts are used; nil for all.
    public var serviceHostLimit: Int? { options["srvmaxhosts"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

    /// The names whose SRV and TXT records say what the string leaves out; nil when it names hosts.
    public var serviceRecords: (hosts: String, options: String)? {
        guard isService, let name = hosts.first?.host else { return nil }
        return ("_\(options["srvservicename"] ?? "mongodb")._tcp.\(name)", name)
    }

    /// The options in a TXT record, by lower-case name; nil when it has any other than those that it may have.
    public static func options(ofTextRecord text: String) -> [String: String]? {
        var found: [String: String] = [:]
        for option in text.split(separator: "&") {
            let parts = option.split(separator: "=", maxSplits: 1)
            let key = parts[0].lowercasedASCII
            guard parts.count == 2, ["authsource", "replicaset", "loadbalanced"].contains(key), let value = parts[1].percentDecoded,
                found[key] == nil
            else { return nil }
            found[key] = value
        }
        return found
    }
}
