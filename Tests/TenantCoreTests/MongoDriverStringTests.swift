import Testing

@testable import TenantCore

/// What the driver is handed: nothing but what was understood.
struct MongoDriverStringTests {
    @Test(arguments: [
        ("mongodb://a", "mongodb://a:27017/"),
        (
            "mongodb://user:p%40ss@A,b:1/db?w=nonsense&tls=true&foo=bar&replicaSet=rs%30&connectTimeoutMS=x",
            "mongodb://user:p%40ss@a:27017,b:1/db?replicaSet=rs0&tls=true"
        ),
        ("mongodb+srv://u:@C.acme.com./?SRVmaxHosts=2", "mongodb+srv://u:@c.acme.com./?srvMaxHosts=2"),
        ("mongodb://!$&'()*+,;=:[x]#@[::1]/a,b;TLS", "mongodb://%21%24%26%27%28%29%2A%2B%2C%3B%3D:%5Bx%5D%23@[::1]:27017/a%2Cb%3BTLS"),
        ("mongodb://h/?replicaSet=a%26tls%3Dfalse;tls=true", "mongodb://h:27017/?replicaSet=a%26tls%3Dfalse&tls=true"),
        ("mongodb://h/?authSource=%C3%A9&TLS=true&tls=true", "mongodb://h:27017/?authSource=%C3%A9&tls=true"),
        (
            "mongodb://u:p@h/?tls=true&authMechanism=PLAIN&authSource=$external",
            "mongodb://u:p@h:27017/?authMechanism=PLAIN&authSource=%24external&tls=true"
        ),
    ])
    func `the driver gets the parts that are used, written anew, and none that is ignored`(text: String, expected: String) throws {
        #expect(try MongoAddress.parse(text).driverString.opened == expected)
    }

    @Test(arguments: 0..<20)
    func `whatever is let by means the same when it is read again`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let pieces = [
            "u", ":", "@", "/", "?", "&", ";", "=", ",", "%", "%40", "%2F", "%26", "%C3%A9", "%00", "[::1]", "h", ".", "-", "_", "1",
            "27017", " ", "#",
            "tls=true", "replicaSet=", "authSource=", "directConnection=true", "\u{301}", "+", "$", "\\",
        ]
        var passed = 0
        for _ in 0..<2000 {
            let text =
                "mongodb://" + (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let address = try? MongoAddress.parse(text) else { continue }
            passed += 1
            let again = try MongoAddress.parse(address.driverString.opened)
            #expect(again.hosts == address.hosts && again.username == address.username && again.password == address.password, "\(text)")
            #expect(again.database == address.database && again.usesTLS == address.usesTLS, "\(text)")
            #expect(again.options == address.options.filter { MongoOption.named($0.key)?.isTuning == false }, "\(text)")
            #expect(again.driverString == address.driverString, "\(text)")
        }
        #expect(passed > 0)
    }
}

/// The same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
