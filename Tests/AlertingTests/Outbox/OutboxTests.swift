import Dispatch
import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Alerting

struct OutboxTests {
    private static func failure(_ problem: String = "HTTP 500", isWide: Bool = false, after: Duration? = nil) -> DeliveryOutcome {
        .failed(problem: problem, retryAfter: after, isReceiverWide: isWide)
    }

    /// An outbox that goes on where another one ended, whose only notification had failed once.
    private static func restarted(afterFailureAt seconds: Double) throws -> (rig: OutboxRig, sender: ScriptedSender) {
        let failing = ScriptedSender { _, _ in Self.failure() }
        let first = try OutboxRig(["ops": failing])
        first.advance(to: seconds)
        try first.commit("a")
        try first.start()
        #expect(first.waits { (try? first.store.queued().first?.attempts) == 1 })
        first.outbox.stop()
        let sender = ScriptedSender()
        let second = try OutboxRig(["ops": sender], in: first.directory)
        try second.start()
        return (second, sender)
    }

    @Test func `what was committed is told in its order and leaves the outbox`() throws {
        let sender = ScriptedSender()
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b", "c")
        try rig.start()
        #expect(rig.waits { sender.attempts.count == 3 })
        #expect(sender.attempts == ["a#1", "b#1", "c#1"])
        #expect(rig.waits { (try? rig.queued()) == [] })
        // The row leaves the store before the figures know.
        #expect(rig.waits { rig.outbox.figures(at: date(0)).receivers["ops"]?.sent == 3 })
    }

    @Test func `what was not told before a restart is told after it, under the same id`() throws {
        let sender = ScriptedSender()
        let first = try OutboxRig(["ops": sender])
        try first.commit("a", "b")
        let second = try OutboxRig(["ops": sender], in: first.directory)
        try second.start()
        #expect(second.waits { sender.attempts == ["a#1", "b#1"] })
    }

    @Test func `the bodies of a notification go on where they ended, after a failure and over a restart, under their ids`() throws {
        let sender = PartwiseSender(failsAfter: 2)
        let first = try OutboxRig(["ops": sender])
        var notification = Alerting.Notification(
            receiver: "ops", kind: .change, groupKey: "g", groupLabels: [:], firing: (0..<5).map { alert("t\($0)") }, resolved: [],
            at: date(0))
        notification.id = "msg_a"
        _ = try first.store.apply(Commit(notifications: [notification]))
        try first.commit("b")
        let second = try OutboxRig(["ops": sender], in: first.directory)
        try second.start()
        #expect(second.waits { (try? second.store.queued().first?.attempts) == 1 })
        #expect(sender.bodies == ["msg_a", "msg_a-1"])
        #expect(try second.store.queued().first?.progress == DeliveryProgress(parts: 2, alerts: 2, bodyLimit: 2048))
        second.outbox.stop()
        sender.takesAll()
        let third = try OutboxRig(["ops": sender], in: first.directory)
        third.advance(to: 60)
        try third.start()
        #expect(third.waits { (try? third.queued()) == [] })
        #expect(sender.bodies == ["msg_a", "msg_a-1", "msg_a-2", "msg_a-3", "msg_a-4", "b"])
    }

    @Test func `attempts are counted over restarts`() throws {
        let (second, sender) = try Self.restarted(afterFailureAt: 0)
        second.advance(to: 6)
        #expect(second.waits { sender.attempts == ["a#2"] })
    }

    @Test func `what is refused until its time is over makes a dead letter, which can be replayed`() throws {
        let isMended = Guarded(false)
        let sender = ScriptedSender { _, _ in isMended.withLock { $0 } ? .delivered : Self.failure() }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a")
        try rig.start()
        for attempt in 1...10 {
            #expect(rig.waits { sender.attempts.count == attempt })
            #expect(rig.waits { (try? rig.store.queued().first?.attempts) == attempt || (try? rig.dead().count) == 1 })
            if let next = try rig.store.queued().first?.nextAt { rig.advance(to: next.timeIntervalSince(date(0))) }
        }
        #expect(try rig.dead().map(\.id) == ["a"])
        #expect(try rig.dead().first?.problem?.contains("HTTP 500") == true)
        #expect(sender.attempts.count == 10)
        isMended.withLock { $0 = true }
        #expect(rig.outbox.figures(at: date(270_100)).problem(slowerThan: .seconds(900), at: date(270_100)) != nil)
        guard case .unknown = try rig.outbox.replay("b", actor: "ann") else { return #expect(Bool(false)) }
        guard case .waits = try rig.outbox.replay("a", actor: "ann") else { return #expect(Bool(false)) }
        #expect(rig.waits { sender.attempts.last == "a#1" })
        #expect(rig.waits { (try? rig.dead()) == [] })
        #expect(rig.waits { rig.outbox.figures(at: date(270_100)).problem(slowerThan: .seconds(900), at: date(270_100)) == nil })
    }

    @Test func `what waited for its receiver for 75 hours is given up, tried or not`() throws {
        let sender = ScriptedSender { _, _ in Self.failure("refused", isWide: true) }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b", group: "g")
        try rig.commit("c", group: "h")
        try rig.commit("beat", group: "heart", kind: .heartbeat)
        try rig.start()
        #expect(rig.waits { sender.attempts.count == 1 })
        #expect(rig.waits { (try? rig.store.queued().first?.attempts) == 1 })
        rig.advance(to: 75 * 3600)
        #expect(rig.waits { (try? rig.queued()) == [] })
        #expect(Set(try rig.dead().map(\.id)) == ["a", "b", "c"])
        #expect(try rig.dead().allSatisfy { $0.problem?.contains("75 hours") == true })
        #expect(sender.attempts.count == 2)
        #expect(rig.waits { rig.outbox.figures(at: date(0)).receivers["ops"]?.waiting == 0 })
    }

    @Test func `a restart asks at once whether a receiver is back`() throws {
        let failing = ScriptedSender { _, _ in Self.failure("refused", isWide: true) }
        let first = try OutboxRig(["ops": failing])
        try first.commit("a")
        try first.start()
        for attempt in 1...6 {
            #expect(first.waits { failing.attempts.count == attempt })
            #expect(first.waits { (try? first.store.queued().first?.attempts) == attempt })
            first.advance(to: Double(attempt) * 30)
        }
        first.outbox.stop()
        let sender = ScriptedSender()
        let second = try OutboxRig(["ops": sender], in: first.directory)
        try second.start()
        #expect(second.waits { sender.attempts.count == 1 })
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
        try rig.start()
        #expect(rig.waits { stalled.attempts == ["a#1"] && sender.attempts == ["c#1", "d#1"] })
        release.signal()
        release.signal()
        #expect(rig.waits { stalled.attempts == ["a#1", "b#1"] })
    }

    @Test func `one that wants no more is switched off, also after a restart, and on again`() throws {
        let sender = ScriptedSender { _, _ in .gone(problem: "HTTP 410") }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b")
        try rig.start()
        #expect(rig.waits { (try? rig.dead().count) == 2 })
        #expect(sender.attempts == ["a#1"])
        rig.outbox.stop()
        let good = ScriptedSender()
        let next = try OutboxRig(["ops": good], in: rig.directory)
        #expect(next.outbox.figures(at: date(0)).receivers["ops"]?.disabledBecause == "HTTP 410")
        #expect(next.outbox.figures(at: date(0)).problem(slowerThan: .seconds(900), at: date(0))?.contains("switched off") == true)
        try next.outbox.enable("ops", actor: "ann")
        try next.start()
        try next.commit("c")
        #expect(next.waits { good.attempts == ["c#1"] })
    }

    @Test func `what nobody is there to hear is a dead letter`() throws {
        let rig = try OutboxRig([:])
        try rig.commit("a")
        try rig.start()
        #expect(rig.waits { (try? rig.dead().first?.problem?.contains("no receiver")) == true })
    }

    @Test func `what cannot be read is a dead letter and holds nobody up`() throws {
        let sender = ScriptedSender()
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b")
        try rig.store.write { try $0.execute(sql: "UPDATE outbox SET notification = '{}' WHERE id = 'a'") }
        try rig.start()
        #expect(rig.waits { sender.attempts == ["b#1"] })
        #expect(rig.waits { (try? rig.dead().map(\.id)) == ["a"] })
        #expect(rig.waits { (try? rig.queued()) == [] })
    }

    @Test func `what a wrong clock has planned for years ahead is tried within the hour that a receiver may ask for`() throws {
        let (second, sender) = try Self.restarted(afterFailureAt: 1e9)
        second.advance(to: 3601)
        #expect(second.waits { sender.attempts == ["a#2"] })
    }

    @Test func `a beat takes the place of those that were not told in time`() throws {
        let sender = ScriptedSender { _, _ in Self.failure(isWide: true) }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("beat1", "beat2", group: "heart", kind: .heartbeat)
        try rig.commit("a")
        let beat = Alerting.Notification(
            receiver: "ops", kind: .heartbeat, groupKey: "heart", groupLabels: [:], firing: [alert("beat3")], resolved: [], at: date(0))
        #expect(rig.outbox.beat(beat).notifications.count == 1)
        try rig.commit("beat3", group: "heart", kind: .heartbeat)
        #expect(try rig.queued() == ["a", "beat3"])
        try rig.start()
        #expect(rig.waits { sender.attempts == ["a#1"] })
    }

    @Test func `who asked for time has it after a restart too`() throws {
        let busy = ScriptedSender { _, _ in Self.failure(isWide: true, after: .seconds(1800)) }
        let first = try OutboxRig(["ops": busy])
        try first.commit("a")
        try first.commit("b", group: "h")
        try first.start()
        #expect(first.waits { (try? first.store.queued().first?.attempts) == 1 })
        first.outbox.stop()
        let sender = ScriptedSender()
        let second = try OutboxRig(["ops": sender], in: first.directory)
        #expect(second.outbox.state.withLock { $0.queues["ops"]?.nextDue() } == date(1800))
        try second.start()
        second.advance(to: 1799)
        try second.commit("c", to: "ops", group: "i")
        #expect(second.outbox.state.withLock { $0.queues["ops"]?.nextDue() } == date(1800))
        second.advance(to: 1801)
        #expect(second.waits { sender.attempts.count == 3 })
        #expect(second.waits { (try? second.store.pauses()) == [:] })
    }

    @Test func `what waits for a tenant that cannot be read waits on`() throws {
        let rig = try OutboxRig([:])
        try rig.commit("a", to: "acme/hook")
        try rig.commit("b", to: "gone/hook")
        try rig.start(unreadable: [subject("acme").tenant])
        #expect(rig.waits { (try? rig.dead().map(\.id)) == ["b"] })
        #expect(try rig.queued() == ["a"])
        let sender = ScriptedSender()
        rig.outbox.adopt(ReceiverDirectory(names: ["acme/hook"]), senders: ["acme/hook": sender])
        rig.advance(to: 61)
        #expect(rig.waits { sender.attempts == ["a#1"] })
    }

    @Test func `a receiver that is configured no more is forgotten, with its answer`() throws {
        let sender = ScriptedSender { _, _ in .gone(problem: "HTTP 410") }
        let rig = try OutboxRig(["acme/hook": sender])
        try rig.commit("a", to: "acme/hook")
        try rig.start()
        #expect(rig.waits { (try? rig.dead().count) == 1 })
        #expect(rig.waits { rig.outbox.figures(at: date(0)).problem(slowerThan: .seconds(900), at: date(0)) != nil })
        #expect(rig.waits { rig.outbox.state.withLock { $0.queues.isEmpty } })
        rig.outbox.adopt(ReceiverDirectory(), senders: [:])
        #expect(rig.outbox.figures(at: date(0)).receivers.isEmpty)
        #expect(rig.outbox.figures(at: date(0)).problem(slowerThan: .seconds(900), at: date(0)) == nil)
        #expect(try rig.store.disabledReceivers().isEmpty)
    }

    @Test func `a heartbeat that is not wanted leaves no dead letter`() throws {
        let sender = ScriptedSender { _, _ in .gone(problem: "HTTP 410") }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("beat", kind: .heartbeat)
        try rig.start()
        #expect(rig.waits { (try? rig.queued()) == [] })
        #expect(try rig.dead().isEmpty)
        #expect(try rig.store.disabledReceivers() == ["ops": "HTTP 410"])
    }

    @Test func `what was dropped while it was about to be told is no dead letter`() throws {
        let sender = ScriptedSender()
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a", "b")
        try rig.store.write { try $0.execute(sql: "DELETE FROM outbox WHERE id = 'a'") }
        try rig.start()
        #expect(rig.waits { sender.attempts == ["b#1"] })
        #expect(rig.waits { rig.outbox.figures(at: date(0)).receivers["ops"]?.waiting == 0 })
        #expect(try rig.dead().isEmpty)
    }

    @Test func `each step is in the journal`() throws {
        let sender = ScriptedSender { id, attempt in attempt == 1 && id == "a" ? Self.failure() : .delivered }
        let rig = try OutboxRig(["ops": sender])
        try rig.commit("a")
        try rig.start()
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
            rig.outbox.put([OutboxItem(notification, at: place)])
        }
        rig.outbox.trim(["ops"], to: 2)
        #expect(try rig.queued() == ["b1", "b2"])
        rig.outbox.trim(["ops"], to: 0)
        #expect(try rig.queued() == ["b2"])
        #expect(rig.outbox.figures(at: date(0)).receivers["ops"]?.dropped == 4)
        #expect(try rig.store.steps(after: 0, limit: 10).map(\.event) == [.notificationDropped, .notificationDropped])
    }
}
