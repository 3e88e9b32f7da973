import Foundation

/// A real Redis on loopback.
public final class RedisServer: Sendable {
    /// On 127.0.0.1; speaks either TLS or clear text.
    public let port: Int
    /// The `redis-server`, for tests that freeze or crash it.
    public let process: ServerProcess

    /// Starts `redis-server` without persistence.
    ///
    /// - Parameters:
    ///   - addresses: of the loopback interface; the first must be 127.0.0.1.
    ///   - users: lines of an ACL file, such as `user acme on >pw ~* &* +@all`; none leaves the server open.
    ///   - certificate: the name of a certificate to serve TLS with instead of clear text.
    ///   - isMutual: over TLS, clients must show a certificate too.
    ///   - dump: the database to load at the start, in the format of an RDB file.
    public init(
        port: Int? = nil, addresses: [String] = ["127.0.0.1"], users: [String] = [], certificate: String? = nil, isMutual: Bool = false,
        dump: [UInt8]? = nil, options: [String] = []
    ) throws {
        self.port = port ?? Ground.freePort()
        let directory = try Ground.directory()
        var arguments = ["--bind"] + addresses
        arguments += ["--dir", directory.path, "--save", "", "--appendonly", "no", "--daemonize", "no"]
        if let dump { try Data(dump).write(to: directory.appending(path: "dump.rdb")) }
        if let certificate {
            arguments += [
                "--port", "0", "--tls-port", "\(self.port)", "--tls-auth-clients", isMutual ? "yes" : "no",
                "--tls-cert-file", try Ground.certificate("\(certificate).crt"), "--tls-key-file",
                try Ground.certificate("\(certificate).key"),
                "--tls-ca-cert-file", try Ground.certificate("ca.pem"),
            ]
        } else {
            arguments += ["--port", "\(self.port)"]
        }
        if !users.isEmpty {
            let file = directory.appending(path: "users.acl")
            try users.joined(separator: "\n").appending("\n").write(to: file, atomically: true, encoding: .utf8)
            arguments += ["--aclfile", file.path]
        }
        process = try ServerProcess("redis-server", arguments + options, in: directory)
        let server = (process, self.port)
        guard wait(seconds: 60, until: { Ground.isListening(server.1) }) else {
            throw ServerProblem(description: "redis-server did not start: \(process.output)")
        }
    }

    /// What a probe reads of one section of INFO at most.
    public static let sectionLimit = 64 * 1024

    /// The host and port, as `redis_addr` takes them.
    public var address: String { "127.0.0.1:\(port)" }

    /// Runs one command with redis-cli, which needs a server in clear and without logins.
    @discardableResult
    public func command(_ words: String...) throws -> String {
        try run("redis-cli", ["-p", "\(port)"] + words)
    }

    /// A database of many keys, for a server that takes long to load each.
    public static func dump(keys: Int) -> [UInt8] {
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: 1024)
        var bytes = Array("REDIS0009".utf8) + [0xFE, 0]
        for index in 0..<keys {
            let key = Array("key\(index)".utf8)
            bytes += [0, UInt8(key.count)] + key + [0x40 | UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
        }
        return bytes + [0xFF] + [UInt8](repeating: 0, count: 8)  // A checksum of 0 is not checked.
    }
}
