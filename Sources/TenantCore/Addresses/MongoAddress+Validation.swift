extension MongoAddress {
    /// What keeps hosts, login and options from being meant together; each continues "it …".
    var contradictions: [AddressProblem] {
        var found: [String] = []
        if !usesTLS, options["tlscafile"] != nil || options["tlscertificatekeyfile"] != nil {
            found.append("names certificate files but switches TLS off")
        }
        if options["directconnection"] == "true", hosts.count > 1 || isService {
            found.append("has several hosts, which directConnection=true does not allow")
        }
        if options["loadbalanced"] == "true" {
            if hosts.count > 1 { found.append("has several hosts, which loadBalanced=true does not allow") }
            found += ["replicaSet", "directConnection", "srvMaxHosts"].filter { key in
                options[key.lowercasedASCII].map { $0 != "false" && $0 != "0" } ?? false
            }.map { "has both loadBalanced=true and \($0), which the specification forbids" }
        }
        if !isService {
            found += ["srvServiceName", "srvMaxHosts"].filter { options[$0.lowercasedASCII] != nil }.map {
                "has the option \($0), which belongs to mongodb+srv://"
            }
        }
        if isService, options["replicaset"] != nil, let most = options["srvmaxhosts"].flatMap({ Int($0) }), most != 0 {
            found.append("has both srvMaxHosts and replicaSet, which the specification forbids")
        }
        return (found + loginContradictions).map { AddressProblem($0) }
    }

    private var loginContradictions: [String] {
        guard let mechanism = options["authmechanism"] else { return [] }
        guard mechanism == "MONGODB-X509" else {
            if username == nil || password == nil { return ["has an authMechanism but no user name and password"] }
            return mechanism == "PLAIN" && !usesTLS ? ["asks for PLAIN without TLS, which would send the password in clear"] : []
        }
        var found: [String] = []
        if password != nil { found.append("has a password, which MONGODB-X509 does not take") }
        if !usesTLS { found.append("asks for MONGODB-X509, which needs TLS") }
        if let source = options["authsource"], source != "$external" {
            found.append("has an authSource other than $external, which MONGODB-X509 does not allow")
        }
        return found
    }

    /// What is odd about hosts, login and options together and keeps nobody from connecting.
    var oddities: [AddressProblem] {
        if options["authmechanism"] != nil { return [] }
        if username == nil, options["authsource"] != nil {
            return [AddressProblem("has authSource, which has no effect without a user name")]
        }
        return username != nil && password == nil ? [AddressProblem("has a user name but no password, so that no login can succeed")] : []
    }
}
