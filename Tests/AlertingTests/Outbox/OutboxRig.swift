import Dispatch
import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// A receiver that answers as its script says and keeps what it was told.
final class ScriptedSender: NotificationSender {
    private let told = Guarded<[String]>([])
    private let script: @Sendable (String, Int) -> DeliveryOutcome

    init(_ script: @escaping @Sendable (String, Int) -> DeliveryOutcome = { _, _ in .delivered }) { self.script = script }

    func send(_ notification: Alerting.Notification, attempt: Int, at now: Date) -> DeliveryOutcome {
        told.withLock { $0.append("\(notification.id)#\(attempt)") }
        return script(notification.id, attempt)
    }

    /// The notification's id and the attempt, in their order.
    var attempts: [String] { told.withLock { $0 } }
}

/// A receiver that takes one alert a body and, once it has been stopped, no more.
final class PartwiseSender: NotificationSender {
    private let told = Guarded<[String]>([])
    private let limit: Guarded<Int>

    init(failsAfter limit: Int) { self.limit = Guarded(limit) }

    /// The id of each body that was taken.
    var bodies: [String] { told.withLock { $0 } }

    func takesAll() { limit.withLock { $0 = .max } }

    func send(_ notification: Alerting.Notification, attempt: Int, at now: Date) -> DeliveryOutcome { .delivered }

    func send(
        _ notification: Alerting.Notification, from progress: DeliveryProgress, attempt: Int, at now: Date,
        record: (DeliveryProgress) -> Bool
    ) -> DeliveryOutcome {
        var progress = progress
        while progress.alerts < notification.alerts.count {
            guard bodies.count < limit.withLock({ $0 }) else { return .failed(problem: "full", retryAfter: nil, isReceiverWide: true) }
            told.withLock { $0.append(progress.partID(of: notification)) }
            progress = DeliveryProgress(parts: progress.parts + 1, alerts: progress.alerts + 1, bodyLimit: 2048)
            guard progress.alerts == notification.alerts.count || record(progress) else { break }
        }
        return .delivered
    }
}

/// An outbox over a state in a directory of its own.
final class OutboxRig {
    let directory: URL
    let store: AlertStore
    let outbox: Outbox
    private let now: Guarded<Date>
    private let names: [String]
    private let senders: [String: any NotificationSender]

    /// - Parameter directory: of an earlier rig, to go on where it ended.
    init(_ senders: [String: any NotificationSender], in directory: URL? = nil) throws {
        self.directory = try directory ?? Ground.directory()
        store = try AlertStore(path: self.directory.appending(path: "state.sqlite").path)
        let now = Guarded(date(0))
        self.now = now
        outbox = try Outbox(store: store, senders: senders, clock: { now.withLock { $0 } }, chance: { 0.5 })
        names = Array(senders.keys)
        self.senders = senders
    }

    /// Starts to send, to those of `senders` that are configured.
    func start(unreadable: Set<TenantID> = []) throws {
        outbox.adopt(ReceiverDirectory(names: Set(names), unreadable: unreadable), senders: senders)
        try outbox.start()
    }

    func advance(to seconds: Double) {
        now.withLock { $0 = date(seconds) }
        outbox.loop.wake()
    }

    /// Commits notifications, as the desk does, and hands them over; their ids are `name` and a number.
    func commit(_ names: String..., to receiver: String = "ops", group: String = "g", kind: Alerting.Notification.Kind = .change) throws {
        let notifications = names.map { name in
            var notification = Alerting.Notification(
                receiver: receiver, kind: kind, groupKey: group, groupLabels: [:], firing: [alert(name)], resolved: [],
                at: now.withLock { $0 })
            notification.id = name
            return notification
        }
        let places = try store.apply(Commit(notifications: notifications))
        outbox.put(
            zip(notifications, places).map { OutboxItem($0, at: $1) })
    }

    func waits(for condition: () -> Bool) -> Bool { RealServers.wait(seconds: 10, until: condition) }
    func queued() throws -> [String] { try store.queued().map(\.id) }
    func dead() throws -> [StoredDelivery] { try store.deliveries(areDead: true).deliveries }
}
