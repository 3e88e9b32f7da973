import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// A notification that takes more than one body, over HTTP.
struct WebhookPartsTests {
    private let signing = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    /// A receiver that refuses bodies above a size, and what it has taken and refused.
    private final class Rig {
        let server: ScriptedServer
        let sender: HTTPSender
        let progress = Guarded<[DeliveryProgress]>([])

        /// - Parameter failure: the number of the request that is answered by 503, counted from 1.
        init(
            takes size: Int, maxBodySize: Int = 1 << 20, failingAt failure: Int = 0, signing: Secret, limits: BodyLimits = BodyLimits()
        ) throws {
            let count = Guarded(0)
            server = try Sample.server { request in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return ScriptedServer.http(number == failure ? 503 : Self.body(request).utf8.count <= size ? 200 : 413)
            }
            let endpoint = ReceiverEndpoint(url: Secret("http://\(server.address)/hook"), host: "hooks.example.com")
            let settings = ReceiverSettings(
                name: "ops", kind: .webhook(endpoint, WebhookSettings(maxBodySize: maxBodySize)), signingSecrets: [signing])
            sender = try #require(HTTPSender(settings, externalURL: "", bodyLimits: limits))
        }

        static func body(_ request: String) -> Substring {
            request.range(of: "\r\n\r\n").map { request[$0.upperBound...] } ?? ""
        }

        func send(_ notification: Alerting.Notification, from start: DeliveryProgress = DeliveryProgress()) -> DeliveryOutcome {
            sender.send(notification, from: start, attempt: 1, at: Sample.date()) { step in
                progress.withLock { $0.append(step) }
                return true
            }
        }

        /// Of each request the id after the notification's, the size of the body and the fingerprints in it.
        func requests(of notification: Alerting.Notification) throws -> [(suffix: String, size: Int, alerts: [String])] {
            try server.requests.map { request in
                let id = request.split(separator: "\r\n").first { $0.hasPrefix("webhook-id: ") }?.dropFirst(12) ?? ""
                let body = Self.body(request)
                let alerts = try JSONValue.parse(body.utf8).at("alerts")?.elements ?? []
                return (String(id.dropFirst(notification.id.count)), body.utf8.count, alerts.compactMap { $0.at("fingerprint")?.text })
            }
        }
    }

    private func notification(_ count: Int, description: String = "") -> Alerting.Notification {
        let alerts = (0..<count).map { Sample.alert("tenant-\($0)", annotations: ["description": description]) }
        let content = GroupContent(joined: alerts)
        return Notification(
            receiver: "ops", kind: .change, groupKey: "g", groupLabels: [:], content: content, alerts: content.alerts, at: Sample.date())
    }

    @Test func `what does not fit into a body follows in order under ids of its own`() throws {
        let rig = try Rig(takes: .max, maxBodySize: 8192, signing: signing)
        let notification = notification(60)
        #expect(rig.send(notification) == .delivered)
        let requests = try rig.requests(of: notification)
        #expect(requests.count > 2)
        #expect(requests.map(\.suffix) == [""] + (1..<requests.count).map { "-\($0)" })
        #expect(requests.allSatisfy { $0.size <= 8192 })
        #expect(requests.flatMap(\.alerts) == notification.alerts.map(\.fingerprint))
        #expect(rig.progress.withLock { $0.map(\.parts) } == Array(0..<requests.count))
    }

    @Test func `a body that is refused as too large is halved until it is taken, and the next ones are as small at once`() throws {
        let limits = BodyLimits()
        let rig = try Rig(takes: 5000, signing: signing, limits: limits)
        let first = notification(60)
        #expect(rig.send(first) == .delivered)
        let requests = try rig.requests(of: first)
        let taken = requests.filter { $0.size <= 5000 }
        #expect(taken.flatMap(\.alerts) == first.alerts.map(\.fingerprint))
        #expect(taken.map(\.suffix) == [""] + (1..<taken.count).map { "-\($0)" })
        let refused = requests.filter { $0.size > 5000 }
        #expect((1...5).contains(refused.count) && refused.allSatisfy { $0.suffix == "" })
        // What a crash would repeat has the same size.
        #expect(rig.progress.withLock { $0.allSatisfy { ($0.bodyLimit ?? 0) <= 5000 || $0.parts == 0 } })
        let second = notification(30)
        #expect(rig.send(second) == .delivered)
        let rest = try rig.requests(of: second).dropFirst(requests.count)
        #expect(rest.allSatisfy { $0.size <= 5000 })
    }

    @Test func `after a restart a notification goes on where it ended, and not larger than before`() throws {
        let rig = try Rig(takes: .max, signing: signing)
        let notification = notification(60)
        #expect(rig.send(notification, from: DeliveryProgress(parts: 3, alerts: 20, bodyLimit: 8192)) == .delivered)
        let requests = try rig.requests(of: notification)
        #expect(requests.first?.suffix == "-3")
        #expect(requests.allSatisfy { $0.size <= 8192 })
        #expect(requests.flatMap(\.alerts) == notification.alerts.dropFirst(20).map(\.fingerprint))
    }

    @Test func `an alert that is refused alone is told in brief`() throws {
        let rig = try Rig(takes: 1500, signing: signing)
        let notification = notification(3, description: String(repeating: "x", count: 5000))
        #expect(rig.send(notification) == .delivered)
        let taken = try rig.requests(of: notification).filter { $0.size <= 1500 }
        #expect(taken.map(\.suffix) == ["", "-1", "-2"])
        #expect(taken.flatMap(\.alerts) == notification.alerts.map(\.fingerprint))
    }

    @Test func `a receiver that finds everything too large is asked a few times, and then it is a failure like any other`() throws {
        let rig = try Rig(takes: 10, signing: signing)
        let outcome = rig.send(notification(500))
        #expect(outcome == .failed(problem: "hooks.example.com answered HTTP 413", retryAfter: nil, isReceiverWide: false))
        #expect(rig.server.requests.count < 20)
        // It was not the size that it minded.
        let next = notification(30)
        _ = rig.send(next)
        let sizes = try rig.requests(of: next).suffix(20).map(\.size)
        #expect(sizes.max() ?? 0 > 5000)
    }

    @Test func `after a failure between two bodies the rest follows, and nothing twice`() throws {
        let rig = try Rig(takes: .max, maxBodySize: 4096, failingAt: 3, signing: signing)
        let notification = notification(60)
        guard case .failed(_, _, true) = rig.send(notification) else {
            Issue.record("it did not fail")
            return
        }
        let taken = try #require(rig.progress.withLock { $0.last })
        #expect(taken.parts == 2)
        #expect(rig.send(notification, from: taken) == .delivered)
        let requests = try rig.requests(of: notification)
        #expect(requests.map(\.suffix).prefix(4) == ["", "-1", "-2", "-2"])
        #expect(requests[2].alerts == requests[3].alerts)
        let heard = requests.enumerated().filter { $0.offset != 2 }.flatMap(\.element.alerts)
        #expect(heard == notification.alerts.map(\.fingerprint))
    }

    @Test func `nothing more is sent once it cannot be stored`() throws {
        let rig = try Rig(takes: .max, maxBodySize: 4096, signing: signing)
        let outcome = rig.sender.send(notification(60), from: DeliveryProgress(), attempt: 1, at: Sample.date()) { _ in false }
        #expect(outcome == .failed(problem: "the agent stops", retryAfter: nil, isReceiverWide: true))
        #expect(rig.server.requests.isEmpty)
    }
}
