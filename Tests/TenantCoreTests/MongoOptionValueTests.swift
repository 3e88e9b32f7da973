import Testing

@testable import TenantCore

/// Values of options that have no effect on a check, and of some that do.
struct MongoOptionValueTests {
    @Test(arguments: [
        "compressors=jpeg", "compressors=zlib,jpeg", "compressors=ZLIB", "compressors=zlib,,snappy", "compressors=,", "w=-2", "w=-1", "w=",
        "maxConnecting=0", "waitQueueTimeoutMS=0", "waitQueueMultiple=0", "heartbeatFrequencyMS=499", "connectTimeoutMS=+5",
        "connectTimeoutMS=-1", "connectTimeoutMS=1e3", "connectTimeoutMS=%D9%A3", "connectTimeoutMS=2147483648", "timeoutMS=-0",
        "wtimeoutMS=9223372036854775808", "appName=\(String(repeating: "a", count: 129))", "uuidRepresentation=bogus",
        "readPreferenceTags=invalid", "readPreferenceTags=dc:ny,rack", "readPreferenceTags=:x", "maxStalenessSeconds=invalid",
        "maxStalenessSeconds=-2", "maxStalenessSeconds=", "maxAdaptiveRetries=-1", "adaptiveRetries=maybe",
        "enableOverloadRetargeting=1", "readPreference=Primary",
    ])
    func `a wrong value of an option without effect is a warning that says what is right`(option: String) throws {
        let (name, warnings) = (option.prefix { $0 != "=" }, try MongoAddress.parse("mongodb://mongo/?\(option)").warnings)
        #expect(warnings.count == 1)
        let text = try #require(warnings.first?.text)
        #expect(text.hasPrefix("has the option \(name) with a value that is ") && text.hasSuffix(", which is ignored"))
    }

    @Test(arguments: [
        "wtimeoutMS=2147483648", "readPreference=secondary&readPreferenceTags=", "heartbeatFrequencyMS=500", "maxConnecting=1", "w=0",
        "w=3",
        "w=majority", "w=arbitraryButStillValid", "compressors=snappy,zlib,zstd", "zlibCompressionLevel=-1", "timeoutMS=0",
        "connectTimeoutMS=2147483647", "appName=\(String(repeating: "a", count: 128))", "readPreference=nearest&maxStalenessSeconds=90",
        "readPreference=nearest&maxStalenessSeconds=-1", "adaptiveRetries=true", "maxAdaptiveRetries=2", "enableOverloadRetargeting=false",
        "readPreference=secondary&readPreferenceTags=dc:ny,rack:1", "w=majority&j=true", "appName=My%20App", "appName=My App",
    ])
    func `a right value is no issue`(options: String) throws {
        #expect(try MongoAddress.parse("mongodb://mongo/?\(options)").warnings.isEmpty)
    }

    @Test func `writes that nobody confirms and a journal contradict each other, which changes no check`() throws {
        let warnings = try MongoAddress.parse("mongodb://mongo/?w=0&journal=true").warnings
        #expect(warnings == [AddressProblem("has both w=0 and journal=true, which contradict each other")])
    }

    @Test(arguments: ["wtimeout=5&wtimeoutMS=6", "j=true&journal=false"])
    func `an option beside its older name is a warning when they differ`(options: String) throws {
        #expect(try MongoAddress.parse("mongodb://mongo/?\(options)").warnings.count == 1)
    }

    @Test(arguments: [
        ("mongodb+srv://c.acme.com/?srvMaxHosts=+2", "0 to 2147483647"), ("mongodb+srv://c.acme.com/?srvMaxHosts=-1", "0 to 2147483647"),
        ("mongodb+srv://c.acme.com/?srvMaxHosts=2147483648", "0 to 2147483647"),
        ("mongodb+srv://c.acme.com/?srvServiceName=a.b", "letters"), ("mongodb+srv://c.acme.com/?srvServiceName=_mongodb", "letters"),
        ("mongodb+srv://c.acme.com/?srvServiceName=a%00b", "letters"),
        ("mongodb+srv://c.acme.com/?srvAllowedHostsSuffix=.acme.com", "not supported"), ("mongodb://mongo/?replicaSet=rs0%20", "space"),
        ("mongodb://mongo/?replicaSet=rs0 ", "space"), ("mongodb://mongo/?replicaSet=rs%0A", "control"),
        ("mongodb://u:p@mongo/?authSource=adm%00in", "control"), ("mongodb://mongo/?tls=%E2%84%AA", "neither true nor false"),
        ("mongodb://u:p@mongo/?authMechanism=MONGODB-OIDC", "MONGODB-OIDC, which is not supported"),
        ("mongodb://u:p@mongo/?authMechanism=scram-sha-256", "none of SCRAM-SHA-1"),
    ])
    func `a wrong value of an option that is used is an error that says what is right`(text: String, word: String) {
        let problem = #expect(throws: AddressProblem.self) { try MongoAddress.parse(text) }
        #expect(problem?.text.contains(word) == true, "\(problem?.text ?? "")")
    }
}
