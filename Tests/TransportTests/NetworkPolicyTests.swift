import TenantCore
import Testing
import Transport

struct NetworkPolicyTests {
    private static let ceilings: [IPAddress.Class?] = [nil, .global, .private, .loopback, .linkLocal, .multicast, .unspecified]

    @Test(
        arguments: [
            "169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "::169.254.169.254",
            "100.100.100.200", "169.254.0.1", "0.0.0.0", "0.0.0.1", "::", "224.0.0.1", "239.1.2.3", "ff02::1", "fe80::1",
            "255.255.255.255", "::ffff:0.0.0.0", "64:ff9b::e000:1",
        ], ceilings)
    func `metadata, link-local, multicast, broadcast and unspecified addresses are never dialled`(text: String, ceiling: IPAddress.Class?) {
        #expect(NetworkPolicy(ceiling: ceiling).refusal(of: address(text)) != nil)
    }

    @Test(arguments: ["127.0.0.1", "::1", "10.0.0.5", "192.168.1.1", "fd00::1", "8.8.8.8", "2606:4700::1111", "::ffff:10.0.0.5"])
    func `what the operator configured may be public, private or on this machine`(text: String) {
        #expect(NetworkPolicy().refusal(of: address(text)) == nil)
    }

    @Test(
        arguments: [
            (.global, "8.8.8.8", true), (.global, "2606:4700::1111", true), (.global, "10.0.0.5", false), (.global, "fd00::1", false),
            (.global, "127.0.0.1", false), (.global, "::1", false), (.global, "::ffff:127.0.0.1", false), (.global, "2002:7f00:1::", false),
            (.private, "8.8.8.8", true), (.private, "10.0.0.5", true), (.private, "127.0.0.1", false), (.private, "64:ff9b::7f00:1", false),
            (.loopback, "8.8.8.8", true), (.loopback, "10.0.0.5", true), (.loopback, "127.0.0.1", true), (.loopback, "::1", true),
        ] as [(IPAddress.Class, String, Bool)])
    func `a claim from elsewhere never leads to a more private address than the configured one`(
        ceiling: IPAddress.Class, text: String, isAllowed: Bool
    ) {
        #expect((NetworkPolicy(ceiling: ceiling).refusal(of: address(text)) == nil) == isAllowed)
    }

    @Test(arguments: ["169.254.169.254", "224.0.0.1", "0.0.0.0"])
    func `a refusal says what kind of address it is`(text: String) throws {
        let refusal = try #require(NetworkPolicy().refusal(of: address(text)))
        #expect(refusal.contains("address"))
    }
}
