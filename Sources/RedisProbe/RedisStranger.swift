internal import Checking
internal import Transport

/// What answers in the place of a Redis, by the first bytes of what it says.
///
/// A closed list, so that nothing of the answer itself is ever shown.
struct RedisStranger {
    let meaning: String
    let remedy: String
    var reason = ProbeFailure.Reason.garbage

    private static let otherPort = "Correct the host and port in redis_addr, or start the Redis server that should listen there."

    /// Nil for what is not known.
    static func recognise(_ bytes: [UInt8]) -> RedisStranger? {
        // A record of TLS: an alert (21) or a handshake (22), in one of the versions 3.0 to 3.4.
        if bytes.count >= 3, bytes[0] == 21 || bytes[0] == 22, bytes[1] == 3, bytes[2] <= 4 {
            return RedisStranger(
                meaning: "expects TLS, and this tenant connects in clear",
                remedy: "Write redis_addr as rediss://HOST:PORT, or set redis_tls to true.", reason: .tls)
        }
        let names = [("HTTP/", "HTTP"), ("SSH-", "SSH"), ("220 ", "SMTP or FTP"), ("220-", "SMTP or FTP")]
        return names.first { bytes.starts(with: $0.0.utf8) }.map { _, protocolName in
            RedisStranger(meaning: "speaks \(protocolName) and not the Redis protocol", remedy: otherPort)
        }
    }

    /// As the failure of a check.
    func failure(at target: String) -> ProbeFailure {
        ProbeFailure(reason, "\(target) \(meaning)", remedy: remedy)
    }
}
