import Foundation

/// A webhook receiver that keeps what it is sent.
public final class WebhookCatcher: Sendable {
    private let server: ScriptedServer

    /// Starts a receiver that answers every notification with `status`.
    public init(status: Int = 200) throws {
        server = try ScriptedServer { _ in ScriptedServer.http(status) }
    }

    /// Where to post alerts.
    public var url: String { "http://\(server.address)/hook" }

    /// The bodies of all notifications, in the order of their arrival.
    public var bodies: [String] {
        server.requests.compactMap { request in request.range(of: "\r\n\r\n").map { String(request[$0.upperBound...]) } }
    }

    /// Every alert of every notification as `status tenant/dependency reason`.
    public var alerts: [String] {
        bodies.flatMap { body -> [String] in
            guard let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any] else { return ["not JSON"] }
            return (object["alerts"] as? [[String: Any]] ?? []).map { alert in
                let labels = alert["labels"] as? [String: String] ?? [:]
                let annotations = alert["annotations"] as? [String: String] ?? [:]
                return "\(alert["status"] ?? "") \(labels["tenant"] ?? "")/\(labels["dependency"] ?? "") \(annotations["reason"] ?? "")"
            }
        }
    }

    /// Waits until `alert` has arrived.
    public func waits(for alert: String, seconds: Double) -> Bool {
        wait(seconds: seconds) { self.alerts.contains(alert) }
    }
}
