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
}
