import Foundation

/// TLS on loopback in front of a server that speaks none, or that refuses to start with the certificate of a test.
public final class TLSProxy: Sendable {
    /// On localhost.
    public let port: Int
    private let process: ServerProcess

    /// Starts a proxy to a port of this machine.
    ///
    /// - Parameters:
    ///   - certificate: the name of the certificate to serve TLS with.
    ///   - isMutual: clients must show a certificate too.
    ///   - highest: the highest version of TLS that it speaks.
    public init(to target: Int, certificate: String = "server", isMutual: Bool = false, highest: String = "1.3") throws {
        port = Ground.freePort()
        var arguments = [Ground.script("tls-proxy.py"), "\(port)", "\(target)", try Ground.certificate("\(certificate).pem")]
        arguments += ["--highest", highest]
        if isMutual { arguments += ["--client-authority", try Ground.certificate("ca.pem")] }
        process = try ServerProcess(Ground.python, arguments, in: try Ground.directory())
        let (port, process) = (port, process)
        guard wait(seconds: 60, until: { Ground.isListening(port) || !process.isRunning }), process.isRunning else {
            throw ServerProblem(description: "the TLS proxy did not start: \(process.output)")
        }
    }
}
