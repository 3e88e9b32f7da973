import Foundation
import Testing

@testable import Alerting

/// Who is told what, and when.
struct NotifierTests {
    private static let route = Route(
        receivers: ["ops"], groupWait: .seconds(1), groupInterval: .seconds(300), repeatInterval: .seconds(3600))
    var notifier = Notifier(routes: RouteTable(fallback: NotifierTests.route))

    private mutating func fire(_ alerts: Alert..., at seconds: Double) {
        for alert in alerts { _ = notifier.absorb(AlertChange(kind: .fired, alert: alert, at: date(seconds))) }
    }

    private mutating func resolve(_ alerts: Alert..., at seconds: Double) {
        for alert in alerts {
            _ = notifier.absorb(AlertChange(kind: .resolved, alert: ended(alert, at: seconds), at: date(seconds)))
        }
    }

    /// What is told at a second: of each notification its kind, how many fire and how many were resolved.
    private mutating func told(at seconds: Double, muting muted: Set<String> = []) -> [String] {
        notifier.flush(at: date(seconds)) { muted.contains($0.subject.tenant?.rawValue ?? "") }.notifications.map {
            "\($0.kind) \($0.firingCount)+\($0.resolvedCount)"
        }
    }

    @Test mutating func `ten thousand tenants on one dead server are one notification, and one more when it is back`() throws {
        let alerts = (0..<10_000).map { alert("t\($0)") }
        for (index, alert) in alerts.enumerated() { fire(alert, at: Double(index) / 20_000) }
        let told1 = told(at: 1.4)
        #expect(told1.isEmpty)
        let (notifications, _) = notifier.flush(at: date(1.5)) { _ in false }
        let notification = try #require(notifications.first)
        #expect(notifications.count == 1)
        #expect(notification.firingCount == 10_000)
        #expect(notification.alerts.count == 100)
        #expect(notification.truncatedCount == 9900)
        #expect(notification.summary == "TenantwatchDependencyDown on redis:6379 (refused): 10000 tenants, t0, t1, t10 and 9997 more")
        for (index, alert) in alerts.enumerated() { resolve(alert, at: 60 + Double(index) / 20_000) }
        let told2 = told(at: 61.6)
        #expect(told2 == ["change 0+10000"])
        #expect(notifier.groups.isEmpty)
        #expect(notifier.nextDeadline == nil)
    }

    @Test mutating func `those who fail for their own reason keep their own`() {
        fire(alert("a"), alert("b"), alert("c", reason: "wrongpass", isShared: false), at: 0)
        let told3 = told(at: 1)
        #expect(told3.sorted() == ["change 1+0", "change 2+0"])
    }

    @Test mutating func `late joiners wait for the interval`() {
        fire(alert("a"), at: 0)
        let told4 = told(at: 1)
        #expect(told4 == ["change 1+0"])
        fire(alert("b"), at: 10)
        fire(alert("c"), at: 20)
        let told5 = told(at: 300)
        #expect(told5.isEmpty)
        let told6 = told(at: 301)
        #expect(told6 == ["change 3+0"])
    }

    @Test mutating func `the end of all is told at once, that of some at the interval`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        resolve(alert("a"), at: 10)
        let told7 = told(at: 12)
        #expect(told7.isEmpty)
        resolve(alert("b"), at: 20)
        let told8 = told(at: 21)
        #expect(told8 == ["change 0+2"])
    }

    @Test mutating func `long after, the end of some still waits for that of the others`() {
        let alerts = (0..<100).map { alert("t\($0)") }
        for alert in alerts { fire(alert, at: 0) }
        _ = told(at: 1)
        var said: [String] = []
        for (index, alert) in alerts.enumerated() {
            resolve(alert, at: 2000 + Double(index) / 5)
            said += told(at: 2000 + Double(index) / 5)
        }
        #expect(said.isEmpty)
        let atTheEnd = told(at: 2021)
        #expect(atTheEnd == ["change 0+100"])
    }

    @Test mutating func `the end of some is told after an interval, though others fire on`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        resolve(alert("a"), at: 2000)
        let early = told(at: 2299)
        #expect(early.isEmpty)
        let due = told(at: 2300)
        #expect(due == ["change 1+1"])
    }

    @Test mutating func `whoever wants no ends hears none, and hears of what fires again`() {
        _ = notifier.adopt(ReceiverDirectory(names: ["ops"], deafToEnds: ["ops"]))
        fire(alert("a"), at: 0)
        let first = told(at: 1)
        #expect(first == ["change 1+0"])
        resolve(alert("a"), at: 10)
        let end = told(at: 311)
        #expect(end.isEmpty)
        #expect(notifier.groups.isEmpty)
        fire(alert("a"), alert("b"), at: 400)
        let again = told(at: 401)
        #expect(again == ["change 2+0"])
        resolve(alert("b"), at: 410)
        fire(alert("c"), at: 420)
        let beside = told(at: 720)
        #expect(beside == ["change 2+0"])
    }

    @Test mutating func `whoever joins a group of which all are muted is told as if it were new`() {
        fire(alert("a"), at: 0)
        _ = told(at: 1, muting: ["a"])
        fire(alert("b"), at: 100)
        let early = told(at: 100.5, muting: ["a"])
        #expect(early.isEmpty)
        let due = told(at: 101, muting: ["a"])
        #expect(due == ["change 1+0"])
    }

    @Test mutating func `the end of an alert that was told is told, though it is muted by then`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        fire(alert("c"), at: 10)
        let joined = told(at: 301, muting: ["a"])
        #expect(joined == ["change 2+0"])
        resolve(alert("a"), at: 400)
        let end = told(at: 700, muting: ["a"])
        #expect(end == ["change 2+1"])
    }

    @Test mutating func `a mute that concerns nobody here does not hurry a group`() {
        fire(alert("a"), alert("m"), at: 0)
        _ = told(at: 1, muting: ["m"])
        fire(alert("b"), at: 10)
        notifier.reconsider(at: date(20)) { $0.subject.tenant?.rawValue == "m" }
        let early = told(at: 20, muting: ["m"])
        #expect(early.isEmpty)
        let due = told(at: 301, muting: ["m"])
        #expect(due == ["change 2+0"])
    }

    @Test mutating func `the end of all whom nobody mutes is told soon`() {
        fire(alert("a"), alert("m"), at: 0)
        _ = told(at: 1, muting: ["m"])
        resolve(alert("a"), at: 1000)
        let due = told(at: 1001, muting: ["m"])
        #expect(due == ["change 0+1"])
    }

    @Test mutating func `a receiver that is new hears of what fires already, and of nothing twice`() {
        let fires = alert("a")
        fire(fires, at: 0)
        _ = told(at: 1)
        _ = notifier.adopt(ReceiverDirectory(names: ["ops", "a/chat"], ofTenants: [subject("a").tenant: ["a/chat"]]))
        let joined = notifier.enroll(fires, at: date(10))
        #expect(joined.count == 1)
        let again = notifier.enroll(fires, at: date(10))
        #expect(again.isEmpty)
        let notifications = notifier.flush(at: date(11)) { _ in false }.notifications
        #expect(notifications.map(\.receiver) == ["a/chat"])
    }

    @Test mutating func `what was said to a receiver that is gone is forgotten, but not while its tenant cannot be read`() {
        fire(alert("a"), at: 0)
        _ = told(at: 1)
        let kept = notifier.adopt(ReceiverDirectory(names: ["ops"]))
        #expect(kept.isEmpty)
        let removed = notifier.adopt(ReceiverDirectory(names: []))
        #expect(removed.count == 1)
        #expect(
            notifier.groups.isEmpty && notifier.nextDeadline.map { notifier.flush(at: $0) { _ in false }.notifications.isEmpty } != false)
        let directory = ReceiverDirectory(unreadable: [subject("a").tenant])
        #expect(directory.mayHear("a/chat") && !directory.mayHear("b/chat") && !directory.mayHear("a"))
    }

    @Test mutating func `an end is told before its alert fires anew in another group`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        resolve(alert("a"), at: 2000)
        fire(alert("a", reason: "timeout"), at: 2010)
        resolve(alert("b"), at: 2010)
        let notifications = notifier.flush(at: date(2010)) { _ in false }.notifications
        #expect(notifications.map(\.resolvedCount) == [2])
        #expect(Set(notifications.flatMap(\.alerts).map(\.endsAt)) == [date(2000), date(2010)])
        let later = told(at: 2011)
        #expect(later == ["change 1+0"])
    }

    @Test(arguments: [0.0, 3600]) mutating func `that end comes first, whatever else is due and however the clock is set`(jump: Double) {
        fire(alert("a"), alert("b"), at: 0)
        fire(alert("c", reason: "timeout"), at: 0)
        _ = told(at: 1)
        // Due at 301, and nobody has looked.
        fire(alert("d", reason: "timeout"), at: 2)
        resolve(alert("a"), at: 303)
        fire(alert("a", reason: "timeout"), at: 305)
        notifier.shift(by: jump)
        let notifications = told(at: 305 + jump)
        #expect(notifications == ["change 1+1", "change 3+0"])
    }

    @Test mutating func `whom a mute hid when all was told for over hears of its end all the same`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        resolve(alert("a"), at: 10)
        let over = told(at: 310, muting: ["b"])
        #expect(over == ["change 0+1"])
        resolve(alert("b"), at: 400)
        let end = told(at: 401, muting: ["b"])
        #expect(end == ["change 0+1"])
    }

    @Test func `a restart in the middle of a recovery does not split the end`() {
        var notifier = Notifier(routes: RouteTable(fallback: Self.route))
        let id = AlertGroup.ID(receiver: "ops", key: AlertGroup.key(AlertGroup.labels(of: alert("a"), by: Route.blastRadius)))
        let known = [ended(alert("a"), at: 50), alert("b")]
        notifier.restore(
            Notifier.Stored(id: id, toldAt: date(-1000), members: [(known[0].fingerprint, .ended), (known[1].fingerprint, .told)]),
            alerts: Dictionary(known.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first }), at: date(60))
        let early = notifier.flush(at: date(62)) { _ in false }.notifications
        #expect(early.isEmpty)
    }

    @Test mutating func `whoever joins before the first notification makes it wait, but not for long`() {
        fire(alert("alone", backend: "other:1"), at: 0)
        for tenth in 0..<30 { fire(alert("t\(tenth)"), at: Double(tenth) / 10) }
        let alone = told(at: 1)
        #expect(alone == ["change 1+0"])
        let early = told(at: 1.49)
        #expect(early.isEmpty)
        let due = told(at: 1.5)
        #expect(due == ["change 30+0"])
    }

    @Test mutating func `a summary names who is broken, not who was`() {
        fire(alert("a"), alert("b"), alert("z"), at: 0)
        _ = told(at: 1)
        resolve(alert("a"), at: 10)
        resolve(alert("b"), at: 11)
        let notification = notifier.flush(at: date(311)) { _ in false }.notifications.first
        #expect(notification?.summary == "TenantwatchDependencyDown on redis:6379 (refused): 1 tenant, z; 2 resolved")
    }

    @Test mutating func `what fires on is told again after the repeat interval, and only then`() {
        fire(alert("a"), at: 0)
        var said: [[String]] = []
        for seconds in [1.0, 300, 3600, 3601, 3700, 7201] { said.append(told(at: seconds)) }
        #expect(said == [["change 1+0"], [], [], ["reminder 1+0"], [], ["reminder 1+0"]])
    }

    @Test mutating func `what comes and goes between two notifications is told with the next`() {
        fire(alert("a"), at: 0)
        _ = told(at: 1)
        fire(alert("b"), at: 10)
        resolve(alert("b"), at: 20)
        let told9 = told(at: 301)
        #expect(told9 == ["change 1+1"])
        let told10 = told(at: 601)
        #expect(told10.isEmpty)
    }

    @Test mutating func `what is over before anybody was told is told once`() {
        fire(alert("a"), at: 0)
        resolve(alert("a"), at: 0.5)
        let told11 = told(at: 1)
        #expect(told11 == ["change 0+1"])
        let told12 = told(at: 400)
        #expect(told12.isEmpty)
    }

    @Test mutating func `a relapse that the receiver has not noticed is no news`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        resolve(alert("a"), at: 10)
        fire(alert("a"), at: 20)
        let told13 = told(at: 301)
        #expect(told13.isEmpty)
    }

    @Test mutating func `a muted alert is not told until it is no longer muted`() {
        fire(alert("a"), at: 0)
        let told14 = told(at: 1, muting: ["a"])
        #expect(told14.isEmpty)
        let told15 = told(at: 5000, muting: ["a"])
        #expect(told15.isEmpty)
        notifier.reconsider(at: date(6000)) { _ in false }
        let told16 = told(at: 6000)
        #expect(told16 == ["change 1+0"])
    }

    @Test mutating func `a mute hides one of many`() {
        fire(alert("a"), alert("b"), at: 0)
        let told17 = told(at: 1, muting: ["a"])
        #expect(told17 == ["change 1+0"])
    }

    @Test mutating func `what began and ended muted is never told, what was told before is`() {
        fire(alert("a"), at: 0)
        resolve(alert("a"), at: 0.5)
        let told18 = told(at: 1, muting: ["a"])
        #expect(told18.isEmpty)
        #expect(notifier.groups.isEmpty)
        fire(alert("b"), at: 10)
        let told19 = told(at: 11)
        #expect(told19 == ["change 1+0"])
        resolve(alert("b"), at: 20)
        let told20 = told(at: 21, muting: ["b"])
        #expect(told20 == ["change 0+1"])
    }

    @Test mutating func `what changes all the time is told at its turn all the same`() {
        fire(alert("a"), at: 0)
        _ = told(at: 1)
        for second in 290...301 { fire(alert("late\(second)"), at: Double(second) + 0.5) }
        let atItsTurn = told(at: 302)
        #expect(atItsTurn == ["change 13+0"])
    }

    @Test mutating func `whom a mute has hidden behind an end is told anew once it is over`() {
        fire(alert("a"), alert("b"), at: 0)
        _ = told(at: 1)
        resolve(alert("b"), at: 10)
        let behindTheMute = told(at: 310, muting: ["a"])
        #expect(behindTheMute == ["change 0+1"])
        notifier.reconsider(at: date(400)) { _ in false }
        let afterwards = told(at: 400)
        #expect(afterwards == ["change 1+0"])
    }

    @Test func `after a restart nothing is told twice and nothing is forgotten`() throws {
        var notifier = Notifier(routes: RouteTable(fallback: Self.route))
        let id = AlertGroup.ID(receiver: "ops", key: AlertGroup.key(AlertGroup.labels(of: alert("a"), by: Route.blastRadius)))
        let known = [alert("a"), ended(alert("b"), at: 50), alert("c")]
        notifier.restore(
            Notifier.Stored(
                id: id, toldAt: date(0),
                members: [(known[0].fingerprint, .told), (known[1].fingerprint, .ended), (known[2].fingerprint, .joined)]),
            alerts: Dictionary(known.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first }), at: date(60))
        let early = notifier.flush(at: date(299)) { _ in false }.notifications
        #expect(early.isEmpty)
        let due = notifier.flush(at: date(300)) { _ in false }.notifications
        let notification = try #require(due.first)
        #expect(notification.firingCount == 2)
        #expect(notification.alerts.filter { !$0.isFiring }.map(\.fingerprint) == [known[1].fingerprint])
        #expect(notification.groupKey == id.key)
    }
}

struct RouteTests {
    private let table = RouteTable(
        routes: [
            Route(matchers: [Matcher("tenant", equals: "vip")], receivers: ["vip-desk"], continues: true),
            Route(matchers: [Matcher("severity", equals: "critical")], receivers: ["pager"]),
            Route(matchers: [Matcher("severity", equals: "info")], receivers: []),
        ], fallback: Route(receivers: ["mail"]), ofTenants: [subject("own").tenant: ["own/chat"]])

    @Test(
        arguments: [
            ("a", "critical", ["pager"]), ("a", "warning", ["mail"]), ("a", "info", []), ("vip", "critical", ["vip-desk", "pager"]),
            ("vip", "warning", ["vip-desk", "mail"]), ("own", "critical", ["pager", "own/chat"]), ("own", "info", ["own/chat"]),
        ] as [(String, String, [String])])
    func `who hears of what`(tenant: String, severity: String, expected: [String]) {
        #expect(table.receivers(for: alert(tenant, severity: severity)).map(\.receiver) == expected)
    }
}
