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
    public init(
        port: Int? = nil, addresses: [String] = ["127.0.0.1"], users: [String] = [], certificate: String? = nil, options: [String] = []
    ) throws {
        self.port = port ?? Ground.freePort()
        let directory = try Ground.directory()
        var arguments = ["--bind"] + addresses
        arguments += ["--dir", directory.path, "--save", "", "--appendonly", "no", "--daemonize", "no"]
        if let certificate {
            arguments += [
                "--port", "0", "--tls-port", "\(self.port)", "--tls-auth-clients", "no",
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
        guard wait(seconds: 10, until: { Ground.isListening(server.1) }) else {
            throw ServerProblem(description: "redis-server did not start: \(process.output)")
        }
    }

    /// The host and port, as `redis_addr` takes them.
    public var address: String { "127.0.0.1:\(port)" }
}
