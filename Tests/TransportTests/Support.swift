import TenantCore
import Transport

/// Reads the usual spelling of an address; a mistake in it is the test's own.
func address(_ text: String) -> IPAddress {
    let bytes = text.contains(":") ? six(text) : four(text)
    guard let address = IPAddress(bytes: bytes) else { preconditionFailure("\(text) is not an address") }
    return address
}

private func four(_ text: String) -> [UInt8] {
    text.split(separator: ".").compactMap { UInt8($0) }
}

/// The eight groups of an IPv6 address, the last two of which may be written as an IPv4 address.
private func six(_ text: String) -> [UInt8] {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false).map { half in
        half.split(separator: ":").flatMap { group -> [UInt8] in
            if group.contains(".") { return four(String(group)) }
            guard let number = UInt16(group, radix: 16) else { return [] }
            return [UInt8(number >> 8), UInt8(number & 0xFF)]
        }
    }
    guard halves.count == 2 else { return halves.flatMap { $0 } }
    return halves[0] + [UInt8](repeating: 0, count: max(0, 16 - halves[0].count - halves[1].count)) + halves[1]
}
