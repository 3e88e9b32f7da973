import TenantCore
import Testing

struct MongoSettingsTests {
    @Test func `an authority of our own comes with TLS`() throws {
        let mongo = try loadOne(entry(["mongo_uri": "mongodb://mongo/?tls=true", "mongo_ca_file": "/etc/ca.pem"])).mongo
        #expect(mongo?.tls?.caFile == "/etc/ca.pem")
    }

    @Test func `an authority in the connection string counts too`() throws {
        let mongo = try loadOne(entry(["mongo_uri": "mongodb://mongo/?tls=true&tlsCAFile=/etc/ca.pem"])).mongo
        #expect(mongo?.tls?.caFile == "/etc/ca.pem")
    }

    @Test(arguments: ["mongodb://mongo", "mongodb://mongo/?tls=false", "mongodb://mongo/?tls=true&tlsCAFile=/etc/other.pem"])
    func `an authority without TLS, or beside another one, is an issue`(text: String) {
        let keys = errorKeys(of: entry(["mongo_uri": .string(text), "mongo_ca_file": "/etc/ca.pem"]))
        #expect(keys == ["mongo_ca_file"])
    }

    @Test(
        arguments: [
            ("", nil, ["mongo_uri"]), ("CN%3Dx@", nil, ["mongo_uri"]), ("", "/etc/me.pem", []), ("CN%3Dx@", "/etc/me.pem", []),
        ] as [(String, String?, [String])])
    func `a login by certificate needs a certificate, wherever it is named`(login: String, file: String?, errors: [String]) {
        let uri = "mongodb://\(login)mongo/?tls=true&authMechanism=MONGODB-X509"
        #expect(errorKeys(of: entry(["mongo_uri": .string(uri), "mongo_cert_file": file.map { .string($0) }])) == errors)
        let both = file.map { "\(uri)&tlsCertificateKeyFile=\($0)" } ?? uri
        #expect(errorKeys(of: entry(["mongo_uri": .string(both)])) == errors)
    }

    @Test func `the driver reads who logs in from the certificate, wherever it is named`() throws {
        let uri: JSONValue = "mongodb://mongo/?tls=true&authMechanism=MONGODB-X509"
        let address = try #require(loadOne(entry(["mongo_uri": uri, "mongo_cert_file": "/etc/me.pem"])).mongo).address
        let expected = "mongodb://mongo:27017/?authMechanism=MONGODB-X509&tls=true&tlsCertificateKeyFile=%2Fetc%2Fme.pem"
        #expect(address.driverString.opened == expected)
    }

    @Test func `the tenant's database is its own setting and not that of the login`() throws {
        let mongo = try #require(loadOne(entry(["mongo_uri": "mongodb://app:p@mongo/admin", "mongo_database": "acme"])).mongo)
        #expect(mongo.database == "acme")
        #expect(mongo.address.database == "admin")
    }
}
