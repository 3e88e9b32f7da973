import TenantCore
import Testing

struct MongoSettingsTests {
    @Test func `an authority of our own comes with TLS`() throws {
        let mongo = try loadOne(entry(["mongo_uri": "mongodb://mongo/?tls=true", "mongo_ca_file": "/etc/ca.pem"])).mongo
        #expect(mongo.tls?.caFile == "/etc/ca.pem")
    }

    @Test func `an authority in the connection string counts too`() throws {
        let mongo = try loadOne(entry(["mongo_uri": "mongodb://mongo/?tls=true&tlsCAFile=/etc/ca.pem"])).mongo
        #expect(mongo.tls?.caFile == "/etc/ca.pem")
    }

    @Test(arguments: ["mongodb://mongo", "mongodb://mongo/?tls=false", "mongodb://mongo/?tls=true&tlsCAFile=/etc/other.pem"])
    func `an authority without TLS, or beside another one, is an issue`(text: String) {
        let keys = errorKeys(of: entry(["mongo_uri": .string(text), "mongo_ca_file": "/etc/ca.pem"]))
        #expect(keys == ["mongo_ca_file"])
    }

    @Test func `the tenant's database is its own setting and not that of the login`() throws {
        let mongo = try loadOne(entry(["mongo_uri": "mongodb://app:p@mongo/admin", "mongo_database": "acme"])).mongo
        #expect(mongo.database == "acme")
        #expect(mongo.address.database == "admin")
    }
}
