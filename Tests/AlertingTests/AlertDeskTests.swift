import Checking
import Foundation
import Platform
import RealServers
import TenantCore
import Testing

@testable import Alerting

/// What a running desk makes of reloads.
struct AlertDeskTests {
    /// acme, with or without receivers of its own.
    private func plan(hasReceivers: Bool) throws -> PlanChange {
        var plan = try AlertingTests.plan(["acme"])
        var entry: JSONObject = [
            "tenant_id": "acme", "name": "Acme", "mongo_uri": "mongodb://mongo", "mongo_database": "db", "redis_addr": "redis:6379",
        ]
        if hasReceivers { entry["alert_receivers"] = [] }
        plan.directory = try TenantLoader(
            environment: ["TENANT_CONFIGS": JSONValue.array([.object(entry)]).description], dependencies: [],
            knownExtras: ["alert_receivers"]
        ).load()
        return plan.change(from: nil)
    }

    @Test func `a tenant's own receiver stays while it cannot be read, and hears nothing once it is taken away`() throws {
        let (ops, own) = (try WebhookCatcher(), try WebhookCatcher())
        let settings = { @Sendable (name: String, catcher: WebhookCatcher) in
            ReceiverSettings(name: name, kind: .webhook(ReceiverEndpoint(url: Secret(catcher.url), host: name)))
        }
        let canBeRead = Guarded(true)
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        let desk = try AlertDesk(
            settings: AlertingSettings(
                receivers: [settings("ops", ops)],
                routes: RouteTable(fallback: Route(receivers: ["ops"], groupWait: .zero, groupInterval: .zero))),
            store: store,
            surroundings: AlertDesk.Surroundings(
                receivers: { tenant in
                    guard tenant.extras["alert_receivers"] != nil else { return ([], true) }
                    return canBeRead.withLock { $0 } ? ([settings("acme/chat", own)], true) : ([], false)
                }))
        try desk.start()
        defer { _ = desk.stop(within: .seconds(5)) }
        desk.adopt(try plan(hasReceivers: true))
        #expect(wait(seconds: 10) { desk.receivers.withLock { $0["acme/chat"] } != nil })
        canBeRead.withLock { $0 = false }
        desk.adopt(try plan(hasReceivers: true))
        let now = { Date().timeIntervalSince1970 - date(0).timeIntervalSince1970 }
        desk.absorb([transition(subject("acme"), to: .down, at: now())])
        #expect(ops.waits(for: "firing acme/redis refused", seconds: 10))
        #expect(own.waits(for: "firing acme/redis refused", seconds: 10))
        desk.adopt(try plan(hasReceivers: false))
        desk.absorb([transition(subject("acme", "mongo"), to: .down, at: now())])
        #expect(ops.waits(for: "firing acme/mongo refused", seconds: 10))
        let queued = try store.history(AlertStore.HistoryQuery(events: [.notificationQueued])).map { $0.details["receiver"] }
        #expect(queued.count { $0 == "acme/chat" } == 1)
    }

    @Test func `what fired about the agent fires on after a restart until that can be told`() throws {
        let settings = AlertingSettings(
            rules: RuleBook(overrides: ["TenantwatchAgentLate": RuleOverride(hold: .zero, recovery: .zero)]))
        let store = try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path)
        let troubles = Guarded(AlertDesk.Surroundings.Troubles([.late: "half of all checks"]))
        let looks = Guarded(0)
        func started() throws -> AlertDesk {
            let report = { @Sendable () -> AlertDesk.Surroundings.Troubles in
                looks.withLock { $0 += 1 }
                return troubles.withLock { $0 }
            }
            let desk = try AlertDesk(settings: settings, store: store, surroundings: .init(agentTroubles: report))
            try desk.start()
            return desk
        }
        let before = try started()
        #expect(wait(seconds: 10) { before.figures.firing["TenantwatchAgentLate"] == 1 })
        #expect(before.stop(within: .seconds(5)))
        troubles.withLock { $0 = .init(undecided: [.late]) }
        looks.withLock { $0 = 0 }
        let after = try started()
        defer { _ = after.stop(within: .seconds(5)) }
        #expect(wait(seconds: 10) { looks.withLock { $0 } > 1 })
        #expect(after.figures.firing["TenantwatchAgentLate"] == 1)
        troubles.withLock { $0 = .init() }
        #expect(wait(seconds: 10) { after.figures.firing["TenantwatchAgentLate"] == 0 })
    }

    @Test func `what waits for a tenant's own receiver survives a start at which its entry is rejected`() throws {
        let desk = try AlertDesk(
            settings: AlertingSettings(), store: try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path))
        let entry: JSONObject = ["tenant_id": "acme", "name": "Acme", "mongo_uri": 5]
        let good: JSONObject = [
            "tenant_id": "globex", "name": "G", "mongo_uri": "mongodb://mongo", "mongo_database": "db", "redis_addr": "redis:6379",
        ]
        let configs = JSONValue.array([.object(entry), .object(good)]).description
        let tenants = try TenantLoader(environment: ["TENANT_CONFIGS": configs], dependencies: []).load()
        let directory = desk.adoptReceivers(tenants)
        #expect(directory.mayHear("acme/hook") && !directory.mayHear("globex/hook"))
    }

    @Test func `plans that wait in a row give way to the last, and keep what was seen between them`() throws {
        let inbox = AlertInbox()
        let change = try plan(hasReceivers: false)
        inbox.post([.plan(change)])
        inbox.post([.transition(transition(subject("acme"), to: .down))])
        inbox.post([.plan(change)])
        inbox.post([.refusal("no")])
        inbox.post([.plan(change)])
        let items = try #require(inbox.take(waiting: .zero))
        #expect(items.map(\.isPlan) == [true, false, true])
    }

    @Test func `an Alertmanager hears nothing of what is muted, but on and on of what it was told before`() throws {
        let server = try ScriptedServer { _ in ScriptedServer.http(200) }
        let endpoint = ReceiverEndpoint(url: Secret("http://\(server.address)"), host: "am")
        let desk = try AlertDesk(
            settings: AlertingSettings(
                receivers: [ReceiverSettings(name: "am", kind: .alertmanager([endpoint]))],
                routes: RouteTable(fallback: Route(receivers: ["am"]))),
            store: try AlertStore(path: try Ground.directory().appending(path: "state.sqlite").path))
        func silence(_ tenant: String) throws {
            try desk.add(
                Silence(
                    id: Silence.newID(), matchers: [Matcher("tenant", equals: tenant)], startsAt: Date() - 1, endsAt: Date() + 3600,
                    author: "ann", reason: "x"))
        }
        try desk.start()
        desk.adopt(try plan(hasReceivers: false))
        try silence("acme")
        #expect(wait(seconds: 10) { desk.figures.silences == 1 })
        desk.absorb([transition(subject("acme"), to: .down), transition(subject("globex"), to: .down)])
        #expect(wait(seconds: 10) { server.requests.contains { $0.contains("globex") } })
        let mirror = try #require(desk.mirrors.first)
        #expect(wait(seconds: 10) { mirror.figures.sent > 1 })
        try silence("globex")
        #expect(wait(seconds: 10) { desk.figures.muted == 2 })
        #expect(wait(seconds: 10) { desk.mirrored(by: mirror)?.compactMap(\.subject.tenant?.rawValue) == ["globex"] })
        #expect(!server.requests.contains { $0.contains("acme") })
        // While a step is not stored nobody hears of it.
        _ = desk.stop(within: .seconds(5))
        desk.isDeciding.withLock { $0 = true }
        #expect(desk.mirrored(by: mirror) == nil)
    }
}
