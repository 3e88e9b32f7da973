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

/// An outbox over a state in a directory of its own.
final class OutboxRig {
    let directory: URL
    let store: AlertStore
    let outbox: Outbox
    private let now: Guarded<Date>

    /// - Parameter directory: of an earlier rig, to go on where it ended.
    init(_ senders: [String: ScriptedSender], in directory: URL? = nil) throws {
        self.directory = try directory ?? Ground.directory()
        store = try AlertStore(path: self.directory.appending(path: "state.sqlite").path)
        let now = Guarded(date(0))
        self.now = now
        outbox = try Outbox(store: store, senders: senders, clock: { now.withLock { $0 } }, chance: { 0.5 })
    }

    func advance(to seconds: Double) {
        now.withLock { $0 = date(seconds) }
        outbox.wake.signal()
    }

    /// Commits notifications, as the desk does, and hands them over; their ids are `name` and a number.
    func commit(_ names: String..., to receiver: String = "ops", group: String = "g", kind: Alerting.Notification.Kind = .change) throws {
        let notifications = names.map { name in
            var notification = Alerting.Notification(
                receiver: receiver, kind: kind, groupKey: group, groupLabels: [:], firing: [alert(name)], resolved: [], at: date(0))
            notification.id = name
            return notification
        }
        let places = try store.apply(Commit(notifications: notifications))
        outbox.put(
            zip(notifications, places).map { notification, place in
                OutboxItem(
                    sequence: place, id: notification.id, receiver: receiver, groupKey: group, kind: kind, attempts: 0, nextAt: date(0),
                    createdAt: date(0))
            })
    }

    func waits(for condition: () -> Bool) -> Bool { RealServers.wait(seconds: 10, until: condition) }
    func queued() throws -> [String] { try store.queued().map(\.id) }
    func dead() throws -> [StoredDelivery] { try store.deliveries(areDead: true) }
}

struct OutboxTests {
    private static func failure(_ problem: String = "HTTP 500", isWide: Bool = false) -> DeliveryOutcome {
        .failed(problem: problem, retryAfter: nil, isReceiverWide: isWide)
    }

    @Test func `what was committed is told in its order and leaves the outbox`() throws {
        let sender = ScriptedSender()
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b", "c")
        rig.outbox.start()
        #expect(rig.waits { sender.attempts.count == 3 })
        #expect(sender.attempts == ["a#1", "b#1", "c#1"])
        #expect(rig.waits { (try? rig.queued()) == [] })
        #expect(rig.outbox.figures(at: date(0)).receivers["ops"]?.sent == 3)
    }

    @Test func `what was not told before a restart is told after it, under the same id`() throws {
        let sender = ScriptedSender()
        let first = try OutboxRig(["ops": sender])
        try first.commit("a", "b")
        let second = try OutboxRig(["ops": sender], in: first.directory)
        second.outbox.start()
        #expect(second.waits { sender.attempts == ["a#1", "b#1"] })
    }

    @Test func `attempts are counted over restarts`() throws {
        let failing = ScriptedSender { _, _ in Self.failure() }
        let first = try OutboxRig(["ops": failing])
        try first.commit("a")
        first.outbox.start()
        #expect(first.waits { (try? first.store.queued().first?.attempts) == 1 })
        first.outbox.stop()
        let sender = ScriptedSender()
        let second = try OutboxRig(["ops": sender], in: first.directory)
        second.outbox.start()
        second.advance(to: 6)
        #expect(second.waits { sender.attempts == ["a#2"] })
    }

    @Test func `the tenth failure makes a dead letter, which can be replayed`() throws {
        let isMended = Guarded(false)
        let sender = ScriptedSender { _, _ in isMended.withLock { $0 } ? .delivered : Self.failure() }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a")
        rig.outbox.start()
        for attempt in 1...10 {
            #expect(rig.waits { sender.attempts.count == attempt })
            #expect(rig.waits { (try? rig.store.queued().first?.attempts) == attempt || (try? rig.dead().count) == 1 })
            rig.advance(to: Double(attempt) * 100_000)
        }
        #expect(try rig.dead().map(\.id) == ["a"])
        #expect(try rig.dead().first?.problem?.contains("HTTP 500") == true)
        #expect(sender.attempts.count == 10)
        isMended.withLock { $0 = true }
        #expect(try !rig.outbox.replay("b", actor: "ann"))
        #expect(try rig.outbox.replay("a", actor: "ann"))
        #expect(rig.waits { sender.attempts.last == "a#1" })
        #expect(rig.waits { (try? rig.dead()) == [] })
    }

    @Test func `one that stalls delays no other`() throws {
        let release = DispatchSemaphore(value: 0)
        let stalled = ScriptedSender { _, _ in
            release.wait()
            return .delivered
        }
        let sender = ScriptedSender()
        let rig = try OutboxRig(["slow": stalled, "ops": sender])
        try rig.commit("a", "b", to: "slow")
        try rig.commit("c", "d")
        rig.outbox.start()
        #expect(rig.waits { sender.attempts == ["c#1", "d#1"] })
        #expect(stalled.attempts == ["a#1"])
        release.signal()
        release.signal()
        #expect(rig.waits { stalled.attempts == ["a#1", "b#1"] })
    }

    @Test func `one that wants no more is switched off, also after a restart, and on again`() throws {
        let sender = ScriptedSender { _, _ in .gone(problem: "HTTP 410") }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b")
        rig.outbox.start()
        #expect(rig.waits { (try? rig.dead().count) == 2 })
        #expect(sender.attempts == ["a#1"])
        rig.outbox.stop()
        let good = ScriptedSender()
        let next = try OutboxRig(["ops": good], in: rig.directory)
        #expect(next.outbox.figures(at: date(0)).receivers["ops"]?.disabledBecause == "HTTP 410")
        #expect(next.outbox.figures(at: date(0)).problem(slowerThan: .seconds(900), at: date(0))?.contains("switched off") == true)
        try next.outbox.enable("ops")
        next.outbox.start()
        try next.commit("c")
        #expect(next.waits { good.attempts == ["c#1"] })
    }

    @Test func `what nobody is there to hear is a dead letter`() throws {
        let rig = try OutboxRig([:])
        try rig.commit("a")
        rig.outbox.start()
        #expect(rig.waits { (try? rig.dead().first?.problem?.contains("no receiver")) == true })
    }

    @Test func `each step is in the journal`() throws {
        let sender = ScriptedSender { id, attempt in attempt == 1 && id == "a" ? Self.failure() : .delivered }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a")
        rig.outbox.start()
        #expect(rig.waits { sender.attempts.count == 1 })
        #expect(rig.waits { (try? rig.store.queued().first?.attempts) == 1 })
        rig.advance(to: 6)
        #expect(rig.waits { (try? rig.queued()) == [] })
        let rows = try rig.store.steps(after: 0, limit: 10)
        #expect(rows.map(\.event) == [.deliveryFailed, .deliverySucceeded])
        #expect(rows.map(\.details["notification"]) == ["a", "a"])
        #expect(rows.map(\.details["attempt"]) == [1, 2])
        #expect(rows.map(\.isSuccess) == [false, true])
    }

    @Test func `a full queue drops what says nothing new and never the latest state`() throws {
        let sender = ScriptedSender { _, _ in Self.failure(isWide: true) }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", kind: .reminder)
        try rig.commit("b", group: "h")
        for index in 0..<3 {
            var notification = Alerting.Notification(
                receiver: "ops", kind: .change, groupKey: "h", groupLabels: [:], firing: [alert("b")], resolved: [], at: date(0))
            notification.id = "b\(index)"
            let place = try rig.store.apply(Commit(notifications: [notification]))[0]
            rig.outbox.put([item(place, group: "h")])
        }
        rig.outbox.trim(["ops"], to: 2)
        #expect(try rig.queued() == ["b1", "b2"])
        rig.outbox.trim(["ops"], to: 0)
        #expect(try rig.queued() == ["b2"])
        #expect(rig.outbox.figures(at: date(0)).receivers["ops"]?.dropped == 4)
        #expect(try rig.store.steps(after: 0, limit: 10).map(\.event) == [.notificationDropped, .notificationDropped])
    }
}
