import Foundation
import RealServers
import TenantCore
import Testing

/// The agent with `TENANTWATCH_TENANTS_DIR`, in which not everything can be read.
struct TenantFilesTests {
    private func write(_ text: String, _ name: String, in directory: URL) throws {
        try text.write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
    }

    private func status(_ answer: (status: Int, body: String)) -> String? {
        (try? JSONValue.parse(answer.body.utf8).object)?["status"]?.text
    }

    @Test func `a mistake reaches no further than its entry, its file or its dependency`() throws {
        let (mongo, redis) = (try MongoServer(), try RedisServer())
        func one(_ id: String, _ more: JSONObject = [:]) -> String {
            JSONValue.object(tenant(id, mongo: mongo.uri, redis: redis.address, more)).description
        }
        let directory = try Ground.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let doubled = one("doubled").replacing("\"name\"", with: "\"name\": \"x\", \"name\"")
        let partial = one("partial", ["mongo_uri": "mongodb://u:p@mongo/?authMechanism=MONGODB-AWS", "frontend_url": "*"])
        try write("[\(one("good")), \(doubled), \(one("nameless", ["name": ""])), \(partial)]", "a.json", in: directory)
        try write(one("other"), "b.json", in: directory)
        try write("{\"tenant_id\": \"torn\", \"na", "c.json", in: directory)
        let agent = try AgentProcess(
            [], environment: ["TENANTWATCH_TENANTS_FILE": "", "TENANTWATCH_TENANTS_DIR": directory.path(percentEncoded: false)])
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"good\",dependency=\"mongo\"} 1"))
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"partial\",dependency=\"redis\"} 1"))
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"other\",dependency=\"redis\"} 1"))
        #expect(agent.metrics(show: "tenantwatch_not_checked{tenant=\"partial\",dependency=\"mongo\"} 1"))
        #expect(agent.metrics(show: "tenantwatch_tenants{state=\"rejected\"} 3"))

        #expect(agent.get("/health").status == 200)
        let nameless = agent.get("/health/nameless")
        #expect(nameless.status == 503 && nameless.body.contains("rejected") && status(nameless) == "fail")
        for id in ["doubled", "torn"] {
            let answer = agent.get("/health/\(id)")
            #expect(answer.status == 200 && answer.body.contains("rejected") && status(answer) == "warn", "\(answer)")
        }
        let unchecked = agent.get("/health/partial/mongo")
        #expect(unchecked.status == 200 && unchecked.body.contains("not_checked") && status(unchecked) == "warn")
        #expect(status(agent.get("/health/partial")) == "warn")
        #expect(agent.get("/health/nobody").status == 404)

        try write("[\(one("new"))]", "c.json", in: directory)
        try write("{", "b.json", in: directory)
        agent.process.signal(SIGHUP)
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"new\",dependency=\"redis\"} 1"))
        #expect(agent.metrics(show: "tenantwatch_up{tenant=\"other\",dependency=\"redis\"} 1"), "its file cannot be read now")
        #expect(agent.get("/health/other").body.contains("watched_as_before"))

        try FileManager.default.removeItem(at: directory.appending(path: "b.json"))
        agent.process.signal(SIGHUP)
        #expect(wait(seconds: 20) { agent.get("/health/other").status == 404 }, "its file is gone")
    }

    @Test func `an agent starts although its one tenant is rejected, and says so`() throws {
        let agent = try AgentProcess([tenant("acme", mongo: "mongodb://127.0.0.1:1/", redis: "127.0.0.1:1", ["name": ""])])
        #expect(agent.becomesReady())
        #expect(agent.get("/health/acme").status == 503)
        #expect(agent.get("/health").status == 200)
    }
}
