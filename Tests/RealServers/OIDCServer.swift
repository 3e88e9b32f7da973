import Foundation

/// A real OpenID provider (glewlwyd) on loopback with one issuer for each name.
public final class OIDCServer: Sendable {
    /// On localhost.
    public let port: Int
    /// The provider, for tests that freeze or crash it.
    public let process: ServerProcess
    private let scheme: String

    /// - Parameter certificate: the name of a certificate to serve https:// with.
    public init(port: Int? = nil, issuers: [String], certificate: String? = nil) throws {
        self.port = port ?? Ground.freePort()
        scheme = certificate == nil ? "http" : "https"
        let directory = try Ground.directory()
        var environment: [String: String] = [:]
        if let certificate {
            environment["CERT_FILE"] = try Ground.certificate("\(certificate).crt")
            environment["KEY_FILE"] = try Ground.certificate("\(certificate).key")
        }
        process = try ServerProcess(
            "bash", [Ground.script("oidc.sh"), directory.appending(path: "server").path, "\(self.port)"] + issuers,
            environment: environment, in: directory)
        let ready = directory.appending(path: "server/ready").path
        let started = process
        guard wait(seconds: 60, until: { FileManager.default.fileExists(atPath: ready) || !started.isRunning }), started.isRunning else {
            throw ServerProblem(description: "glewlwyd did not start: \(process.output)")
        }
    }

    /// The issuer of this name, which must be one of those it was started with; without a final slash.
    public func issuer(_ name: String) -> String { "\(scheme)://localhost:\(port)/api/\(name)" }
}
