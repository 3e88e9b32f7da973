import TenantCore
import Testing
import Transport

struct IPAddressTests {
    @Test(
        arguments: [
            ("1.1.1.1", .global), ("8.8.8.8", .global), ("11.0.0.1", .global), ("172.15.255.255", .global), ("172.32.0.1", .global),
            ("192.167.1.1", .global), ("100.63.255.255", .global), ("100.128.0.1", .global), ("169.253.0.1", .global),
            ("126.0.0.1", .global),
            ("10.0.0.5", .private), ("172.16.0.1", .private), ("172.31.255.255", .private), ("192.168.1.1", .private),
            ("100.64.0.1", .private),
            ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("169.254.169.254", .linkLocal), ("169.254.0.1", .linkLocal),
            ("100.100.100.200", .linkLocal), ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("255.255.255.255", .unspecified),
            ("0.0.0.0", .unspecified), ("0.1.2.3", .unspecified),
        ] as [(String, IPAddress.Class)])
    func `an IPv4 address has a class`(text: String, addressClass: IPAddress.Class) {
        #expect(address(text).addressClass == addressClass)
    }

    @Test(
        arguments: [
            ("2606:4700::1111", .global), ("2a00:1450:4001::1", .global), ("fd00::1", .private), ("fc00::1", .private),
            ("fdff:ffff::1", .private), ("::1", .loopback), ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fd00:ec2::254", .linkLocal),
            ("ff02::1", .multicast), ("ff0e::1", .multicast), ("::", .unspecified),
        ] as [(String, IPAddress.Class)])
    func `an IPv6 address has a class`(text: String, addressClass: IPAddress.Class) {
        #expect(address(text).addressClass == addressClass)
    }

    @Test(
        arguments: ["::ffff:", "::", "64:ff9b::"],
        [
            ("169.254.169.254", .linkLocal), ("127.0.0.1", .loopback), ("10.0.0.5", .private), ("8.8.8.8", .global),
            ("224.0.0.1", .multicast),
            ("255.255.255.255", .unspecified),
        ] as [(String, IPAddress.Class)])
    func `IPv4 inside IPv6 is judged as what it leads to`(prefix: String, inner: (String, IPAddress.Class)) {
        #expect(address(prefix + inner.0).addressClass == inner.1)
    }

    @Test(
        arguments: [
            ("::ffff:a9fe:a9fe", .linkLocal), ("64:ff9b::a9fe:a9fe", .linkLocal), ("2002:a9fe:a9fe::", .linkLocal),
            ("2002:7f00:1::1", .loopback),
            ("2002:a00:5::", .private), ("2002:808:808::", .global), ("2002::", .unspecified), ("::ffff:0.0.0.0", .unspecified),
            ("64:ff9b::", .unspecified),
        ] as [(String, IPAddress.Class)])
    func `so it is in every spelling`(text: String, addressClass: IPAddress.Class) {
        #expect(address(text).addressClass == addressClass)
    }

    @Test func `the classes rise from public to never dialled`() {
        let classes: [IPAddress.Class] = [.global, .private, .loopback, .linkLocal, .multicast, .unspecified]
        #expect(classes.sorted() == classes)
    }

    @Test(arguments: [0, 3, 5, 15, 17])
    func `an address has 4 or 16 bytes`(count: Int) {
        #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
        #expect(IPAddress(bytes: [UInt8](repeating: 1, count: 4)) != nil)
        #expect(IPAddress(bytes: [UInt8](repeating: 1, count: 16)) != nil)
    }
}
