import Testing

@testable import TenantCore

/// Options that nobody knows by the name that is written.
struct MongoOptionNameTests {
    @Test(arguments: [
        ("useTLS=true", "tls"), ("useSSL=1", "tls"), ("secure=true", "tls"), ("encrypt=true", "tls"), ("tlsVersion=1.0", "tls"),
        ("minTlsVersion=1.0", "tls"), ("t%6Cs=true", "tls"), ("%20tls=true", "tls"), ("tls%20=true", "tls"), (" tls=true", "tls"),
        ("+tls=true", "tls"), ("tls%E2%80%8B=true", "tls"), ("ssl_ca_certs=/ca.pem", "tlsCAFile"),
        ("sslCertificateAuthorityFile=/ca.pem", "tlsCAFile"), ("tlsCertificateFile=/c.pem", "tlsCertificateKeyFile"),
        ("sslClientCertificateKeyFile=/c.pem", "tlsCertificateKeyFile"), ("sslAllowInvalidCertificates=true", "tls"),
        ("sslAllowInvalidHostnames=true", "tls"), ("tlsAllowInsecure=true", "tls"), ("ssl_cert_reqs=CERT_NONE", "tls"),
        ("sslValidate=false", "tls"), ("tlsCRLFile=/crl", "tls"), ("replSet=rs0", "replicaSet"), ("rs=rs0", "replicaSet"),
        ("replica%53et=rs0", "replicaSet"), ("authDb=admin", "authSource"), ("authdatabase=admin", "authSource"),
        ("auhtSource=admin", "authSource"), ("authFoo=1", "authSource"), ("srvFoo=1", "srvServiceName"), ("proxyFoo=1", "proxy"),
        ("username=alice", "login"), ("password=x", "login"),
    ])
    func `one that may be about security is an error with a suggestion`(option: String, meant: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse("mongodb://mongo/?\(option)") }
        #expect(problem?.text.contains("\(meant)") == true && problem?.text.contains("may be meant") == true, "\(problem?.text ?? "")")
    }

    @Test(arguments: [
        ("foo=bar", "the unknown option foo, which is ignored"), ("apName=x", "appName may be meant"),
        ("app%4Eame=x", "appName may be meant"), ("a_b=x", "an unknown option, which is ignored"),
    ])
    func `any other is a warning`(option: String, word: String) throws {
        let warnings = try MongoAddress.parse("mongodb://user:p@mongo/?\(option)").warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.text.contains(word) == true, "\(warnings)")
    }
}
