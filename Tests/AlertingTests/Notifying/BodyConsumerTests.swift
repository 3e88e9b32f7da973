import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// Somebody who knows nothing but the bodies of version 4.
struct BodyConsumer {
    /// The fingerprints of what fires, as far as the bodies say.
    private(set) var firing: Set<String> = []
    private(set) var bodies = 0
    /// What was said that makes no sense to somebody who heard all the bodies before.
    private(set) var problems: [String] = []

    /// Reads all bodies of a notification.
    mutating func read(_ notification: Alerting.Notification, maxBodySize: Int = 1 << 20) throws {
        let body = WebhookBody(notification: notification, externalURL: "")
        var start = 0
        while start < notification.alerts.count {
            let part = body.part(from: start, limit: maxBodySize)
            try read(JSONValue.parse(part.bytes))
            start += part.count
        }
    }

    mutating func read(_ body: JSONValue) {
        bodies += 1
        for alert in body.at("alerts")?.elements ?? [] {
            guard let fingerprint = alert.at("fingerprint")?.text else { continue }
            if alert.at("status") == "firing" {
                firing.insert(fingerprint)
            } else if firing.remove(fingerprint) == nil {
                problems.append("\(alert.at("labels.tenant")?.text ?? "") was resolved without having fired")
            }
        }
    }
}

/// Whoever tracks fingerprints from the bodies alone ends with exactly what fires.
struct BodyConsumerTests {
    private static let route = Route(
        receivers: ["ops"], groupWait: .seconds(1), groupInterval: .seconds(30), repeatInterval: .seconds(36_000))

    @Test(arguments: [(10_000, 0), (10_000, 4000), (600, 20)])
    func `all tenants of one server that dies, returns, and dies for half of them`(count: Int, maxAlerts: Int) throws {
        var notifier = Notifier(routes: RouteTable(fallback: Self.route), maxAlerts: ["ops": maxAlerts])
        var consumer = BodyConsumer()
        let alerts = (0..<count).map { alert("t\($0)") }
        var seconds = 0.0
        // Those of one server are seen one after the other, and at what they have come to by then others are told.
        func pass(_ changed: [Alert], _ kind: AlertChange.Kind) throws {
            for (index, alert) in changed.enumerated() {
                let now = seconds + Double(index) * 15 / Double(changed.count)
                let alert = kind == .resolved ? ended(alert, at: now) : alert
                _ = notifier.absorb(AlertChange(kind: kind, alert: alert, at: date(now)))
                try flush(at: now)
            }
            seconds += 20
        }
        func flush(at now: Double) throws {
            for notification in notifier.flush(at: date(now), isMuted: { _ in false }).notifications {
                #expect(maxAlerts == 0 || notification.alerts.count <= maxAlerts)
                #expect(notification.truncatedCount == notification.firingCount + notification.resolvedCount - notification.alerts.count)
                try consumer.read(notification)
            }
        }
        func settle() throws {
            while let due = notifier.nextDeadline, due < date(seconds + 3600) {
                seconds = due.timeIntervalSince(date(0))
                try flush(at: seconds)
            }
        }
        try pass(alerts, .fired)
        if maxAlerts == 0 { try settle() }
        try pass(alerts, .resolved)
        if maxAlerts == 0 { try settle() }
        try pass(alerts.filter { Int($0.fingerprint.suffix(1), radix: 16) ?? 0 < 8 }, .fired)
        try settle()
        let firing = Set(notifier.groups.values.flatMap { group in group.members.filter { $0.value.isFiring }.keys })
        #expect(firing.count > count / 3 && firing.count < 2 * count / 3)
        #expect(consumer.firing == firing)
        #expect(consumer.problems.isEmpty)
        #expect(maxAlerts > 0 || consumer.bodies > 10)
    }

    @Test func `a body shows the changes first, and the receiver knows only what stood in one`() throws {
        var notifier = Notifier(routes: RouteTable(fallback: Self.route), maxAlerts: ["ops": 2])
        func notifications(at seconds: Double) -> [[String]] {
            notifier.flush(at: date(seconds)) { _ in false }.notifications.map { notification in
                notification.alerts.map { "\($0.status) \($0.subject.tenant?.rawValue ?? "")" } + ["+\(notification.truncatedCount)"]
            }
        }
        for (index, name) in ["a", "b", "c", "d"].enumerated() {
            _ = notifier.absorb(AlertChange(kind: .fired, alert: alert(name, at: Double(index) / 10), at: date(Double(index) / 10)))
        }
        #expect(notifications(at: 2).map { Set($0) } == [["firing a", "firing b", "+2"]])
        // Nobody was told that c fires, and nobody is told that it does not.
        _ = notifier.absorb(AlertChange(kind: .resolved, alert: ended(alert("c", at: 0.2), at: 5), at: date(5)))
        _ = notifier.absorb(AlertChange(kind: .resolved, alert: ended(alert("a"), at: 6), at: date(6)))
        #expect(notifications(at: 31).isEmpty)
        #expect(notifications(at: 32) == [["firing d", "resolved a", "+1"]])
        // Nothing is left but b and d, which are known.
        #expect(notifications(at: 1000).isEmpty)
        #expect(notifications(at: 36_100).map { Set($0) } == [["firing b", "firing d", "+0"]])
    }

    @Test func `what was never told is resolved for people, who read what has been, and not for a webhook`() {
        for (maxAlerts, told) in [([:], [1]), (["ops": 0], [])] as [([String: Int], [Int])] {
            var notifier = Notifier(routes: RouteTable(fallback: Self.route), maxAlerts: maxAlerts)
            _ = notifier.absorb(AlertChange(kind: .fired, alert: alert("a"), at: date(0)))
            _ = notifier.absorb(AlertChange(kind: .resolved, alert: ended(alert("a"), at: 0.5), at: date(0.5)))
            let notifications = notifier.flush(at: date(1)) { _ in false }.notifications
            #expect(notifications.map(\.resolvedCount) == told)
            #expect(notifier.groups.isEmpty)
        }
    }

    /// What happens at random: tenants fail for one reason or another and are well again, and the agent is started anew.
    @Test(arguments: [0, 1, 3, 7], [1, 2, 3] as [UInt64])
    func `whatever happens in whatever order, and over restarts`(maxAlerts: Int, seed: UInt64) throws {
        var chance = Chance(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        let limits = ["ops": maxAlerts]
        var notifier = Notifier(routes: RouteTable(fallback: Self.route), maxAlerts: limits)
        var consumer = BodyConsumer()
        var firing: [String: Alert] = [:]
        func commit(_ entries: [Alert], _ updates: [Notifier.Update], at now: Double) throws {
            let (notifications, more) = notifier.flush(at: date(now)) { _ in false }
            let rows = entries.map { AlertEngine.Entry(phase: $0.isFiring ? .firing : .rest, hold: 0, recovery: 0, alert: $0) }
            _ = try store.apply(Commit(entries: rows, updates: updates + more, notifications: notifications))
            for notification in notifications { try consumer.read(notification, maxBodySize: 4096) }
        }
        var now = 0.0
        for _ in 0..<400 {
            now += Double(Int.random(in: 0...5, using: &chance))
            let tenant = "t\(Int.random(in: 0..<15, using: &chance))"
            if let alert = firing.removeValue(forKey: tenant) {
                let over = ended(alert, at: now)
                try commit([over], notifier.absorb(AlertChange(kind: .resolved, alert: over, at: date(now))), at: now)
            } else {
                let alert = alert(tenant, reason: Bool.random(using: &chance) ? "refused" : "timeout", at: now)
                firing[tenant] = alert
                try commit([alert], notifier.absorb(AlertChange(kind: .fired, alert: alert, at: date(now))), at: now)
            }
            if Int.random(in: 0..<20, using: &chance) == 0 {
                notifier = Notifier(routes: RouteTable(fallback: Self.route), maxAlerts: limits)
                let past = try store.past()
                let known = Dictionary(past.entries.map { ($0.alert.fingerprint, $0.alert) }, uniquingKeysWith: { first, _ in first })
                for group in past.groups { notifier.restore(group, alerts: known, at: date(now)) }
            }
        }
        for _ in 0..<100 {
            now += 30
            try commit([], [], at: now)
        }
        #expect(consumer.firing == Set(firing.values.map(\.fingerprint)))
        #expect(consumer.problems.isEmpty)
    }
}

/// The same numbers for the same seed.
struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
