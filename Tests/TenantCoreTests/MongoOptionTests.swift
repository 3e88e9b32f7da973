import TenantCore
import Testing

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

    @Test(arguments: ["proxyHost=socks", "proxyPort=1080", "loadBalanced=true", "tlsCertificateKeyFilePassword=hunter2"])
    func `options that would send the connection elsewhere are refused`(options: String) {
        #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(options)") }
    }

    @Test(arguments: [
        ("mongodb://mongo", "tls=false&tlsCAFile=/etc/ca.pem"), ("mongodb://a,b", "directConnection=true"),
        ("mongodb+srv://a.acme.com", "directConnection=true"), ("mongodb://mongo", "directConnection=perhaps"),
        ("mongodb://mongo", "authSource=admin"), ("mongodb://mongo", "authMechanism=SCRAM-SHA-256"),
        ("mongodb://app@mongo", "authMechanism=SCRAM-SHA-256"), ("mongodb://app:p@mongo", "authMechanism=MONGODB-AWS"),
        ("mongodb://mongo", "tls=true&authMechanism=MONGODB-X509"),
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
}
