import Foundation
import RealServers
import TenantCore
import Testing

@testable import Alerting

struct ReceiverSuccessionTests {
    private struct Row: Sendable {
        var before: [String: String]
        var after: [String: String]
        var renamed: [String: String] = [:]
        var removed: [String] = []
    }

    private static let rows = [
        Row(before: [:], after: ["a": "X"]), Row(before: ["a": "X"], after: ["a": "X"]),
        Row(before: ["a": "X"], after: ["b": "X"], renamed: ["a": "b"]), Row(before: ["a": "X"], after: ["b": "Y"], removed: ["a"]),
        Row(before: ["a": "X"], after: ["a": "Y"]), Row(before: ["a": "X"], after: ["a": "X", "b": "X"]),
        Row(before: ["a": "X", "b": "Y"], after: ["a": "Y", "b": "X"], renamed: ["a": "b", "b": "a"]),
        Row(before: ["a": "X"], after: ["a": "Y", "b": "X"], renamed: ["a": "b"]),
        Row(before: ["a": "X", "b": "Z"], after: ["b": "X"], renamed: ["a": "b"], removed: ["b"]),
        Row(before: ["a": "X", "b": "X"], after: ["c": "X"], renamed: ["a": "c"], removed: ["b"]),
        Row(before: ["a": "X"], after: ["b": "X", "c": "X"], renamed: ["a": "b"]),
        Row(before: ["a": "X", "b": "Y"], after: [:], removed: ["a", "b"]),
    ]

    @Test(arguments: rows) private func `a receiver goes on under another name, or is gone`(row: Row) {
        let succession = ReceiverSuccession(from: row.before, to: row.after)
        #expect(succession.renamed == row.renamed && succession.removed == row.removed)
    }

    private static func hook(
        _ name: String, _ url: String, token: String? = nil, parameters: [String: Secret]? = nil
    ) -> ReceiverSettings {
        let endpoint = ReceiverEndpoint(url: Secret(url), host: "hook", credentials: token.map { .bearer(Secret($0)) })
        let template = parameters.map { TemplateSettings(source: "{}", format: .json, parameters: $0) }
        return ReceiverSettings(name: name, kind: template.map { .template(endpoint, $0) } ?? .webhook(endpoint))
    }

    @Test func `ready receivers at one place differ by their kind and key`() {
        let endpoint = ReceiverEndpoint(url: Secret("http://h/1"), host: "h")
        let kinds: [ReceiverSettings.Kind] = [
            .webhook(endpoint), .slack(endpoint), .microsoftTeams(endpoint), .discord(endpoint), .opsgenie(endpoint),
            .pagerDuty(endpoint, routingKey: Secret("k1")), .pagerDuty(endpoint, routingKey: Secret("k2")),
        ]
        let identities = kinds.compactMap { ReceiverSettings(name: "a", kind: $0).identity }
        #expect(Set(identities).count == kinds.count)
        #expect(ReceiverSettings(name: "b", kind: kinds[5]).identity == identities[5])
    }

    @Test func `an identity is the kind, the place and the key, and shows none of them`() {
        let all = [
            Self.hook("a", "http://h/1"), Self.hook("a", "http://h/2"), Self.hook("a", "http://h/1", token: "t"),
            Self.hook("a", "http://h/1", parameters: [:]), Self.hook("a", "http://h/1", parameters: ["routing_key": Secret("k1")]),
            Self.hook("a", "http://h/1", parameters: ["routing_key": Secret("k2")]),
        ].compactMap(\.identity)
        #expect(Set(all).count == 6)
        #expect(Self.hook("b", "http://h/1").identity == all[0])
        #expect(all.allSatisfy { $0.utf8.count == 44 })
    }

    @Test func `an identity has the names of headers and not their values, but for Opsgenie's key`() {
        let identity = { (value: String, isOpsgenie: Bool, more: [ReceiverEndpoint.Header]) in
            let own = isOpsgenie ? OpsgenieBody.header(apiKey: Secret(value)) : ReceiverEndpoint.Header(name: "X-Key", value: Secret(value))
            let endpoint = ReceiverEndpoint(url: Secret("http://h/1"), host: "h", headers: [own] + more)
            return ReceiverSettings(name: "a", kind: isOpsgenie ? .opsgenie(endpoint) : .webhook(endpoint)).identity
        }
        let more = [ReceiverEndpoint.Header(name: "X-Other", value: Secret("v"))]
        #expect(identity("1", false, []) == identity("2", false, []))
        #expect(identity("1", false, []) != identity("1", false, more))
        #expect(identity("1", true, []) != identity("2", true, []) && identity("1", true, []) == identity("1", true, []))
        let other = [ReceiverEndpoint.Header(name: "X-Other", value: Secret("w"))]
        #expect(identity("1", true, more) == identity("1", true, other))
    }

    /// A desk over `store` whose one receiver is called `name`, that tells acme's alerts at once.
    private func desk(_ name: String, _ url: String, _ store: AlertStore) throws -> AlertDesk {
        let settings = AlertingSettings(
            receivers: [Self.hook(name, url)],
            routes: RouteTable(fallback: Route(receivers: [name], groupWait: .zero, groupInterval: .zero)))
        let desk = try AlertDesk(settings: settings, store: store)
        try desk.start()
        desk.adopt(try plan(["acme"], dependencies: ["redis", "mongo"]).change(from: nil))
        return desk
    }

    @Test func `what one knew is known under its new name: ends are told and beginnings are not repeated`() throws {
        let chat = try WebhookCatcher()
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        let now = { Date().timeIntervalSince1970 - date(0).timeIntervalSince1970 }
        let before = try desk("chat", chat.url, store)
        before.absorb([transition(subject("acme"), to: .down, at: now())])
        #expect(chat.waits(for: "firing acme/redis refused", seconds: 10))
        #expect(before.stop(within: .seconds(5)))
        let after = try desk("team", chat.url, store)
        after.absorb([transition(subject("acme", "mongo"), to: .down, at: now())])
        #expect(chat.waits(for: "firing acme/mongo refused", seconds: 10))
        after.absorb([transition(subject("acme"), from: .down, to: .healthy, at: now())])
        #expect(chat.waits(for: "resolved acme/redis refused", seconds: 10))
        #expect(chat.alerts.count { $0 == "firing acme/redis refused" } == 1)
        #expect(after.stop(within: .seconds(5)))
        let rows = try store.history(AlertStore.HistoryQuery(events: [.receiverRenamed, .receiverRemoved]))
        #expect(rows.map(\.event) == [.receiverRenamed])
        #expect(rows.first?.details["receiver"] == "team" && rows.first?.details["from"] == "chat")
    }

    @Test func `one that is gone is noted with what it will never hear the end of`() throws {
        let chat = try WebhookCatcher()
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        let now = { Date().timeIntervalSince1970 - date(0).timeIntervalSince1970 }
        let before = try desk("chat", chat.url, store)
        before.absorb([transition(subject("acme"), to: .down, at: now()), transition(subject("acme", "mongo"), to: .down, at: now())])
        #expect(chat.waits(for: "firing acme/redis refused", seconds: 10))
        #expect(chat.waits(for: "firing acme/mongo refused", seconds: 10))
        #expect(before.stop(within: .seconds(5)))
        let after = try desk("chat2", "\(chat.url)/other", store)
        #expect(after.stop(within: .seconds(5)))
        let rows = try store.history(AlertStore.HistoryQuery(events: [.receiverRenamed, .receiverRemoved]))
        #expect(rows.map(\.event) == [.receiverRemoved])
        #expect(rows.first?.details["receiver"] == "chat" && rows.first?.details["open_incidents"] == 2)
        // Once, and not again at the next start.
        _ = try AlertDesk(settings: AlertingSettings(receivers: [Self.hook("chat2", "\(chat.url)/other")]), store: store)
        #expect(try store.history(AlertStore.HistoryQuery(events: [.receiverRemoved])).count == 1)
    }

    @Test func `what waits, what was refused for good and who asked for time move along, also when two change names`() throws {
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        try store.adoptReceivers(["a": "X", "b": "Y"], at: date(0))
        for receiver in ["a", "b"] {
            var notification = Alerting.Notification(
                receiver: receiver, kind: .change, groupKey: "g", groupLabels: [:], firing: [alert("acme")], resolved: [], at: date(0))
            notification.id = "for-\(receiver)"
            let id = AlertGroup.ID(receiver: receiver, key: "g")
            let fingerprint = alert("acme").fingerprint
            _ = try store.apply(
                Commit(
                    updates: [.member(id, fingerprint: fingerprint, receiver == "a" ? .told : .joined), .told(id, at: date(0))],
                    notifications: [notification]))
        }
        try store.write { try $0.execute(sql: "INSERT INTO disabled VALUES ('a', 0, 'HTTP 410')") }
        try store.write { try $0.execute(sql: "INSERT INTO pauses VALUES ('b', 99)") }
        try store.adoptReceivers(["a": "Y", "b": "X"], at: date(0))
        #expect(try store.queued().map { "\($0.id) \($0.receiver)" } == ["for-a b", "for-b a"])
        #expect(try store.disabledReceivers() == ["b": "HTTP 410"])
        #expect(try store.pauses().keys.sorted() == ["a"])
        #expect(try store.past().groups.map(\.id.receiver).sorted() == ["a", "b"])
        #expect(try store.history(AlertStore.HistoryQuery(events: [.receiverRemoved])).isEmpty)
    }

    @Test func `what waits for one that is gone does not go to another that gets its name`() throws {
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        try store.adoptReceivers(["a": "X", "b": "Y"], at: date(0))
        for (id, receiver, kind) in [
            ("for-a", "a", Alerting.Notification.Kind.change), ("for-b", "b", .change), ("dead-b", "b", .change),
            ("beat-b", "b", .heartbeat),
        ] {
            var notification = Alerting.Notification(
                receiver: receiver, kind: kind, groupKey: "g", groupLabels: [:], firing: [alert("acme")], resolved: [], at: date(0))
            notification.id = id
            _ = try store.apply(Commit(notifications: [notification]))
        }
        try store.write { try $0.execute(sql: "UPDATE outbox SET state = 'dead' WHERE id = 'dead-b'") }
        try store.adoptReceivers(["b": "X"], at: date(1))
        #expect(try store.queued().map { "\($0.id) \($0.receiver)" } == ["for-a b"])
        let dead = try store.deliveries(areDead: true).deliveries
        #expect(dead.map { "\($0.id) \($0.receiver)" } == ["dead-b b (removed)", "for-b b (removed)"])
        #expect(dead.last?.problem == "its receiver was removed, and another has its name now")
        let rows = try store.history(AlertStore.HistoryQuery(events: [.deliveryDead]))
        #expect(rows.map { $0.details["notification"] } == ["for-b"])
    }
}
