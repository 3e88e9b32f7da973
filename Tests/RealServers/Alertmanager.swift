import Foundation

/// A real Alertmanager on loopback, perhaps one of a cluster.
public final class Alertmanager: Sendable {
    /// On 127.0.0.1.
    public let port: Int
    /// Where its peers find it.
    public let clusterPort: Int
    /// The `prometheus-alertmanager`.
    public let process: ServerProcess

    /// Starts one that posts whatever is routed to it to `webhook`.
    ///
    /// - Parameter peers: the cluster ports of those that are there already.
    public init(webhook: String, peers: [Int] = []) throws {
        port = Ground.freePort()
        clusterPort = Ground.freePort()
        let directory = try Ground.directory()
        let configuration = """
            route: {receiver: hook, group_by: ['...'], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
            receivers:
              - name: hook
                webhook_configs: [{url: "\(webhook)", send_resolved: true}]
            """
        let file = directory.appending(path: "alertmanager.yml")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        process = try ServerProcess(
            "prometheus-alertmanager",
            [
                "--config.file=\(file.path)", "--storage.path=\(directory.path)", "--web.listen-address=127.0.0.1:\(port)",
                "--cluster.listen-address=127.0.0.1:\(clusterPort)", "--cluster.advertise-address=127.0.0.1:\(clusterPort)",
                "--cluster.settle-timeout=5s", "--cluster.pushpull-interval=1s",
            ] + peers.map { "--cluster.peer=127.0.0.1:\($0)" }, in: directory)
        let port = port
        guard wait(seconds: 60, until: { Ground.isListening(port) }) else {
            throw ServerProblem(description: "alertmanager did not start: \(process.output)")
        }
    }

    /// The URL that it is reached at.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The names of the alerts that it holds, with their tenants: `TenantwatchDependencyDown acme`.
    public func alerts() throws -> [String] {
        let text = try run("curl", ["-s", "\(url)/api/v2/alerts"])
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
        return list.compactMap { $0["labels"] as? [String: String] }.map { "\($0["alertname"] ?? "") \($0["tenant"] ?? "")" }
    }
}
