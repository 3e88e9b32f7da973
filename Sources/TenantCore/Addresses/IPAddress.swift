/// An address as it stands in a socket, in network order.
public struct IPAddress: Sendable, Hashable {
    /// How far from the public internet an address is; the greater, the more private.
    public enum Class: Int, Sendable, Comparable {
        case global, `private`, loopback
        /// Only this link, with the cloud's metadata services among them; never dialled.
        case linkLocal
        /// Many hosts at once; never dialled.
        case multicast
        /// No host at all, which some systems take for themselves, or one that nobody may have; never dialled.
        case unspecified

        /// The more private class is the greater, in the order of the cases.
        public static func < (left: Class, right: Class) -> Bool { left.rawValue < right.rawValue }
    }

    /// 4 or 16 bytes.
    public let bytes: [UInt8]

    /// An address of 4 (IPv4) or 16 (IPv6) bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// What kind of address it is; IPv4 inside IPv6 is judged as what it leads to.
    public var addressClass: Class {
        bytes.count == 4 ? Self.classOfFour(bytes) : classOfSixteen
    }

    private static func classOfFour(_ b: [UInt8]) -> Class {
        switch (b[0], b[1]) {
        case (0, _): .unspecified
        case (127, _): .loopback
        case (169, 254): .linkLocal
        case (224...239, _): .multicast
        case (240...255, _): .unspecified  // Reserved, and broadcast.
        // Two clouds keep their metadata services in the carriers' range and in that of the protocols.
        case (100, 100) where b[2] == 100 && b[3] == 200, (192, 0) where b[2] == 0: .linkLocal
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): .private
        default: .global
        }
    }

    private var classOfSixteen: Class {
        let b = bytes
        if let inner = embeddedFour { return Self.classOfFour(inner) }
        if b[..<15].allSatisfy({ $0 == 0 }) { return b[15] == 1 ? .loopback : .unspecified }
        if b[0] == 0xFE, b[1] & 0xC0 == 0x80 { return .linkLocal }
        if b[0] == 0xFF { return .multicast }
        if b == Self.metadata { return .linkLocal }
        if b[0] & 0xFE == 0xFC { return .private }
        return .global
    }

    /// fd00:ec2::254, where a cloud answers metadata over IPv6.
    private static let metadata: [UInt8] = [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]

    /// The IPv4 address inside a mapped, compatible, NAT64 or 6to4 one.
    private var embeddedFour: [UInt8]? {
        let zeros = bytes.prefix(10).allSatisfy { $0 == 0 }
        if zeros, bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
        if zeros, bytes[10] == 0, bytes[11] == 0, bytes[12] != 0 { return Array(bytes[12...]) }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return Array(bytes[12...]) }
        if bytes.starts(with: [0x20, 0x02]) { return Array(bytes[2..<6]) }
        return nil
    }
}

extension HostPort {
    /// Why a host that is written as a number is never dialled; nil for names and for all other addresses.
    ///
    /// The same is asked again where a socket is made, for a name may lead to such an address too.
    public var neverDialled: AddressProblem? {
        guard let bytes = CanonicalHost(host).bytes, let address = IPAddress(bytes: bytes) else { return nil }
        let kind: String? =
            switch address.addressClass {
            case .linkLocal: "a link-local or metadata address"
            case .multicast: "a multicast address"
            case .unspecified: bytes.allSatisfy { $0 == 0 } ? "the unspecified address" : "a reserved or broadcast address"
            case .global, .private, .loopback: nil
            }
        return kind.map { AddressProblem("names \($0), which is never dialled", fix: "Write the address or name of the server itself.") }
    }
}
