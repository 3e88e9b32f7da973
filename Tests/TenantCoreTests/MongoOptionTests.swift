import Testing

@testable import TenantCore

struct MongoOptionTests {
    @Test(arguments: [
        "tlsInsecure=true", "tlsAllowInvalidCertificates=true", "tlsAllowInvalidHostnames=true", "tls=true&tlsinsecure=true",
    ])
    func `options that switch off verification are refused`(options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(options)") }
    }

    @Test(arguments: ["tlsInsecure=TRUE", "tlsAllowInvalidCertificates=1", "tlsAllowInvalidHostnames=yes"])
    func `they are refused in every spelling that a driver may take for true`(options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(options)") }
    }

    @Test(arguments: ["proxyHost=socks", "proxyPort=1080", "tlsCertificateKeyFilePassword=hunter2"])
    func `options that would send the connection elsewhere are refused`(options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(options)") }
    }

    @Test(arguments: [
        ("mongodb://mongo", "tls=false&tlsCAFile=/etc/ca.pem"), ("mongodb://a,b", "directConnection=true"),
        ("mongodb+srv://a.acme.com", "directConnection=true"), ("mongodb://a,b", "loadBalanced=true"),
        ("mongodb://a", "loadBalanced=true&replicaSet=rs0"), ("mongodb://a", "loadBalanced=true&directConnection=true"),
        ("mongodb+srv://a.acme.com", "loadBalanced=true&srvMaxHosts=1"), ("mongodb://mongo", "directConnection=perhaps"),
        ("mongodb://mongo", "authSource="), ("mongodb://mongo", "authMechanism=SCRAM-SHA-256"),
        ("mongodb://app@mongo", "authMechanism=SCRAM-SHA-256"), ("mongodb://app:p@mongo", "authMechanism=MONGODB-AWS"),
    ])
    func `options that contradict each other are refused`(start: String, options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("\(start)/?\(options)") }
    }

    @Test(arguments: [
        ("mongodb://app:p@mongo", "authSource=admin"), ("mongodb://app:p@mongo", "authMechanism=SCRAM-SHA-1"),
        ("mongodb://app:p@mongo", "tls=true&authMechanism=PLAIN"), ("mongodb://mongo", "directConnection=true"),
        ("mongodb://mongo", "tls=true&tlsCertificateKeyFile=/etc/me.pem&authMechanism=MONGODB-X509"),
        ("mongodb://mongo", "tlsInsecure=false"), ("mongodb://a,b", "replicaSet=rs0&readPreference=secondaryPreferred"),
        ("mongodb://a", "maxPoolSize=10&connectTimeoutMS=500"),
    ])
    func `options that make sense are kept`(start: String, options: String) throws {
        let address = try MongoAddress.parse("\(start)/?\(options)")
        #expect(address.options.count == options.split(separator: "&").count)
    }

    @Test func `every option has one entry, and the page a row for it`() {
        #expect(Set(MongoOption.all.map(\.key)).count == MongoOption.all.count)
        for option in MongoOption.all {
            #expect(MongoOption.markdown.split(separator: "\n").filter { $0.hasPrefix("| `\(option.name)` |") }.count == 1)
        }
    }

    @Test(arguments: MongoOption.all.filter(\.isTuning))
    func `an option that only tunes never keeps a tenant from being watched`(option: MongoOption) throws {
        let values = ["", "-7", "nonsense", "true", "+5"]
        // Some say something only together with a mode of reading.
        for value in values {
            let address = try MongoAddress.parse("mongodb://mongo/?readPreference=nearest&\(option.name)=\(value)")
            let isTaken = option.takes(value)
            let isOdd = address.warnings.contains { $0.text.contains(option.name) }
            #expect(isTaken != isOdd || option.key == "readpreference", "\(value)")
        }
    }

    @Test(arguments: MongoOption.all.filter { !$0.isTuning })
    func `an option that decides how a check connects is never ignored`(option: MongoOption) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?tls=true&\(option.name)=") }
        let misspelt = option.name.dropLast() + "x"
        #expect(throws: AddressProblem.self, "\(misspelt)") { try MongoAddress.parse("mongodb://mongo/?tls=true&\(misspelt)=true") }
    }

    @Test(
        arguments: [
            "proxyHost=a&proxyHost=b", "proxyUsername=a&proxyPassword=b", "proxyPort=invalid",
            "tlsInsecure=false&tlsAllowInvalidHostnames=false",
            "tlsAllowInvalidCertificates=false&tlsInsecure=false", "tlsInsecure=false&tlsDisableOCSPEndpointCheck=true",
            "tlsDisableOCSPEndpointCheck=true&tlsDisableCertificateRevocationCheck=true",
            "tlsAllowInvalidCertificates=false&tlsDisableOCSPEndpointCheck=false", "ssl=true&tls=false", "srvServiceName=custom",
            "srvMaxHosts=2",
            "replicaSet=a&replicaSet=b", "tls=true&tls=false", "directConnection=1", "loadBalanced=1", "maxStalenessSeconds=120",
            "readPreferenceTags=dc:ny", "readPreference=nearest&maxStalenessSeconds=89",
            "authMechanismProperties=SERVICE_NAME:x", "gssapiServiceName=x", "tls=true&authMechanism=PLAIN", "authMechanism=MONGODB-CR",
        ])
    func `what the specifications forbid, or what cannot be done, is an error`(options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(options)") }
    }

    @Test(
        arguments: [
            ("user:p@", "authMechanism=PLAIN"), ("", "authMechanism=GSSAPI"), ("user@", "authMechanism=SCRAM-SHA-1"),
            ("user:p@", "tls=true&tlsCertificateKeyFile=/c&authMechanism=MONGODB-X509"),
            ("user@", "tls=true&authMechanism=MONGODB-X509&authSource=admin"), ("CN%3Dx@", "authMechanism=MONGODB-X509"),
            ("@", ""), (":@", ""), (":p@", ""),
        ])
    func `a login that cannot be meant so is an error`(login: String, options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://\(login)mongo/?\(options)") }
    }

    @Test(
        arguments: [
            ("mongodb://mongo/?foo=bar", "foo"), ("mongodb://mongo/?apName=x", "appName"), ("mongodb://mongo/?w=1&w=2", "twice"),
            ("mongodb://mongo/?replicaSet=a&replicaSet=a", "twice"), ("mongodb://mongo/?connectTimeoutMS=-2", "connectTimeoutMS"),
            ("mongodb://mongo/?authSource=admin", "without a user name"), ("mongodb://user@mongo", "no password"),
            ("mongodb://mongo/?minPoolSize=5&maxPoolSize=2", "minPoolSize"), ("mongodb://mongo/?zlibCompressionLevel=10", "-1 to 9"),
            ("mongodb://mongo/?tlsDisableCertificateRevocationCheck=false", "revoked"),
        ])
    func `what is odd and harmless is a warning`(text: String, word: String) throws {
        let warnings = try MongoAddress.parse(text).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.text.contains(word) == true, "\(warnings)")
        let found = issues(in: [entry(["mongo_uri": .string(text)])])
        #expect(found.map(\.path) == ["TENANT_CONFIGS[0].mongo_uri"])
        #expect(found.map(\.severity) == [.warning])
    }

    @Test(
        arguments: [
            "mongodb://mongo", "mongodb+srv://mongo.acme.com/?srvMaxHosts=0&replicaSet=a", "mongodb+srv://mongo.acme.com/?srvServiceName=x",
            "mongodb://a,b/?readPreference=nearest&readPreferenceTags=dc:ny&readPreferenceTags=&maxStalenessSeconds=120",
            "mongodb://mongo/?timeoutMS=0&serverMonitoringMode=poll&compressors=zstd,snappy,zlib&appName=x",
            "mongodb://mongo/?loadBalanced=false", "mongodb://mongo/?loadBalanced=true&directConnection=false",
            "mongodb+srv://mongo.acme.com/?loadBalanced=true",
            "mongodb://CN%3Dme@mongo/?tls=true&authMechanism=MONGODB-X509&authSource=$external", "mongodb://a/?TLS=true&Ssl=true",
            "mongodb://user:p@mongo/?tls=true&authMechanism=PLAIN&authSource=$external",
            "mongodb://mongo/?w=majority&wtimeoutMS=10&journal=true",
        ])
    func `what is valid is no issue`(text: String) throws {
        let address = try MongoAddress.parse(text)
        #expect(address.warnings.isEmpty)
    }
}
